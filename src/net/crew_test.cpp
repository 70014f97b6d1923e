#include "net/crew.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <memory>

using namespace berth::net;
using namespace std::chrono_literals;

TEST_CASE("a crew grows with the work up to its bound, and shrinks when there is none") {
    std::atomic<int> at_once{0};
    std::atomic<int> most{0};
    std::atomic<int> done{0};
    Crew<int> crew(4, 30ms, [&](int) {
        const int now = ++at_once;
        for (int seen = most; now > seen && !most.compare_exchange_weak(seen, now);) {
        }
        std::this_thread::sleep_for(2ms);
        --at_once;
        ++done;
    });
    CHECK(crew.size() == 0);
    for (int i = 0; i < 40; ++i) crew.submit(int(i));
    for (int i = 0; i < 400 && done < 40; ++i) std::this_thread::sleep_for(5ms);
    CHECK(done == 40);
    CHECK(most == 4);
    for (int i = 0; i < 400 && crew.size() > 0; ++i) std::this_thread::sleep_for(5ms);
    CHECK(crew.size() == 0);
    crew.submit(1);
    for (int i = 0; i < 400 && done < 41; ++i) std::this_thread::sleep_for(5ms);
    CHECK(done == 41);
}

TEST_CASE("a crew that goes away finishes what was submitted") {
    std::atomic<int> sum{0};
    {
        Crew<std::unique_ptr<int>> crew(2, 1s, [&](std::unique_ptr<int> item) { sum += *item; });
        for (int i = 1; i <= 100; ++i) crew.submit(std::make_unique<int>(i));
    }
    CHECK(sum == 5050);
}
