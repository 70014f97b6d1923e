// Router: a table of methods and paths.
#pragma once

#include "net/http_message.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace berth::net {

/// Exact paths, or subtrees by a pattern that ends in "/*". The longest match wins. A GET route
/// answers HEAD too. Fill it before serving; then any thread.
class Router {
public:
    void add(std::string method, std::string pattern, Handler handler);
    /// Calls the handler of the route. No such path is Error not_found; a path that has only other
    /// methods answers 405 with Allow.
    Response handle(Request& request) const;

private:
    struct Route {
        std::string method;
        std::string pattern;
        Handler handler;
    };
    std::vector<Route> routes_;
};

} // namespace berth::net
