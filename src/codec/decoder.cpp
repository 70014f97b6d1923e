#include "codec/decoder.hpp"

#include <fmt/format.h>

#include <limits>

namespace berth::codec {
namespace {

constexpr std::uint64_t ratio_allowance = 1024 * 1024;

std::uint64_t most_output(std::uint64_t input, std::uint64_t ratio) {
    std::uint64_t product = 0;
    std::uint64_t sum = 0;
    const bool too_large = __builtin_mul_overflow(input, ratio, &product) ||
                           __builtin_add_overflow(product, ratio_allowance, &sum);
    return too_large ? std::numeric_limits<std::uint64_t>::max() : sum;
}

} // namespace

std::span<const std::byte> InputWindow::bytes() {
    if (begin_ == end_) {
        begin_ = 0;
        end_ = inner_->read({buffer_.get(), buffer_size});
        total_ += end_;
    }
    return {buffer_.get() + begin_, end_ - begin_};
}

std::size_t Decoder::read(std::span<std::byte> out) {
    if (failure_) throw *failure_;
    if (ended_) return 0;
    try {
        const std::size_t got = decode(out);
        output_ += got;
        ended_ = got == 0;
        check_limits();
        return got;
    } catch (const Error& error) {
        failure_ = error;
        throw;
    }
}

void Decoder::check_limits() const {
    if (output_ > limits_.output) {
        throw Error(ErrorCode::limit_exceeded,
                    fmt::format("{} stream unpacks to more than the limit of {} bytes", format_,
                                limits_.output));
    }
    if (output_ > most_output(input_.total(), limits_.ratio)) {
        throw Error(ErrorCode::limit_exceeded,
                    fmt::format("{} stream unpacks to {} bytes from {}, beyond the ratio limit of "
                                "{} to 1",
                                format_, output_, input_.total(), limits_.ratio));
    }
}

void Decoder::refuse(std::string_view cause) const {
    throw Error(ErrorCode::content_invalid,
                fmt::format("{} stream is damaged near compressed byte {}: {}", format_,
                            input_.total(), cause));
}

} // namespace berth::codec
