#include "client/redirects.hpp"

#include "base/text.hpp"
#include "client/origin_rules.hpp"

#include <fmt/format.h>

#include <optional>

namespace berth::client {
namespace {

constexpr int redirect_limit = 5;

bool follows(std::string_view method, int status) {
    if (status == 307 || status == 308) return true;
    const bool reads = method == "GET" || method == "HEAD";
    return reads && (status == 301 || status == 302 || status == 303);
}

net::Url target_of(const net::Url& from, std::string_view location) {
    const auto target = from.resolve(location);
    if (target.has_error())
        throw Error(ErrorCode::response_invalid,
                    fmt::format("{} redirects to something that is no address: {}",
                                from.origin.text(), target.error().message()));
    if (!may_lead_to(from.origin, target->origin))
        throw Error(ErrorCode::response_invalid,
                    fmt::format("{} redirects to {}: refused, because that is less protected or "
                                "further inside the network",
                                from.origin.text(), target->origin.text()));
    return *target;
}

void strip_identity(net::HttpRequest& request) {
    request.authorization = {};
    request.headers.remove("Authorization");
    request.headers.remove("Cookie");
    request.headers.remove("Via");
    request.tls.certificate_file.clear();
    request.tls.key_file.clear();
}

} // namespace

Answer send_following(net::HttpTransport& transport, net::HttpRequest request,
                      std::stop_token stop) {
    const net::Origin first = request.url.origin;
    for (int count = 0;; ++count) {
        net::HttpResponse response = transport.send(request, stop);
        const auto location = response.headers.find("Location");
        if (!location || !follows(request.method, response.status))
            return {std::move(response), std::move(request.url)};
        if (count == redirect_limit)
            throw Error(ErrorCode::response_invalid, fmt::format("{} redirects more than {} times",
                                                                 first.text(), redirect_limit));
        net::Url target = target_of(request.url, *location);
        if (target.origin != first) strip_identity(request);
        request.url = std::move(target);
    }
}

} // namespace berth::client
