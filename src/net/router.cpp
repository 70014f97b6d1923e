#include "net/router.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

namespace berth::net {
namespace {

bool matches(std::string_view pattern, std::string_view path) {
    if (!pattern.ends_with("/*")) return path == pattern;
    return path.starts_with(pattern.substr(0, pattern.size() - 1));
}

bool answers(std::string_view route_method, std::string_view method) {
    return route_method == method || (route_method == "GET" && method == "HEAD");
}

Response wrong_method(const std::string& allowed) {
    Response response{.status = 405, .body = "method not allowed\n"};
    response.headers.add("Allow", allowed);
    response.headers.add("Content-Type", "text/plain; charset=utf-8");
    return response;
}

} // namespace

void Router::add(std::string method, std::string pattern, Handler handler) {
    routes_.push_back({std::move(method), std::move(pattern), std::move(handler)});
}

Response Router::handle(Request& request) const {
    const Route* best = nullptr;
    std::string allowed;
    for (const Route& route : routes_) {
        if (!matches(route.pattern, request.path)) continue;
        if (!answers(route.method, request.method))
            allowed += (allowed.empty() ? "" : ", ") + route.method;
        else if (best == nullptr || route.pattern.size() > best->pattern.size())
            best = &route;
    }
    if (best != nullptr) return best->handler(request);
    if (!allowed.empty()) return wrong_method(allowed);
    throw Error(ErrorCode::not_found,
                fmt::format("there is nothing at {}", berth::quoted(request.path)));
}

} // namespace berth::net
