// RouteTable: from a method and a path to an operation.
#pragma once

#include "api/call.hpp"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace berth::api {

/// Fill it before serving; then any thread.
class RouteTable {
public:
    /// Error internal for a pattern that does not begin with "/v1/" and for one that comes twice
    /// with the same method.
    explicit RouteTable(Routes routes);

    struct Match {
        const Route& route;
        std::map<std::string, std::string, std::less<>> segments;
    };
    /// `path` as sent: it is split first and decoded afterwards, so that one segment may hold an
    /// encoded slash. Refusals: 404 ResourceNotFound; 405 MethodNotAllowed, whose detail "allow"
    /// lists the methods; usage for a malformed escape.
    Match find(std::string_view method, std::string_view path) const;

private:
    struct Entry {
        Route route;
        std::vector<std::string> parts;
    };
    std::vector<Entry> entries_; ///< literal segments before {segments}
};

} // namespace berth::api
