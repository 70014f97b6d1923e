#include "codec/decompress.hpp"

#include "base/error.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>

namespace berth::codec {
namespace {

/// Gives the bytes that were looked at, then the rest; for plain content also bounds the length.
class Replayed final : public Source {
public:
    using Head = std::array<std::byte, 4>;

    Replayed(Head head, std::size_t head_size, std::unique_ptr<Source> rest, std::uint64_t limit)
        : head_(head), head_size_(head_size), rest_(std::move(rest)), left_(limit), limit_(limit) {}

    std::size_t read(std::span<std::byte> out) override {
        const std::size_t got = next(out);
        if (got > left_) {
            throw Error(ErrorCode::limit_exceeded,
                        fmt::format("content is longer than the limit of {} bytes", limit_));
        }
        left_ -= got;
        return got;
    }

private:
    std::size_t next(std::span<std::byte> out) {
        if (position_ == head_size_) return rest_->read(out);
        const std::size_t count = std::min(out.size(), head_size_ - position_);
        std::memcpy(out.data(), head_.data() + position_, count);
        position_ += count;
        return count;
    }

    Head head_;
    std::size_t head_size_;
    std::size_t position_ = 0;
    std::unique_ptr<Source> rest_;
    std::uint64_t left_;
    std::uint64_t limit_;
};

bool starts_with(std::span<const std::byte> head, std::string_view magic) {
    return as_text(head).substr(0, magic.size()) == magic;
}

bool is_skippable_frame(std::span<const std::byte> head) {
    return head.size() >= 4 && (head[0] & std::byte{0xf0}) == std::byte{0x50} &&
           starts_with(head.subspan(1), "\x2a\x4d\x18");
}

} // namespace

Compression detect_compression(std::span<const std::byte> head) noexcept {
    if (starts_with(head, "\x1f\x8b")) return Compression::gzip;
    if (starts_with(head, "\x28\xb5\x2f\xfd") || is_skippable_frame(head)) {
        return Compression::zstd;
    }
    return Compression::none;
}

std::unique_ptr<Source> decompress(std::unique_ptr<Source> inner, DecompressLimits limits) {
    Replayed::Head head{};
    const std::size_t size = read_full(*inner, head);
    const Compression compression = detect_compression(std::span(head).first(size));
    // The input of a decoder has bounds of its own: the descriptor's size.
    const std::uint64_t limit =
        compression == Compression::none ? limits.output : ~std::uint64_t{0};
    auto whole = std::make_unique<Replayed>(head, size, std::move(inner), limit);
    switch (compression) {
        case Compression::gzip:
            return gunzip(std::move(whole), limits);
        case Compression::zstd:
            return unzstd(std::move(whole), limits);
        case Compression::none:
            break;
    }
    return whole;
}

} // namespace berth::codec
