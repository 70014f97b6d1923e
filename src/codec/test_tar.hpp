// Tar blocks made by hand, valid or not, for the tests of the reader.
#pragma once

#include "codec/tar_block.hpp"

#include <fmt/core.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace berth::codec::test {

/// One header block, a GNU or ustar regular file unless told otherwise; chain the setters.
class HandBlock {
public:
    explicit HandBlock(char type, std::string_view name = "name", std::uint64_t size = 0) {
        block_.fill('\0');
        set(0, name);
        set(100, "0000644");
        set(124, fmt::format("{:011o}", size));
        block_[156] = type;
        set(257, std::string_view("ustar\0"
                                  "00",
                                  8));
    }
    HandBlock& set(std::size_t offset, std::string_view bytes) {
        std::copy(bytes.begin(), bytes.end(), block_.begin() + static_cast<long>(offset));
        return *this;
    }
    HandBlock& gnu() { return set(257, std::string_view("ustar  \0", 8)); }
    HandBlock& v7() { return set(257, std::string(8, '\0')); }

    /// With a right checksum.
    std::string bytes() const {
        tar::Block sealed = block_;
        const std::string sum = fmt::format("{:06o}", tar::checksum_of(sealed));
        std::copy(sum.begin(), sum.end(), sealed.begin() + 148);
        sealed[155] = ' ';
        return {sealed.data(), sealed.size()};
    }

private:
    tar::Block block_;
};

inline std::string padded(std::string text) {
    text.resize((text.size() + 511) / 512 * 512, '\0');
    return text;
}

/// An extended header with its data.
inline std::string extension(char type, const std::string& data) {
    return HandBlock(type, "ext", data.size()).bytes() + padded(data);
}

inline std::string record(std::string_view key, std::string_view value) {
    std::size_t length = key.size() + value.size() + 3;
    while (fmt::formatted_size("{}", length) + key.size() + value.size() + 3 != length) ++length;
    return fmt::format("{} {}={}\n", length, key, value);
}

inline std::string end_mark() {
    return std::string(1024, '\0');
}

} // namespace berth::codec::test
