#include "base/source.hpp"

#include "base/error.hpp"
#include "base/file.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cstdlib>

using namespace berth;

namespace {

/// An unnamed file with this content.
UniqueFd file_with(std::string_view content) {
    std::string name = "/tmp/berth-source-XXXXXX";
    UniqueFd file(::mkostemp(name.data(), O_CLOEXEC));
    REQUIRE(file);
    ::unlink(name.c_str());
    write_all(file.get(), as_bytes(content), "a file of the test");
    return file;
}

/// Gives one byte at a time.
class SlowSource final : public Source {
public:
    explicit SlowSource(std::string bytes) : inner_(std::move(bytes)) {}
    std::size_t read(std::span<std::byte> out) override { return inner_.read(out.first(1)); }

private:
    MemorySource inner_;
};

ErrorCode code_of(const auto& call) {
    try {
        call();
    } catch (const Error& error) {
        return error.code();
    }
    return ErrorCode::internal;
}

} // namespace

TEST_CASE("a memory source gives its bytes once and then stays at its end") {
    MemorySource source("hello");
    std::array<std::byte, 3> buffer;
    CHECK(source.read(buffer) == 3);
    CHECK(as_text(buffer) == "hel");
    CHECK(source.read(buffer) == 2);
    CHECK(source.read(buffer) == 0);
    CHECK(source.read(buffer) == 0);
}

TEST_CASE("a file source reads its part and leaves the position alone") {
    UniqueFd file = file_with("0123456789");
    const int fd = file.get();
    ::lseek(fd, 7, SEEK_SET);
    FileSource source(std::move(file), 2, 5);
    std::array<std::byte, 64> buffer;
    REQUIRE(source.read(buffer) == 5);
    CHECK(as_text(std::span(buffer).first(5)) == "23456");
    CHECK(source.read(buffer) == 0);
    CHECK(::lseek(fd, 0, SEEK_CUR) == 7);
}

TEST_CASE("a file that ends early is corrupt") {
    FileSource source(file_with("0123"), 2, 5);
    CHECK(code_of([&] { drain(source); }) == ErrorCode::corrupt);
}

TEST_CASE("an offset and a length that overflow are refused") {
    CHECK(code_of([] { FileSource(UniqueFd(), ~std::uint64_t{0} - 1, 5); }) ==
          ErrorCode::range_invalid);
}

TEST_CASE("read_all takes up to the limit and not a byte more") {
    MemorySource fits("12345");
    CHECK(read_all(fits, 5, "the thing") == "12345");
    MemorySource large("123456");
    try {
        read_all(large, 5, "the thing");
        FAIL("not refused");
    } catch (const Error& error) {
        CHECK(error.code() == ErrorCode::limit_exceeded);
        CHECK(error.message() == "the thing is larger than the limit of 5 bytes");
    }
}

TEST_CASE("drain counts and read_full fills") {
    SlowSource slow("abcdef");
    std::array<std::byte, 4> buffer;
    CHECK(read_full(slow, buffer) == 4);
    CHECK(as_text(buffer) == "abcd");
    CHECK(read_full(slow, buffer) == 2);
    SlowSource again("abcdef");
    CHECK(drain(again) == 6);
}

TEST_CASE("a descriptor has one owner") {
    UniqueFd first = file_with("x");
    const int fd = first.get();
    UniqueFd second = std::move(first);
    CHECK_FALSE(first);
    CHECK(second.get() == fd);
    second.reset();
    CHECK(::fcntl(fd, F_GETFD) == -1);
}
