#include "base/synchronized.hpp"

#include <doctest/doctest.h>

#include <thread>
#include <vector>

using berth::Synchronized;

TEST_CASE("changes from many threads are all seen") {
    Synchronized<int> count(0);
    {
        std::vector<std::jthread> threads;
        for (int i = 0; i < 4; ++i)
            threads.emplace_back([&] {
                for (int k = 0; k < 1000; ++k) count.with([](int& n) { ++n; });
            });
    }
    CHECK(count.with([](int& n) { return n; }) == 4000);
}

TEST_CASE("who waits is woken by a change") {
    Synchronized<int> value(0);
    std::jthread changer([&] { value.change([](int& n) { n = 7; }); });
    CHECK(value.when([](int& n) { return n == 7; }, [](int& n) { return n + 1; }) == 8);
}
