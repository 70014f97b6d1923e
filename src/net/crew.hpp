// Crew: threads that grow with the work, up to a bound, and go when there is none.
#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <list>
#include <mutex>
#include <system_error>
#include <thread>

namespace berth::net {

/// Runs `work` on every item, on as many threads as there are items at once, at most `most`;
/// beyond that items queue in order. A thread without work for `patience` ends. `work` must not
/// throw. Any thread may submit.
template <class Item>
class Crew {
public:
    Crew(std::size_t most, std::chrono::milliseconds patience, std::function<void(Item)> work)
        : most_(most), patience_(patience), work_(std::move(work)) {}

    /// Finishes what is queued, then joins. Nothing may be submitted any more.
    ~Crew() {
        std::unique_lock lock(mutex_);
        closing_ = true;
        changed_.notify_all();
        all_gone_.wait(lock, [&] { return threads_.empty(); });
        lock.unlock();
        join(retired_);
    }
    Crew(const Crew&) = delete;
    Crew& operator=(const Crew&) = delete;

    /// Throws std::system_error, and leaves `item` alone, if not even one thread can be started.
    void submit(Item&& item) {
        std::list<std::thread> gone;
        {
            const std::lock_guard lock(mutex_);
            gone.swap(retired_);
            queue_.push_back(std::move(item));
            if (idle_ < queue_.size() && threads_.size() < most_ && !hire()) {
                item = std::move(queue_.back());
                queue_.pop_back();
                throw std::system_error(std::make_error_code(std::errc::not_enough_memory));
            }
        }
        changed_.notify_one();
        join(gone);
    }

    std::size_t size() {
        const std::lock_guard lock(mutex_);
        return threads_.size();
    }

private:
    using Place = std::list<std::thread>::iterator;

    static void join(std::list<std::thread>& threads) {
        for (std::thread& thread : threads) thread.join();
    }

    /// False if there is no thread now. With others at work the item is only late.
    bool hire() {
        const Place place = threads_.emplace(threads_.end());
        try {
            *place = std::thread([this, place] { run(place); });
        } catch (const std::system_error&) {
            threads_.erase(place);
        }
        return !threads_.empty();
    }

    void run(Place place) {
        std::unique_lock lock(mutex_);
        while (await_work(lock)) {
            Item item = std::move(queue_.front());
            queue_.pop_front();
            lock.unlock();
            work_(std::move(item));
            lock.lock();
        }
        retired_.splice(retired_.end(), threads_, place);
        if (threads_.empty()) all_gone_.notify_all();
    }

    bool await_work(std::unique_lock<std::mutex>& lock) {
        ++idle_;
        changed_.wait_for(lock, patience_, [&] { return !queue_.empty() || closing_; });
        --idle_;
        return !queue_.empty();
    }

    const std::size_t most_;
    const std::chrono::milliseconds patience_;
    const std::function<void(Item)> work_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::condition_variable all_gone_;
    std::deque<Item> queue_;
    std::list<std::thread> threads_;
    std::list<std::thread> retired_; ///< ended, to be joined
    std::size_t idle_ = 0;
    bool closing_ = false;
};

} // namespace berth::net
