#include "oidc/failure.hpp"

#include <array>

namespace berth::oidc {
namespace {

struct Row {
    std::string_view text;
    ErrorCode code;
};
constexpr std::array rows{
    Row{"denied", ErrorCode::denied},
    Row{"stale", ErrorCode::usage},
    Row{"unreachable", ErrorCode::unreachable},
    Row{"broken", ErrorCode::response_invalid},
    Row{"refused", ErrorCode::upstream_failed},
    Row{"untrusted", ErrorCode::response_invalid},
    Row{"audience", ErrorCode::response_invalid},
    Row{"clock", ErrorCode::response_invalid},
    Row{"busy", ErrorCode::too_many_requests},
};

constexpr const Row& row_of(Failure failure) {
    return rows[static_cast<std::size_t>(failure)];
}

} // namespace

std::string_view text_of(Failure failure) noexcept {
    return row_of(failure).text;
}

LoginFailure::LoginFailure(Failure failure, const std::string& message, std::string hint)
    : Error(row_of(failure).code, message), failure_(failure) {
    if (!hint.empty()) set_hint(std::move(hint));
}

} // namespace berth::oidc
