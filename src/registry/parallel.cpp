#include "registry/parallel.hpp"

#include "base/error.hpp"
#include "base/synchronized.hpp"

#include <algorithm>
#include <atomic>
#include <exception>
#include <thread>
#include <vector>

namespace berth::registry {
namespace {

constexpr std::size_t thread_limit = 64;

class Crew {
public:
    Crew(std::size_t count, std::stop_source stop, const std::function<void(std::size_t)>& work)
        : count_(count), stop_(std::move(stop)), work_(work) {}

    void run() noexcept {
        while (!stop_.stop_requested()) {
            const std::size_t index = next_.fetch_add(1);
            if (index >= count_) return;
            try {
                work_(index);
                done_.fetch_add(1);
            } catch (...) {
                first_error_.with([](std::exception_ptr& first) {
                    if (!first) first = std::current_exception();
                });
                stop_.request_stop();
            }
        }
    }

    void finish() {
        if (auto error = first_error_.with([](auto& first) { return first; }))
            std::rethrow_exception(error);
        if (done_ < count_) throw Error(ErrorCode::cancelled, "stopped on request");
    }

private:
    std::size_t count_;
    std::stop_source stop_;
    const std::function<void(std::size_t)>& work_;
    std::atomic<std::size_t> next_ = 0;
    std::atomic<std::size_t> done_ = 0;
    Synchronized<std::exception_ptr> first_error_;
};

} // namespace

void for_each_parallel(std::size_t count, std::size_t threads, std::stop_source stop,
                       const std::function<void(std::size_t)>& work) {
    Crew crew(count, std::move(stop), work);
    const std::size_t wanted = std::clamp<std::size_t>(std::min(threads, count), 1, thread_limit);
    {
        std::vector<std::jthread> others;
        for (std::size_t each = 1; each < wanted; ++each)
            others.emplace_back([&crew] { crew.run(); });
        crew.run();
    }
    crew.finish();
}

} // namespace berth::registry
