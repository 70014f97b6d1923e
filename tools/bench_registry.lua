-- wrk's findings as one line of JSON, times in milliseconds.
function done(summary, latency, requests)
    local errors = summary.errors
    io.write(string.format(
        '{"operations": %d, "seconds": %.6f, "bytes": %d, "p50": %.4f, "p99": %.4f, "errors": %d}\n',
        summary.requests, summary.duration / 1e6, summary.bytes,
        latency:percentile(50) / 1e3, latency:percentile(99) / 1e3,
        errors.connect + errors.read + errors.write + errors.status + errors.timeout))
end
