#include "codec/verifying_source.hpp"

#include "codec/test_sources.hpp"

#include <doctest/doctest.h>

#include <array>
#include <span>

namespace berth::codec {
namespace {

using test::code_of;

VerifyingSource verifying(std::string bytes, std::string_view promised, std::uint64_t size) {
    return {test::memory(std::move(bytes)), digest_of(promised), size, "layer 2"};
}

DigestCheckingSource checking(std::string bytes, std::string_view promised, std::uint64_t limit) {
    return {test::memory(std::move(bytes)), digest_of(promised), limit, "layer 2"};
}

} // namespace

TEST_CASE("content of the stated size and digest passes through") {
    for (const std::size_t size : {std::size_t{0}, std::size_t{1}, std::size_t{200'000}}) {
        const std::string content = test::sample(size, 1);
        auto source = verifying(content, content, size);
        CHECK(test::read_in_pieces(source, 7, 5000) == content);
        std::byte more{};
        CHECK(source.read({&more, 1}) == 0);
    }
}

TEST_CASE("content that goes on is refused before its end shows") {
    auto source = verifying("hello!", "hello", 5);
    CHECK(code_of([&] { drain(source); }) == ErrorCode::size_invalid);
    // The refused byte is gone from the inner source: the refusal must stay.
    CHECK(code_of([&] { drain(source); }) == ErrorCode::size_invalid);
}

TEST_CASE("content that ends early is refused") {
    auto source = verifying("hell", "hello", 5);
    CHECK(code_of([&] { drain(source); }) == ErrorCode::size_invalid);
    CHECK(code_of([&] { drain(source); }) == ErrorCode::size_invalid);
}

TEST_CASE("content with another digest is refused, and the message names both") {
    auto source = verifying("jello", "hello", 5);
    try {
        drain(source);
        FAIL("not refused");
    } catch (const Error& error) {
        CHECK(error.code() == ErrorCode::digest_invalid);
        CHECK(error.message().find("layer 2") != std::string::npos);
        CHECK(error.message().find(digest_of("jello").text()) != std::string::npos);
        CHECK(error.message().find(digest_of("hello").text()) != std::string::npos);
    }
}

TEST_CASE("the last bytes of false content are never given") {
    auto other = verifying("jello", "hello", 5);
    std::array<std::byte, 5> piece{};
    CHECK(other.read(std::span(piece).first(4)) == 4);
    CHECK(code_of([&] { other.read(piece); }) == ErrorCode::digest_invalid);
    auto longer = verifying("hello!", "hello", 5);
    CHECK(code_of([&] { longer.read(piece); }) == ErrorCode::size_invalid);
}

TEST_CASE("an error of the inner source passes unchanged") {
    auto broken = std::make_unique<test::FunctionSource>(
        [](std::span<std::byte>) -> std::size_t { throw Error(ErrorCode::timeout, "slow"); });
    VerifyingSource source(std::move(broken), digest_of("x"), 1, "blob");
    CHECK(code_of([&] { drain(source); }) == ErrorCode::timeout);
}

TEST_CASE("a digest-checking source takes any length up to its limit") {
    auto exact = checking("hello", "hello", 5);
    CHECK(read_all(exact, 100, "it") == "hello");
    auto below = checking("hello", "hello", 50);
    CHECK(read_all(below, 100, "it") == "hello");
    auto above = checking("hello", "hello", 4);
    CHECK(code_of([&] { drain(above); }) == ErrorCode::limit_exceeded);
    CHECK(code_of([&] { drain(above); }) == ErrorCode::limit_exceeded);
    auto other = checking("jello", "hello", 5);
    CHECK(code_of([&] { drain(other); }) == ErrorCode::digest_invalid);
}

} // namespace berth::codec
