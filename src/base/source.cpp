#include "base/source.hpp"

#include "base/error.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <limits>

namespace berth {

std::size_t MemorySource::read(std::span<std::byte> out) {
    const std::size_t count = std::min(out.size(), bytes_.size() - position_);
    if (count != 0) std::memcpy(out.data(), bytes_.data() + position_, count);
    position_ += count;
    return count;
}

FileSource::FileSource(UniqueFd file, std::uint64_t offset, std::uint64_t length)
    : file_(std::move(file)), position_(offset), end_(offset + length) {
    constexpr auto largest = static_cast<std::uint64_t>(std::numeric_limits<off_t>::max());
    if (offset > largest || length > largest - offset)
        throw Error(ErrorCode::range_invalid, "offset and length lie beyond the largest file");
}

std::size_t FileSource::read(std::span<std::byte> out) {
    const auto wanted =
        static_cast<std::size_t>(std::min<std::uint64_t>(out.size(), end_ - position_));
    if (wanted == 0) return 0;
    ssize_t count = 0;
    do {
        count = ::pread(file_.get(), out.data(), wanted, static_cast<off_t>(position_));
    } while (count < 0 && errno == EINTR);
    if (count < 0) throw system_error("reading a file", errno);
    if (count == 0)
        throw Error(ErrorCode::corrupt,
                    fmt::format("a file ends at byte {} where {} were expected", position_, end_));
    position_ += static_cast<std::uint64_t>(count);
    return static_cast<std::size_t>(count);
}

std::string read_all(Source& source, std::uint64_t limit, std::string_view what) {
    std::string all;
    std::array<std::byte, 16 * 1024> buffer;
    while (const std::size_t count = source.read(buffer)) {
        if (count > limit - all.size())
            throw Error(ErrorCode::limit_exceeded,
                        fmt::format("{} is larger than the limit of {} bytes", what, limit));
        all.append(as_text(std::span(buffer).first(count)));
    }
    return all;
}

std::uint64_t drain(Source& source) {
    std::array<std::byte, 16 * 1024> buffer;
    std::uint64_t total = 0;
    while (const std::size_t count = source.read(buffer)) total += count;
    return total;
}

std::size_t read_full(Source& source, std::span<std::byte> out) {
    std::size_t filled = 0;
    while (filled < out.size()) {
        const std::size_t count = source.read(out.subspan(filled));
        if (count == 0) break;
        filled += count;
    }
    return filled;
}

} // namespace berth
