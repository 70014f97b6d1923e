// What the operating system says about this process, as Prometheus's clients name it.
#pragma once

#include "observe/metrics.hpp"

namespace berth::observe {

/// process_cpu_seconds_total, process_resident_memory_bytes, process_open_fds, process_max_fds,
/// process_threads, process_start_time_seconds: read from /proc when asked for.
void add_process_metrics(Metrics& metrics);

} // namespace berth::observe
