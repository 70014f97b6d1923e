#include "net/incoming_body.hpp"

#include "base/error.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace berth::net {
namespace {

constexpr std::size_t max_chunk_line = 256;
constexpr std::size_t max_trailers = 8 * 1024;
constexpr std::chrono::milliseconds skip_patience{100}; // for all of it

Error malformed() {
    return {ErrorCode::usage, "the request's chunked body is malformed"};
}

/// "1a2b" or "1a2b;extension". A size that would overflow is malformed.
std::uint64_t chunk_size(std::string_view line) {
    const std::string_view digits = trimmed(line.substr(0, line.find(';')));
    std::uint64_t size = 0;
    const auto [end, failed] =
        std::from_chars(digits.data(), digits.data() + digits.size(), size, 16);
    if (digits.empty() || digits.size() > 15 || failed != std::errc() ||
        end != digits.data() + digits.size())
        throw malformed();
    return size;
}

} // namespace

IncomingBody::IncomingBody(Input& input, Stream& stream, const RequestHead& head,
                           std::uint64_t limit, DripMeter patience)
    : input_(input),
      stream_(stream),
      chunked_(head.chunked),
      expects_continue_(head.expects_continue),
      limit_(limit),
      stated_(head.content_length.value_or(0)),
      left_(stated_),
      finished_(!head.has_body()),
      meter_(patience) {}

void IncomingBody::begin() {
    if (stated_ > limit_)
        throw Error(ErrorCode::limit_exceeded,
                    fmt::format("the request's body of {} is larger than the limit of {}",
                                human_size(stated_), human_size(limit_)));
    if (!std::exchange(expects_continue_, false)) return;
    write_all(stream_, as_bytes("HTTP/1.1 100 Continue\r\n\r\n"), meter_);
}

std::size_t IncomingBody::read(std::span<std::byte> out) {
    if (finished_) return 0;
    begin();
    if (chunked_ && left_ == 0) next_chunk();
    return finished_ ? 0 : read_span(out);
}

std::size_t IncomingBody::read_span(std::span<std::byte> out) {
    const auto most = static_cast<std::size_t>(std::min<std::uint64_t>(out.size(), left_));
    const std::size_t got = input_.read(out.first(most), meter_);
    if (got == 0)
        throw Error(ErrorCode::unreachable,
                    fmt::format("the client closed the connection after {} bytes of the request's "
                                "body",
                                received_));
    left_ -= got;
    received_ += got;
    if (!chunked_ && left_ == 0) finished_ = true;
    return got;
}

void IncomingBody::next_chunk() {
    if (in_chunk_ && !line(2).empty()) throw malformed();
    left_ = chunk_size(line(max_chunk_line));
    in_chunk_ = true;
    if (left_ > limit_ - received_)
        throw Error(
            ErrorCode::limit_exceeded,
            fmt::format("the request's body is larger than the limit of {}", human_size(limit_)));
    if (left_ == 0) skip_trailers();
}

void IncomingBody::skip_trailers() {
    std::size_t seen = 0;
    while (true) {
        const std::size_t size = line(max_trailers - seen).size();
        if (size == 0) break;
        seen += size;
    }
    finished_ = true;
}

/// One line without its end. More than `limit` bytes are malformed.
std::string IncomingBody::line(std::size_t limit) {
    while (true) {
        const std::string_view kept = input_.kept();
        const std::size_t end = kept.find("\r\n");
        if (end > limit && kept.size() > limit + 1) throw malformed();
        if (end != std::string_view::npos) {
            std::string text(kept.substr(0, end));
            input_.consume(end + 2);
            return text;
        }
        if (!input_.receive(meter_))
            throw Error(ErrorCode::unreachable, "the client closed the connection inside a chunk");
    }
}

bool IncomingBody::skip_rest(std::size_t most) noexcept {
    if (expects_continue_) return false;
    // The response must not wait for a client that is slow to send what nobody wants.
    meter_ = DripMeter(skip_patience, DripMeter::Duration::zero());
    try {
        std::array<std::byte, 16 * 1024> dropped;
        for (std::size_t skipped = 0; !finished_ && skipped <= most;) skipped += read(dropped);
    } catch (const std::exception&) {
        return false;
    }
    return finished_;
}

} // namespace berth::net
