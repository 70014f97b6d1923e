#include "net/crew.hpp"

#include <doctest/doctest.h>

#include <condition_variable>
#include <deque>
#include <mutex>

using namespace berth::net;
using namespace std::chrono_literals;

namespace {

/// What a crew waits at in these tests.
class Queue {
public:
    void put(int item) {
        const std::lock_guard lock(mutex_);
        items_.push_back(item);
        changed_.notify_one();
    }
    std::optional<int> wait() {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] { return closed_ || !items_.empty(); });
        if (items_.empty()) return std::nullopt;
        const int item = items_.front();
        items_.pop_front();
        return item;
    }
    void close() {
        const std::lock_guard lock(mutex_);
        closed_ = true;
        changed_.notify_all();
    }

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<int> items_;
    bool closed_ = false;
};

/// Looks until `holds`, for up to two seconds.
template <class Holds>
bool look_until(Crew<int>& crew, Holds&& holds) {
    for (int i = 0; i < 1000 && !holds(); ++i) {
        crew.look();
        std::this_thread::sleep_for(2ms);
    }
    return holds();
}

} // namespace

TEST_CASE("work that is long gets stand-ins up to the bound, and they go when there is none") {
    Queue queue;
    std::atomic<int> at_once{0};
    std::atomic<int> most{0};
    std::atomic<int> done{0};
    std::atomic<bool> hold{true};
    const auto work = [&](int) {
        const int now = ++at_once;
        for (int seen = most; now > seen && !most.compare_exchange_weak(seen, now);) {
        }
        while (hold) std::this_thread::sleep_for(1ms);
        --at_once;
        ++done;
    };
    Crew<int> crew({.on_duty = 2, .most = 6, .patience = 30ms},
                   {[&] { return queue.wait(); }, work, [] {}});
    CHECK(crew.size() == 2);
    for (int i = 0; i < 20; ++i) queue.put(i);
    CHECK(look_until(crew, [&] { return most == 6; }));
    hold = false;
    CHECK(look_until(crew, [&] { return done == 20; }));
    CHECK(most == 6);
    queue.put(1);
    CHECK(look_until(crew, [&] { return done == 21; }));
    for (int i = 0; i < 60 && crew.size() > 2; ++i) {
        // Those who stayed in the round rest after their next piece of work.
        queue.put(i);
        std::this_thread::sleep_for(10ms);
    }
    CHECK(crew.size() == 2);
    queue.close();
}

TEST_CASE("threads that went are joined though nobody looks any more") {
    Queue queue;
    std::atomic<int> at_work{0};
    std::atomic<bool> hold{true};
    const auto work = [&](int) {
        ++at_work;
        while (hold) std::this_thread::sleep_for(1ms);
    };
    Crew<int> crew({.on_duty = 2, .most = 12, .patience = 1ms},
                   {[&] { return queue.wait(); }, work, [] {}});
    for (int i = 0; i < 12; ++i) queue.put(i);
    CHECK(look_until(crew, [&] { return at_work == 12; }));
    hold = false;
    for (int i = 0; i < 400 && crew.size() > 2; ++i) {
        queue.put(i);
        std::this_thread::sleep_for(5ms);
    }
    CHECK(crew.size() == 2);
    CHECK(crew.retired() <= 1);
    queue.close();
}

TEST_CASE("short work is done by those on duty, however much there is") {
    Queue queue;
    std::atomic<int> done{0};
    Crew<int> crew({.on_duty = 2, .most = 50, .patience = 1s},
                   {[&] { return queue.wait(); }, [&](int) { ++done; }, [] {}});
    for (int i = 0; i < 20'000; ++i) queue.put(i);
    CHECK(look_until(crew, [&] { return done == 20'000; }));
    // A look may meet a thread that the system has set aside for a moment.
    CHECK(crew.size() < 10);
    queue.close();
}

TEST_CASE("the alarm is raised when nobody waits for work any more") {
    Queue queue;
    std::atomic<int> alarms{0};
    std::atomic<bool> hold{true};
    const auto work = [&](int) {
        while (hold) std::this_thread::sleep_for(1ms);
    };
    Crew<int> crew({.on_duty = 2, .most = 2, .patience = 1s},
                   {[&] { return queue.wait(); }, work, [&] { ++alarms; }});
    std::this_thread::sleep_for(20ms);
    queue.put(1);
    std::this_thread::sleep_for(20ms);
    CHECK(alarms == 0);
    CHECK_FALSE(crew.look());
    queue.put(2);
    for (int i = 0; i < 400 && alarms == 0; ++i) std::this_thread::sleep_for(5ms);
    CHECK(alarms == 1);
    CHECK(crew.look());
    hold = false;
    queue.close();
}

TEST_CASE("a crew that goes away finishes what it has begun") {
    Queue queue;
    std::atomic<int> sum{0};
    {
        Crew<int> crew({.on_duty = 2, .most = 2, .patience = 1s},
                       {[&] { return queue.wait(); }, [&](int item) { sum += item; }, [] {}});
        for (int i = 1; i <= 100; ++i) queue.put(i);
        queue.close();
    }
    CHECK(sum == 5050);
}
