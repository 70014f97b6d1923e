// Sources and compressors for the tests and fuzz targets of this folder.
#pragma once

#include "base/error.hpp"
#include "base/source.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <functional>
#include <memory>
#include <string>
#include <utility>

namespace berth::codec::test {

/// A small generator that gives the same numbers everywhere (xorshift64).
class Numbers {
public:
    explicit Numbers(std::uint64_t seed) : state_(seed * 2 + 1) {}
    std::uint64_t operator()(std::uint64_t below) {
        state_ ^= state_ << 13;
        state_ ^= state_ >> 7;
        state_ ^= state_ << 17;
        return state_ % below;
    }

private:
    std::uint64_t state_;
};

/// Gives a string in pieces of 1 to `most` bytes.
class ChunkedSource final : public Source {
public:
    ChunkedSource(std::string bytes, std::uint64_t seed, std::size_t most)
        : bytes_(std::move(bytes)), numbers_(seed), most_(most) {}

    std::size_t read(std::span<std::byte> out) override {
        const std::size_t count =
            std::min({out.size(), bytes_.size() - position_, std::size_t{1} + numbers_(most_)});
        std::memcpy(out.data(), bytes_.data() + position_, count);
        position_ += count;
        return count;
    }

private:
    std::string bytes_;
    std::size_t position_ = 0;
    Numbers numbers_;
    std::size_t most_;
};

/// Calls a function for each read.
class FunctionSource final : public Source {
public:
    using Function = std::function<std::size_t(std::span<std::byte>)>;
    explicit FunctionSource(Function function) : function_(std::move(function)) {}
    std::size_t read(std::span<std::byte> out) override { return function_(out); }

private:
    Function function_;
};

inline std::unique_ptr<Source> memory(std::string bytes) {
    return std::make_unique<MemorySource>(std::move(bytes));
}

/// Everything that `source` gives, read in pieces of 1 to `most` bytes.
inline std::string read_in_pieces(Source& source, std::uint64_t seed, std::size_t most) {
    Numbers numbers(seed);
    std::string buffer(most, '\0');
    std::string all;
    while (true) {
        const std::size_t size = 1 + numbers(most);
        const std::size_t got = source.read(std::as_writable_bytes(std::span(buffer.data(), size)));
        if (got == 0) return all;
        all.append(buffer, 0, got);
    }
}

/// Text-like bytes that compress, with runs that do not.
inline std::string sample(std::size_t size, std::uint64_t seed) {
    Numbers numbers(seed);
    std::string text;
    while (text.size() < size) {
        const std::uint64_t kind = numbers(4);
        if (kind == 0) {
            for (int i = 0; i < 40; ++i) text.push_back(static_cast<char>(numbers(256)));
        } else {
            text.append(1 + numbers(30), static_cast<char>('a' + numbers(6)));
        }
    }
    text.resize(size);
    return text;
}

/// The code of the Error that `action` throws; fails the test when it throws none.
template <class Action>
ErrorCode code_of(Action&& action) {
    try {
        std::forward<Action>(action)();
    } catch (const Error& error) {
        return error.code();
    }
    return ErrorCode::internal; // no test expects this one
}

} // namespace berth::codec::test
