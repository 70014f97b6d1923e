// Call: one request to the management API, with what its operation needs; and the table of them.
#pragma once

#include "base/json.hpp"
#include "identity/person.hpp"
#include "net/http_message.hpp"
#include "net/query.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace berth::api {

/// What an operation that changes something tells the audit trail, beside who did it and how it
/// ended. Without secrets: what the API shows.
struct AuditNote {
    std::string object = {}; ///< uid or name of what it was done to
    std::string name = {};   ///< what people call that; "": that in `before` or `after`
    std::string tenant = {}; ///< whose trail it is in; "": the caller's
    std::optional<json::Object> before = {};
    std::optional<json::Object> after = {};
};

struct Call {
    net::Request& request;
    /// Who asks. Nobody only for operations that need no right.
    const std::optional<identity::Person>& person;
    const net::Query& query;
    /// The {segments} of the route's pattern by their names, decoded.
    const std::map<std::string, std::string, std::less<>>& segments;
    /// For the operation to fill. Where it leaves `object` empty, that is the segment {uid}, or the
    /// `uid` of a created object's answer.
    AuditNote audit = {};

    /// REQUIRES: the route's pattern has it.
    const std::string& segment(std::string_view name) const { return segments.find(name)->second; }
    /// REQUIRES: the route needs a right.
    const std::string& tenant() const { return person->tenant; }
};

/// Errors: Refusal (api/refusal.hpp) where clients compare the code; any other is mapped by its
/// ErrorCode. What another registry refused is never the caller's 401: see refusal.hpp.
using Operation = std::function<net::Response(Call&)>;

/// Route::action of what is not GET and still changes nothing: it is not in the audit trail.
inline constexpr std::string_view unrecorded = "-";

/// One operation. A GET answers HEAD too. Where several patterns match, literal segments win over
/// {segments}.
struct Route {
    std::string_view method;
    std::string_view pattern; ///< "/v1/registries/oci/{uid}/basic"; static storage
    /// What the caller must have; nothing: anybody may, logged in or not.
    std::optional<identity::Right> right;
    Operation operation;
    /// What the audit trail calls it, "registry.create"; static storage. Empty: "POST /v1/…", the
    /// method and the pattern. What is GET is recorded only if it has a name.
    std::string_view action = {};
};
using Routes = std::vector<Route>;

/// The request's body as a JSON object of at most 1 MiB. Errors: usage (400) saying what is wrong
/// and where; limit_exceeded.
json::Object body_of(Call& call);

/// The same for a list.
json::Array list_of(Call& call);

/// application/json; the header Cache-Control is no-store.
net::Response reply(int status, const json::Object& body);
/// A status without a body: 204.
net::Response reply(int status);

/// A page of a list: `limit` (1 to 50, default 50) and `continue` of the query.
struct PageQuery {
    std::size_t limit;
    std::string after; ///< what `continue` of the page before stands for; "" for the first page
    std::int64_t offset = 0; ///< how many items the pages before held
};
PageQuery page_of(const Call& call);
/// Palette's v1ListMetaData. `next` is what the next page begins after, "" on the last one.
json::Object list_meta(const PageQuery& page, std::size_t fetched,
                       std::optional<std::int64_t> total, std::string_view next);

} // namespace berth::api
