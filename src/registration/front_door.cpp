#include "registration/front_door.hpp"

#include "base/text.hpp"
#include "client/response_body.hpp"
#include "registration/cause.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace berth::registration {
namespace {

constexpr int redirects_limit = 3;
constexpr std::uint64_t body_limit = 16 * 1024;

struct Answer {
    net::HttpResponse response;
    std::string body;
};

/// What the transport throws, with a name.
CauseError named(const Error& error, const net::Url& url) {
    const std::string& message = error.message();
    const bool asks = error.remedy().kind == Remedy::Kind::show_certificate;
    switch (error.code()) {
        case ErrorCode::tls_invalid:
            return {error.code(), asks ? "client_certificate_refused" : "tls_failed", message,
                    asks ? "the server asks for a client certificate, or does not accept this one"
                         : "look at the step before"};
        case ErrorCode::timeout:
            return {error.code(), "slow", message,
                    "the registry takes connections but does not answer; look at it"};
        case ErrorCode::response_invalid:
            return {
                error.code(), "not_http", message,
                fmt::format("another service listens at {}, or it wants TLS", url.origin.text())};
        default:
            return {error.code(), "unreachable", message,
                    url.origin.scheme == "http"
                        ? "if the registry has TLS, register it with https://"
                        : "look at the registry and at what stands before it"};
    }
}

Answer ask(net::HttpTransport& transport, const net::Url& url, const net::TlsOptions& tls,
           std::stop_token stop) {
    net::HttpRequest request{.method = "GET", .url = url};
    request.headers.set("Accept", "application/json");
    request.tls = tls;
    try {
        Answer answer{transport.send(request, std::move(stop)), {}};
        answer.body = client::beginning_of(*answer.response.body, body_limit);
        return answer;
    } catch (const CauseError&) {
        throw;
    } catch (const Error& error) {
        if (error.code() == ErrorCode::cancelled) throw;
        throw named(error, url);
    }
}

bool is_web_page(const Answer& answer) {
    if (client::media_type_of(answer.response.headers) == "text/html") return true;
    std::string_view body = answer.body;
    body.remove_prefix(std::min(body.find_first_not_of(" \t\r\n"), body.size()));
    return equals_ignoring_case(body.substr(0, 9), "<!doctype") ||
           equals_ignoring_case(body.substr(0, 5), "<html");
}

bool wants_tls(const Answer& answer, const net::Url& url) {
    if (answer.response.status != 400 || url.origin.scheme != "http") return false;
    // Go, nginx, Apache and Berth in their own words.
    const std::string body = to_lower(answer.body);
    return body.find("https") != std::string::npos || body.find("ssl-enabled") != std::string::npos;
}

CauseError web_page(const net::Url& url) {
    return {ErrorCode::response_invalid, "not_a_registry",
            fmt::format("{} answers with a web page, not as a registry", url.text()),
            "give the address of the registry itself; a console often has another host or a base "
            "path such as /artifactory/api/docker/NAME"};
}

CauseError refused_status(const Answer& answer, const net::Url& url) {
    const int status = answer.response.status;
    const std::string what = fmt::format("{} answers {}", url.text(), status);
    if (status == 404)
        return {
            ErrorCode::response_invalid, "no_registry_here",
            fmt::format("{}: there is no registry at this path", what),
            "check host and port; a path before /v2/ is the base path: some registries need one, "
            "and the names of repositories do not belong there"};
    if (status == 403)
        return {ErrorCode::denied, "forbidden", fmt::format("{} before anybody logged in", what),
                "something before the registry shuts this machine out: look at its allow list"};
    if (status == 429)
        return {ErrorCode::too_many_requests, "too_many_requests", what, "try again later"};
    if (status >= 500)
        return {ErrorCode::upstream_failed, "server_failing",
                fmt::format("{}: the registry or what stands before it fails", what),
                "look at the registry's log"};
    return {ErrorCode::response_invalid, "not_a_registry",
            fmt::format("{}; a registry answers 200 or 401", what),
            "check host, port and base path"};
}

/// Where a redirect leads within the origin.
net::Url next_url(const Answer& answer, const net::Url& url) {
    const std::string target(answer.response.headers.find("Location").value_or(""));
    const auto next = url.resolve(target);
    const bool stays = next.has_value() && next->origin == url.origin && next->text() != url.text();
    if (stays) return *next;
    const std::string shown = next.has_value() ? next->text() : target;
    const bool to_tls = next.has_value() && next->origin.scheme == "https" &&
                        url.origin.scheme == "http" && next->origin.host == url.origin.host;
    throw CauseError(
        ErrorCode::response_invalid, "redirected",
        fmt::format("{} sends us elsewhere, to {}", url.origin.text(), berth::quoted(shown)),
        to_tls ? "register the registry with https://"
               : "if that is the registry, register that address");
}

} // namespace

FrontDoor knock(net::HttpTransport& transport, const net::Url& url, const net::TlsOptions& tls,
                std::stop_token stop) {
    net::Url at = url;
    for (int redirects = 0;; ++redirects) {
        const Answer answer = ask(transport, at, tls, stop);
        const int status = answer.response.status;
        if (status >= 300 && status < 400 && status != 304) {
            if (redirects == redirects_limit)
                throw CauseError(ErrorCode::response_invalid, "redirected",
                                 fmt::format("{} sends us in a circle", url.text()),
                                 "look at the registry's own settings of its address");
            at = next_url(answer, at);
            continue;
        }
        if (wants_tls(answer, at))
            throw CauseError(ErrorCode::tls_invalid, "tls_required",
                             fmt::format("{} is plain HTTP, but the server speaks TLS at this port",
                                         at.origin.text()),
                             "register it with https://");
        if (status != 200 && status != 401) throw refused_status(answer, at);
        const bool says_so =
            answer.response.headers.find("Docker-Distribution-Api-Version") || status == 401;
        if (!says_so && is_web_page(answer)) throw web_page(at);
        FrontDoor door{.status = status,
                       .challenges = client::challenges_of(answer.response.headers)};
        if (status == 401 && door.challenges.empty() && is_web_page(answer)) throw web_page(at);
        return door;
    }
}

} // namespace berth::registration
