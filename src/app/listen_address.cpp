#include "app/listen_address.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

namespace berth::app {

Result<ListenAddress> ListenAddress::parse(std::string_view text) {
    constexpr std::uint64_t last_port = 65535;
    const auto colon = text.rfind(':');
    const auto port =
        colon == text.npos ? std::nullopt : parse_number(text.substr(colon + 1), last_port);
    auto host = text.substr(0, colon);
    const bool bracketed = host.starts_with('[') && host.ends_with(']');
    if (!port || (!bracketed && host.find(':') != host.npos)) {
        return Error(ErrorCode::usage, fmt::format("{} is not HOST:PORT", berth::quoted(text)))
            .set_hint("e.g. 127.0.0.1:8080, [::1]:8080, or :8080 for every address");
    }
    if (bracketed) host = host.substr(1, host.size() - 2);
    return ListenAddress{std::string(host), static_cast<std::uint16_t>(*port)};
}

std::string ListenAddress::url(bool tls, std::uint16_t actual_port) const {
    const bool any = host.empty() || host == "0.0.0.0" || host == "::";
    auto shown = any ? std::string("localhost") : host;
    if (shown.find(':') != shown.npos) shown = "[" + shown + "]";
    return fmt::format("{}://{}:{}/", tls ? "https" : "http", shown, actual_port);
}

} // namespace berth::app
