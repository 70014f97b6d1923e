#include "run.hpp"

#include <fmt/format.h>

#include <stdexcept>
#include <thread>

namespace load {

namespace {

using Clock = Times::Clock;

} // namespace

void Run::operator()() {
    for (std::size_t i = 0; i < options_.connections; ++i)
        connections_.emplace_back(options_.server);
    before_ = use_of(options_.process);
    begin_ = Clock::now();
    std::vector<std::thread> threads;
    for (auto& connection : connections_) threads.emplace_back([&] { one_client(connection); });
    for (auto& thread : threads) thread.join();
    const double seconds = std::chrono::duration<double>(Clock::now() - begin_).count();
    if (!failure_.empty()) throw std::runtime_error(failure_);
    const auto after = use_of(options_.process);
    fmt::print(R"({{"seconds": {:.6f}, "operations": {}, "bytes": {}, "cpu": {:.2f}, )"
               R"("rss_before": {}, "rss": {}, "peak": {}, "times": {}}})"
               "\n",
               seconds, done_.load(), bytes_.load(), after.cpu - before_.cpu, before_.rss,
               after.rss, after.peak, times_.json());
}

bool Run::is_over() const {
    if (failed_) return true;
    return options_.seconds > 0 &&
           Clock::now() - begin_ > std::chrono::duration<double>(options_.seconds);
}

void Run::one_client(Connection& connection) {
    Times times;
    try {
        while (!is_over()) {
            const std::size_t number = next_.fetch_add(1);
            if (options_.count > 0 && number >= options_.count) break;
            bytes_ += step_(connection, times, number);
            ++done_;
        }
    } catch (const std::exception& error) {
        const std::lock_guard lock(mutex_);
        failure_ = error.what();
        failed_ = true;
    }
    const std::lock_guard lock(mutex_);
    times_.merge(std::move(times));
}

void expect(const Response& response, int status, std::string_view what) {
    if (response.status != status)
        throw std::runtime_error(fmt::format("{}: {}, not {}", what, response.status, status));
}

} // namespace load
