#include "app/upkeep.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace berth::app {
namespace {

using observe::Level;

/// Between two steps, so that clients always come first.
constexpr std::chrono::milliseconds pause{20};

} // namespace

Upkeep::Upkeep(hosting::HostedRegistry& registry, const StorageConfiguration& storage,
               Observers observers, Clock& clock)
    : registry_(registry),
      storage_(storage),
      observers_(observers),
      clock_(clock),
      collected_(observers.metrics.counter("berth_gc_removed_total",
                                           "Links, blobs and idle uploads that were collected.")),
      retired_(observers.metrics.counters("berth_retention_removed_total",
                                          "Tags and manifests that went by rule.", {"kind"})),
      findings_(observers.metrics.counters(
          "berth_scrub_findings_total", "Damage that a scrub found; the log says what.", {"kind"})),
      scrubbed_(observers.metrics.counter("berth_scrub_read_bytes_total",
                                          "Bytes that scrubs have read.")) {
    add_metrics();
}

void Upkeep::add_metrics() {
    auto& metrics = observers_.metrics;
    metrics.gauge("berth_blobs", "Blobs, each once.",
                  [this] { return static_cast<double>(registry_.index().blob_totals().blobs); });
    metrics.gauge("berth_stored_bytes", "Bytes of all blobs, each once.",
                  [this] { return static_cast<double>(registry_.index().blob_totals().bytes); });
    metrics.gauges(
        "berth_usage_bytes", "What the repositories of a prefix hold; \"\" is all.", [this] {
            std::vector<observe::Sample> samples;
            for (const auto& usage : registry_.index().usage())
                samples.push_back({{{"prefix", usage.prefix}}, static_cast<double>(usage.bytes)});
            return samples;
        });
    metrics.gauges("berth_quota_bytes", "What they may hold.", [this] {
        std::vector<observe::Sample> samples;
        const auto ruling = registry_.index().ruling();
        for (const auto& quota : ruling->policy.quotas)
            if (quota.bytes)
                samples.push_back({{{"prefix", quota.prefix}}, static_cast<double>(*quota.bytes)});
        return samples;
    });
}

void Upkeep::collect(const std::stop_token& stop) {
    while (const auto gone = registry_.collect_some()) {
        collected_.add(gone);
        if (!clock_.sleep(pause, stop)) return;
    }
}

void Upkeep::retain(const std::stop_token& stop) {
    if (!registry_.index().ruling()->rules.has_retention()) return;
    for (bool done = false; !done && clock_.sleep(pause, stop);) {
        const auto step = registry_.retain_some();
        for (const auto& retired : step.retired) report(retired);
        done = step.done;
    }
}

void Upkeep::report(const hosting::Retired& retired) {
    const bool tag = retired.kind == hosting::Retired::Kind::tag;
    retired_.of({tag ? "tag" : "manifest"}).add();
    observers_.audit.record({.action = tag ? "retention.tag" : "retention.manifest",
                             .actor = "berth",
                             .repository = retired.repository,
                             .reference = retired.tag,
                             .digest = retired.digest,
                             .detail = retired.reason});
}

void Upkeep::scrub(const std::stop_token& stop) {
    const auto every = storage_.scrub_every;
    if (every.count() == 0 || !registry_.scrub_due(every)) return;
    const bool empty =
        registry_.index().blob_totals().blobs == 0; // which is not worth a newcomer's line
    if (!empty) observers_.log.log(Level::info, "scrub runs");
    for (bool done = false; !done;) {
        const auto step = registry_.scrub_some();
        scrubbed_.add(step.bytes);
        for (const auto& finding : step.findings) report(finding);
        done = step.done;
        const std::chrono::milliseconds due(1000 * step.bytes / storage_.scrub_bytes_per_second);
        if (!clock_.sleep(std::max(due, pause), stop)) return;
    }
    if (!empty) observers_.log.log(Level::info, "scrub done");
}

void Upkeep::report(const hosting::Finding& finding) {
    findings_.of({hosting::name_of(finding.kind)}).add();
    const bool harmless = finding.kind == hosting::Finding::Kind::stray_file; // of a broken push
    observers_.log.log(harmless ? Level::warn : Level::error,
                       harmless ? "scrub removed a stray file" : "scrub found damage",
                       {{"finding", hosting::name_of(finding.kind)},
                        {"subject", finding.subject},
                        {"detail", finding.detail}});
}

} // namespace berth::app
