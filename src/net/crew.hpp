// Crew: threads that take turns at waiting for work and doing it; few while the work is short, more
// while it is long.
//
// A fixed number is on duty. One that is found at the same piece of work by two looks in a row gets
// a stand-in, and is free to take as long as it likes. So short work is done by about as many
// threads as there are processors, each taking the next piece itself instead of having it handed
// over; and long work (a body that trickles in, a disk that syncs) keeps short work waiting for two
// looks at most.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <list>
#include <mutex>
#include <optional>
#include <system_error>
#include <thread>

namespace berth::net {

struct CrewSize {
    std::size_t on_duty; ///< threads for short work
    std::size_t most;    ///< threads in all
    /// How long a thread stays that is not needed any more.
    std::chrono::milliseconds patience;
};

/// What a crew is made of. Called by many threads at once; none may throw.
template <class Item>
struct CrewWork {
    /// Waits for the next item. Nothing: there will be none any more, the thread ends.
    std::function<std::optional<Item>()> wait;
    std::function<void(Item)> work;
    /// Nobody waits for work any more: look() is to be called, soon and again and again.
    std::function<void()> alarm;
};

template <class Item>
class Crew {
public:
    /// Throws std::system_error if not even one thread can be started.
    Crew(CrewSize size, CrewWork<Item> work) : size_(size), work_(std::move(work)) {
        const std::lock_guard lock(mutex_);
        for (std::size_t i = 0; i < size_.on_duty; ++i) {
            if (!hire() && workers_.empty())
                throw std::system_error(
                    std::make_error_code(std::errc::resource_unavailable_try_again));
        }
    }

    /// REQUIRES: from now on CrewWork::wait returns nothing, at once. Waits for work in progress.
    ~Crew() {
        std::unique_lock lock(mutex_);
        closing_ = true;
        called_back_.notify_all();
        all_gone_.wait(lock, [&] { return workers_.empty(); });
        lock.unlock();
        join(retired_);
    }
    Crew(const Crew&) = delete;
    Crew& operator=(const Crew&) = delete;

    /// Finds stand-ins for those who have been at one piece since the last look, if nobody waits
    /// for work. Returns whether to look again soon. One thread at a time.
    bool look() {
        const bool needed = waiting_.load() == 0;
        const std::lock_guard lock(mutex_);
        // Not by range: relieve() may add to the list.
        for (auto worker = workers_.begin(); worker != workers_.end(); ++worker) {
            const auto step = worker->step.load(std::memory_order_relaxed);
            const bool same = step == worker->seen && step % 2 == 1;
            worker->seen = step;
            if (needed && same && !worker->relieved) relieve(*worker);
        }
        return needed;
    }

    std::size_t size() {
        const std::lock_guard lock(mutex_);
        return workers_.size();
    }
    /// Threads that have ended, or are about to, and were not joined yet.
    std::size_t retired() {
        const std::lock_guard lock(mutex_);
        return retired_.size();
    }

private:
    struct Worker {
        std::thread thread;
        std::atomic<std::uint64_t> step{0}; ///< odd while it works
        std::uint64_t seen = 0;             ///< `step` at the last look
        std::atomic<bool> relieved{false};  ///< somebody else has taken its place on duty
    };
    using Place = typename std::list<Worker>::iterator;

    static void join(std::list<Worker>& workers) {
        for (Worker& worker : workers) worker.thread.join();
    }

    /// Under the lock.
    bool hire() {
        if (workers_.size() >= size_.most) return false;
        const Place place = workers_.emplace(workers_.end());
        try {
            place->thread = std::thread([this, place] { run(place); });
        } catch (const std::system_error&) {
            workers_.erase(place);
            return false;
        }
        return true;
    }

    /// Under the lock. Without a stand-in the worker stays on duty: the next look tries again.
    void relieve(Worker& worker) {
        if (resting_ > called_) {
            ++called_;
            called_back_.notify_one();
        } else if (!hire()) {
            return;
        }
        worker.relieved = true;
    }

    void run(Place place) {
        while (std::optional<Item> item = next()) {
            place->step.fetch_add(1, std::memory_order_relaxed);
            work_.work(std::move(*item));
            place->step.fetch_add(1, std::memory_order_relaxed);
            // While others do not keep up, one more is welcome.
            if (place->relieved && waiting_.load() > 0 && !rest(*place)) break;
        }
        retire(place);
    }

    /// Of the thread itself. Each joins those who went before it, so that at most one waits to be
    /// joined, however long nobody looks.
    void retire(Place place) {
        std::list<Worker> before;
        {
            const std::lock_guard lock(mutex_);
            before.swap(retired_);
            retired_.splice(retired_.end(), workers_, place);
            if (workers_.empty()) all_gone_.notify_all();
        }
        join(before);
    }

    std::optional<Item> next() {
        waiting_.fetch_add(1);
        std::optional<Item> item = work_.wait();
        if (waiting_.fetch_sub(1) == 1 && item) work_.alarm();
        return item;
    }

    /// Until called back on duty; false if that did not happen for long.
    bool rest(Worker& worker) {
        std::unique_lock lock(mutex_);
        ++resting_;
        called_back_.wait_for(lock, size_.patience, [&] { return called_ > 0 || closing_; });
        --resting_;
        if (called_ == 0) return false;
        --called_;
        worker.relieved = false;
        return true;
    }

    const CrewSize size_;
    const CrewWork<Item> work_;
    std::atomic<std::size_t> waiting_{0};
    std::mutex mutex_;
    std::condition_variable called_back_;
    std::condition_variable all_gone_;
    std::list<Worker> workers_;
    std::list<Worker> retired_; ///< ended, to be joined
    std::size_t resting_ = 0;
    std::size_t called_ = 0; ///< of those who rest, how many are to go back on duty
    bool closing_ = false;
};

} // namespace berth::net
