// Run: many clients that do one kind of operation, and what it cost.
#pragma once

#include "cases.hpp"
#include "measured.hpp"

#include <atomic>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace load {

/// One operation of one client; `number` counts them over all clients. Returns the bytes moved.
using Step = std::function<std::uint64_t(Connection&, Times&, std::size_t number)>;

class Run {
public:
    /// `options` must outlive it.
    Run(const Options& options, Step step) : options_(options), step_(std::move(step)) {}

    /// Prints one JSON object. Throws what the first client that failed threw.
    void operator()();

private:
    bool is_over() const;
    void one_client(Connection& connection);

    const Options& options_;
    const Step step_;
    std::vector<Connection> connections_;
    ServerUse before_;
    Times::Clock::time_point begin_;
    std::atomic<std::size_t> next_{0};
    std::atomic<std::size_t> done_{0};
    std::atomic<std::uint64_t> bytes_{0};
    std::atomic<bool> failed_{false};
    std::mutex mutex_;
    Times times_;
    std::string failure_;
};

/// Throws if the answer has another status.
void expect(const Response& response, int status, std::string_view what);

} // namespace load
