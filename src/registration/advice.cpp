#include "registration/advice.hpp"

#include <string_view>

namespace berth::registration {
namespace {

/// " --ca-file", and not "-----BEGIN".
bool names_a_flag(std::string_view hint) {
    constexpr std::string_view start = " --";
    for (auto at = hint.find(start); at != hint.npos; at = hint.find(start, at + 1)) {
        const auto next = hint.substr(at + start.size(), 1);
        if (!next.empty() && next[0] >= 'a' && next[0] <= 'z') return true;
    }
    return false;
}

std::string_view by_code(ErrorCode code) {
    switch (code) {
        case ErrorCode::unauthorized:
            return "give the registry's user name and password, or its token, again";
        case ErrorCode::denied:
            return "the registered account may not do this: ask the registry's owner";
        case ErrorCode::too_many_requests:
            return "registries limit anonymous access more: give a user name and a password";
        case ErrorCode::tls_invalid:
        case ErrorCode::unreachable:
            return "a registry without TLS is registered with http://; for a private authority "
                   "give its certificate, and a client certificate where one is asked for";
        default:
            return {};
    }
}

} // namespace

std::string advice_of(const Error& error) {
    const std::string& hint = error.hint();
    const auto has = [&](std::string_view part) { return hint.find(part) != std::string::npos; };
    if (!has("`berth ") && !names_a_flag(hint)) return hint;
    if (has("--realm-host"))
        return "its token service must be of the registry's own site; a token in place of the "
               "password needs none";
    if (has("leave out --plain-http")) return "this registry speaks TLS: register it with https://";
    return std::string(by_code(error.code()));
}

} // namespace berth::registration
