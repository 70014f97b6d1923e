// What was measured: times of single operations, and what the server used meanwhile.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace load {

/// Of one process, from /proc; zeros for process 0.
struct ServerUse {
    double cpu = 0;        ///< seconds so far
    std::uint64_t rss = 0; ///< bytes now
    std::uint64_t peak = 0;
};
ServerUse use_of(int process);

/// Times of operations by kind, in seconds. One thread; merge() those of several.
class Times {
public:
    using Clock = std::chrono::steady_clock;

    void add(const std::string& kind, Clock::time_point begin);
    void merge(Times&& other);
    std::size_t count() const;
    /// {"count": …, "p50": …, "p95": …, "p99": …, "max": …} in milliseconds, for each kind.
    std::string json();

private:
    std::map<std::string, std::vector<double>> by_kind_;
};

} // namespace load
