#include "identity/display_name.hpp"

#include "base/error.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace berth::identity {
namespace {

constexpr std::size_t name_limit = 128;

} // namespace

void check_display_name(std::string_view name, std::string_view what) {
    const bool controls = std::any_of(name.begin(), name.end(), [](char c) {
        return static_cast<unsigned char>(c) < ' ' || c == 127;
    });
    if (!trimmed(name).empty() && name.size() <= name_limit && !controls) return;
    throw Error(ErrorCode::usage,
                fmt::format("{} cannot be the name of {}", berth::quoted(name), what))
        .set_hint("1 to 128 bytes, no control characters");
}

} // namespace berth::identity
