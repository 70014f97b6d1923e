#include "api/api.hpp"

#include "api/callers.hpp"
#include "api/refusal.hpp"
#include "api/route_table.hpp"

#include <fmt/format.h>

#include <memory>

namespace berth::api {
namespace {

using identity::Person;

constexpr std::string_view refresh_path = "/v1/auth/refresh/";

bool reads(std::string_view method) {
    return method == "GET" || method == "HEAD";
}

void require(const std::optional<Person>& person, identity::Right right) {
    if (!person) {
        throw Refusal(401, "Unauthorized", "nobody is logged in")
            .hint_is("log in, or send an API key in the field ApiKey");
    }
    if (person->may(right)) return;
    const bool by_key =
        person->proof == identity::Proof::api_key && identity::may(person->role, right);
    throw Refusal(
        403, "OperationForbidden",
        fmt::format("this needs the right to {}, and {} has the right to {}", text_of(right),
                    by_key ? "the API key" : fmt::format("a {}", text_of(person->role)),
                    text_of(most_of(*person))))
        .hint_is(by_key ? "use a key whose scope is wider" : "ask an administrator");
}

/// A token in an address must not get into a log.
void hide_token(net::Request& request) {
    if (request.path.starts_with(refresh_path))
        request.path = fmt::format("{}(hidden)", refresh_path);
}

std::string_view outcome_of(int status) {
    if (status < 400) return "success";
    return status == 401 || status == 403 ? "denied" : "failed";
}

/// What POST answers when it has created something.
std::string created_uid(const net::Response& response) {
    const auto* body = std::get_if<std::string>(&response.body);
    if (response.status != 201 || body == nullptr) return {};
    const auto document = json::parse(*body);
    if (!document || !document->is_object()) return {};
    return json::Reader(*document, "").text("uid").value_or("");
}

std::string object_of(const Call& call, const net::Response& response) {
    if (!call.audit.object.empty()) return call.audit.object;
    if (const auto uid = call.segments.find("uid"); uid != call.segments.end()) return uid->second;
    return created_uid(response);
}

std::string name_in(const std::optional<json::Object>& document) {
    const auto* metadata = document ? document->if_contains("metadata") : nullptr;
    const auto* name =
        metadata && metadata->is_object() ? metadata->as_object().if_contains("name") : nullptr;
    return name && name->is_string() ? std::string(name->get_string()) : std::string();
}

/// Of what is renamed, the name by which it was found.
std::string name_of(const AuditNote& note) {
    if (!note.name.empty()) return note.name;
    auto name = name_in(note.before);
    return name.empty() ? name_in(note.after) : name;
}

/// A login names its actor itself, whatever else the request brought along; that proves the other.
std::string proof_of(const Call& call) {
    const bool same = call.person && call.person->name == call.request.actor;
    return same ? std::string(text_of(call.person->proof)) : std::string();
}

std::optional<std::string> written(const std::optional<json::Object>& document) {
    return document ? std::optional(json::write(*document)) : std::nullopt;
}

class Api {
public:
    Api(Routes routes, ApiParts parts) : table_(std::move(routes)), parts_(parts) {}

    net::Response operator()(net::Request& request) const {
        request.route = "api";
        net::Response response;
        try {
            response = dispatch(request);
        } catch (const std::exception& error) {
            response = refuse(error, request);
        }
        hide_token(request);
        if (!response.headers.find("X-Content-Type-Options"))
            response.headers.add("X-Content-Type-Options", "nosniff");
        return response;
    }

private:
    static net::Response refuse(const std::exception& error, net::Request& request) {
        request.failure = error.what();
        auto response = render(error, request);
        const auto* refusal = dynamic_cast<const Refusal*>(&error);
        if (refusal != nullptr && refusal->status() == 405)
            response.headers.add("Allow", std::string(refusal->details().at("allow").as_string()));
        return response;
    }

    net::Response dispatch(net::Request& request) const {
        const auto match = table_.find(request.method, request.path);
        request.route = match.route.pattern;
        const net::Query query(request.query);
        const auto person = known_or_counted(request, match.route);
        if (person) request.actor = person->name;
        admit(person, request);
        Call call{request, person, query, match.segments};
        return answer(call, match.route);
    }

    /// Where nobody needs to be known, what opens nothing counts as nothing: a login must work
    /// beside the cookie of a session that has ended.
    std::optional<Person> who_asks(const net::Request& request, const Route& route) const {
        if (route.right) return caller_of(request, parts_.realm);
        try {
            return caller_of(request, parts_.realm);
        } catch (const Refusal&) {
            return std::nullopt;
        }
    }

    /// Guesses at keys and sessions count like the requests of anybody.
    std::optional<Person> known_or_counted(const net::Request& request, const Route& route) const {
        try {
            return who_asks(request, route);
        } catch (const Refusal& refusal) {
            if (refusal.status() == 401) admit(std::nullopt, request);
            throw;
        }
    }

    void admit(const std::optional<Person>& person, const net::Request& request) const {
        try {
            parts_.limiter.admit(person ? person->name : std::string(), request.peer);
        } catch (const Error& error) {
            throw limited(error);
        }
    }

    net::Response answer(Call& call, const Route& route) const {
        net::Response response;
        try {
            if (route.right) require(call.person, *route.right);
            response = route.operation(call);
        } catch (const std::exception& error) {
            response = refuse(error, call.request);
        }
        record(call, route, response);
        return response;
    }

    /// A login says it; what else is recorded is done by somebody.
    std::string tenant_of(const Call& call) const {
        if (!call.audit.tenant.empty()) return call.audit.tenant;
        return call.person ? call.person->tenant : parts_.realm.tenant().uid;
    }

    /// What the operation did has happened: a trail that cannot be written must not turn it into
    /// a failure. The audit log has its line all the same.
    void record(const Call& call, const Route& route, net::Response& response) const {
        const bool changes = !reads(route.method) || !route.action.empty();
        if (!changes || route.action == unrecorded || call.request.actor.empty()) return;
        // Anybody can fail where nobody need be known, as often as they like and under any name:
        // the trail is not for that. A wrong password is in the audit log, written by the login.
        if (!route.right && response.status >= 400) return;
        const auto action = route.action.empty() ? fmt::format("{} {}", route.method, route.pattern)
                                                 : std::string(route.action);
        const auto object = object_of(call, response);
        std::string detail = object;
        if (!call.request.failure.empty())
            detail += (detail.empty() ? "" : ": ") + call.request.failure;
        try {
            const auto uid =
                parts_.realm.trail().add({.tenant = tenant_of(call),
                                          .actor = call.request.actor,
                                          .proof = proof_of(call),
                                          .action = action,
                                          .object = object,
                                          .name = name_of(call.audit),
                                          .outcome = std::string(outcome_of(response.status)),
                                          .ref = call.request.id,
                                          .before = written(call.audit.before),
                                          .after = written(call.audit.after)});
            response.headers.set("AuditUid", uid);
        } catch (const Error& error) {
            detail += fmt::format(" (not in the trail: {})", error.message());
        }
        parts_.audit.record({.action = action,
                             .outcome = outcome_of(response.status),
                             .actor = call.request.actor,
                             .detail = detail,
                             .peer = call.request.peer,
                             .request_id = call.request.id,
                             .status = response.status});
    }

    RouteTable table_;
    ApiParts parts_;
};

} // namespace

net::Handler make_api(Routes routes, ApiParts parts, net::Handler others) {
    // Shared because std::function wants to be copied, and the table need not be.
    const auto api = std::make_shared<Api>(std::move(routes), parts);
    return [api, others = std::move(others)](net::Request& request) {
        if (request.path == "/v1" || request.path.starts_with("/v1/")) return (*api)(request);
        return others(request);
    };
}

} // namespace berth::api
