#include "codec/read_ahead.hpp"

#include "codec/test_sources.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <future>
#include <thread>

namespace berth::codec {

TEST_CASE("read-ahead gives the bytes of its source, for all sizes of buffers") {
    const std::string content = test::sample(300'000, 1);
    for (const std::size_t buffers : {1, 2, 7}) {
        for (const std::size_t bytes : {1000, 65536, 1'000'000}) {
            ReadAheadSource source(std::make_unique<test::ChunkedSource>(content, 3, 5000), buffers,
                                   bytes);
            REQUIRE(test::read_in_pieces(source, 4, 7000) == content);
            std::byte more{};
            CHECK(source.read({&more, 1}) == 0);
            CHECK(source.read({&more, 1}) == 0);
        }
    }
}

TEST_CASE("read-ahead of read-ahead is a pipeline") {
    const std::string content = test::sample(200'000, 2);
    auto first = std::make_unique<ReadAheadSource>(test::memory(content), 4, 4096);
    auto second = std::make_unique<ReadAheadSource>(std::move(first), 3, 1000);
    CHECK(read_all(*second, 1'000'000, "it") == content);
}

TEST_CASE("an error comes after the bytes before it, and stays") {
    std::size_t left = 10'000;
    ReadAheadSource source(std::make_unique<test::FunctionSource>([&](std::span<std::byte> out) {
                               if (left == 0) throw Error(ErrorCode::timeout, "slow");
                               const std::size_t count = std::min<std::size_t>(out.size(), 700);
                               const std::size_t given = std::min(count, left);
                               left -= given;
                               return given;
                           }),
                           3, 4096);
    std::size_t got = 0;
    const auto read_on = [&] {
        std::byte buffer[999];
        while (const std::size_t count = source.read(buffer)) got += count;
    };
    CHECK(test::code_of(read_on) == ErrorCode::timeout);
    CHECK(got == 10'000);
    CHECK(test::code_of(read_on) == ErrorCode::timeout);
    CHECK(got == 10'000);
}

TEST_CASE("bytes come through as soon as the reader waits for them") {
    std::promise<void> go_on;
    auto gate = go_on.get_future();
    int reads = 0;
    ReadAheadSource source(std::make_unique<test::FunctionSource>([&](std::span<std::byte> out) {
                               if (++reads == 1) {
                                   // So that the reader is already waiting.
                                   std::this_thread::sleep_for(std::chrono::milliseconds(20));
                                   out[0] = std::byte{7};
                                   return std::size_t{1};
                               }
                               gate.wait();
                               return std::size_t{0};
                           }),
                           2, 65536);
    std::byte first{};
    CHECK(source.read({&first, 1}) == 1); // would hang if whole buffers were needed
    CHECK(first == std::byte{7});
    go_on.set_value();
    CHECK(source.read({&first, 1}) == 0);
}

TEST_CASE("an early end does not hang, whether the ring is full, empty or in use") {
    const auto endless = [](std::atomic<int>& reads) {
        return std::make_unique<test::FunctionSource>([&reads](std::span<std::byte> out) {
            ++reads;
            return out.size();
        });
    };
    for (int round = 0; round < 50; ++round) {
        std::atomic<int> reads = 0;
        ReadAheadSource source(endless(reads), 3, 512);
        std::byte buffer[300];
        for (int i = 0; i < round % 10; ++i) CHECK(source.read(buffer) > 0);
    }
    std::atomic<int> reads = 0;
    { ReadAheadSource untouched(endless(reads), 3, 512); }
    CHECK(reads <= 3);
}

} // namespace berth::codec
