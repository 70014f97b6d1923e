#include "codec/tar_input.hpp"

#include "base/error.hpp"

#include <algorithm>
#include <cstring>

namespace berth::codec::tar {
namespace {

[[noreturn]] void refuse_end() {
    throw Error(ErrorCode::content_invalid, "the archive ends inside an entry");
}

} // namespace

std::size_t TarInput::refill() {
    begin_ = 0;
    end_ = source_.read({buffer_.get(), buffer_size});
    return end_;
}

std::size_t TarInput::read(std::span<std::byte> out) {
    if (begin_ == end_) {
        if (out.size() >= buffer_size) return source_.read(out);
        if (refill() == 0) return 0;
    }
    const std::size_t count = std::min(out.size(), end_ - begin_);
    std::memcpy(out.data(), buffer_.get() + begin_, count);
    begin_ += count;
    return count;
}

void TarInput::read_exactly(std::span<std::byte> out) {
    while (!out.empty()) {
        const std::size_t got = read(out);
        if (got == 0) refuse_end();
        out = out.subspan(got);
    }
}

bool TarInput::read_block(Block& block) {
    const auto bytes = std::as_writable_bytes(std::span(block));
    const std::size_t got = read(bytes);
    if (got == 0) return false;
    read_exactly(bytes.subspan(got));
    return true;
}

std::string TarInput::read_text(std::size_t size) {
    std::string text(size, '\0');
    read_exactly(std::as_writable_bytes(std::span(text.data(), text.size())));
    return text;
}

void TarInput::skip(std::uint64_t count) {
    while (count > 0) {
        if (begin_ == end_ && refill() == 0) refuse_end();
        const auto step = std::min<std::uint64_t>(count, end_ - begin_);
        begin_ += static_cast<std::size_t>(step);
        count -= step;
    }
}

void TarInput::drain() {
    while (refill() != 0) continue;
    begin_ = end_ = 0;
}

} // namespace berth::codec::tar
