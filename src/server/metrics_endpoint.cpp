#include "server/metrics_endpoint.hpp"

#include "server/caller.hpp"
#include "server/site.hpp"

namespace berth::server {
namespace {

void require_administrator(net::Request& request, const MetricsEndpointParts& parts) {
    const auto caller = identify(request, parts.users, parts.tokens, parts.limiter);
    if (caller.administers()) return;
    if (caller.anonymous()) throw Error(ErrorCode::unauthorized, "the metrics need a login");
    throw Error(ErrorCode::denied, "the metrics are for administrators")
        .set_hint("or set metrics.anonymous: true");
}

} // namespace

net::Handler make_metrics_endpoint(MetricsEndpointParts parts) {
    return [parts](net::Request& request) {
        request.route = "metrics";
        try {
            if (!parts.anonymous) require_administrator(request, parts);
        } catch (const Error& error) {
            request.failure = error.what();
            auto response = render_error(error, request);
            if (error.code() == ErrorCode::unauthorized)
                response.headers.add("WWW-Authenticate",
                                     "Basic realm=\"berth\", charset=\"UTF-8\"");
            return response;
        }
        net::Response response{.body = parts.metrics.write()};
        response.headers.add("Content-Type", std::string(observe::Metrics::content_type));
        response.headers.add("Cache-Control", "no-store");
        return response;
    };
}

} // namespace berth::server
