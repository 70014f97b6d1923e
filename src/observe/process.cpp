#include "observe/process.hpp"

#include "base/file.hpp"
#include "base/text.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <filesystem>
#include <iterator>
#include <limits>

namespace berth::observe {
namespace {

constexpr std::uint64_t proc_limit = 64 * 1024;

/// The number at `index` of /proc/self/stat, counted from 1 as in proc(5). The program's name, in
/// parentheses, may hold spaces.
double stat_field(std::size_t index) {
    const std::string text = read_file("/proc/self/stat", proc_limit);
    const auto fields = split(std::string_view(text).substr(text.rfind(')') + 2), ' ');
    const auto value = parse_number(fields.at(index - 3), std::numeric_limits<std::int64_t>::max());
    return static_cast<double>(value.value_or(0));
}

double ticks_per_second() {
    return static_cast<double>(::sysconf(_SC_CLK_TCK));
}

double boot_time() {
    const std::string text = read_file("/proc/stat", 16 * 1024 * 1024);
    for (const auto line : split(text, '\n')) {
        if (!line.starts_with("btime ")) continue;
        const auto value = parse_number(line.substr(6), std::numeric_limits<std::int64_t>::max());
        return static_cast<double>(value.value_or(0));
    }
    return 0;
}

double open_files() {
    const std::filesystem::directory_iterator files("/proc/self/fd");
    return static_cast<double>(std::distance(begin(files), end(files))) - 1; // that of the listing
}

} // namespace

void add_process_metrics(Metrics& metrics) {
    metrics.counted("process_cpu_seconds_total", "CPU time used, in seconds.",
                    [] { return (stat_field(14) + stat_field(15)) / ticks_per_second(); });
    metrics.gauge("process_resident_memory_bytes", "Memory in use, in bytes.",
                  [] { return stat_field(24) * static_cast<double>(::sysconf(_SC_PAGESIZE)); });
    metrics.gauge("process_open_fds", "Open file descriptors.", open_files);
    metrics.gauge("process_max_fds", "The most file descriptors that may be open.", [] {
        rlimit limit{};
        ::getrlimit(RLIMIT_NOFILE, &limit);
        return static_cast<double>(limit.rlim_cur);
    });
    metrics.gauge("process_threads", "Threads.", [] { return stat_field(20); });
    metrics.gauge("process_start_time_seconds", "When the process started, in Unix time.",
                  [] { return boot_time() + stat_field(22) / ticks_per_second(); });
}

} // namespace berth::observe
