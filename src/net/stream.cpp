#include "net/stream.hpp"

#include "base/error.hpp"

#include <poll.h>

#include <algorithm>

namespace berth::net {
namespace {

constexpr std::size_t file_step = 1024 * 1024;

void wait(Stream& stream, DripMeter& meter) {
    using std::chrono::milliseconds;
    if (meter.expired()) throw Error(ErrorCode::request_timeout, "the client makes no progress");
    const auto left = std::chrono::ceil<milliseconds>(meter.left()).count();
    pollfd watched{stream.fd(), stream.wants(), 0};
    const auto start = std::chrono::steady_clock::now();
    ::poll(&watched, 1, static_cast<int>(std::clamp<std::int64_t>(left, 1, 60'000)));
    meter.waited(std::chrono::steady_clock::now() - start);
}

/// Repeats `step`, which says how much it moved, until it moves something.
template <class Step>
std::size_t until_moved(Stream& stream, DripMeter& meter, Step&& step) {
    while (true) {
        if (const std::optional<std::size_t> moved = step()) {
            meter.moved(*moved);
            return *moved;
        }
        wait(stream, meter);
    }
}

} // namespace

std::size_t read_some(Stream& stream, std::span<std::byte> out, DripMeter& meter) {
    return until_moved(stream, meter, [&] { return stream.read_now(out); });
}

void write_all(Stream& stream, std::span<const std::byte> bytes, DripMeter& meter) {
    while (!bytes.empty())
        bytes = bytes.subspan(until_moved(stream, meter, [&] { return stream.write_now(bytes); }));
}

void send_file(Stream& stream, int file, std::uint64_t offset, std::uint64_t length,
               DripMeter& meter) {
    while (length > 0) {
        const auto step = static_cast<std::size_t>(std::min<std::uint64_t>(length, file_step));
        const std::size_t sent =
            until_moved(stream, meter, [&] { return stream.send_file_now(file, offset, step); });
        offset += sent;
        length -= sent;
    }
}

} // namespace berth::net
