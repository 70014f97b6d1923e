#include "net/input.hpp"

#include <algorithm>
#include <array>
#include <cstring>

namespace berth::net {
namespace {

constexpr std::size_t step = 16 * 1024;

} // namespace

void Input::consume(std::size_t size) {
    start_ += size;
    if (start_ < bytes_.size()) return;
    // An idle connection keeps no memory here.
    std::string().swap(bytes_);
    start_ = 0;
}

std::optional<std::size_t> Input::receive_now() {
    std::array<std::byte, step> arrived;
    const std::optional<std::size_t> got = stream_.read_now(arrived);
    if (!got) return got;
    bytes_.erase(0, start_);
    start_ = 0;
    bytes_.append(reinterpret_cast<const char*>(arrived.data()), *got);
    return got;
}

bool Input::receive(DripMeter& meter) {
    std::array<std::byte, step> arrived;
    const std::size_t got = read_some(stream_, arrived, meter);
    bytes_.erase(0, start_);
    start_ = 0;
    bytes_.append(reinterpret_cast<const char*>(arrived.data()), got);
    return got > 0;
}

std::size_t Input::read(std::span<std::byte> out, DripMeter& meter) {
    const std::string_view ready = kept();
    if (ready.empty()) return read_some(stream_, out, meter);
    const std::size_t size = std::min(out.size(), ready.size());
    std::memcpy(out.data(), ready.data(), size);
    consume(size);
    return size;
}

} // namespace berth::net
