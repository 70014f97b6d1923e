// For tests: the management API over people, a clock that stands still, and given routes.
#pragma once

#include "api/api.hpp"
#include "api/identity_routes.hpp"
#include "base/file.hpp"
#include "identity/identity_fixture.hpp"
#include "observe/log.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

namespace berth::api {

using Fields = std::vector<std::pair<std::string, std::string>>;

struct ApiAnswer {
    int status;
    net::Headers headers;
    std::string body;

    std::string header(std::string_view name) const {
        return std::string(headers.find(name).value_or(""));
    }
    json::Value document() const { return json::parse(body).value(); }
    /// Of a refusal, "" otherwise.
    std::string code() const { return text("code"); }
    std::string text(std::string_view key) const {
        const auto parsed = json::parse(body);
        if (!parsed || !parsed->is_object()) return "";
        return json::Reader(*parsed, "").text(key).value_or("");
    }
    std::string detail(std::string_view key) const {
        const auto parsed = json::parse(body);
        if (!parsed || !parsed->is_object()) return "";
        const auto details = json::Reader(*parsed, "").object("details");
        return details ? details->text(key).value_or("") : "";
    }
};

struct ApiFixture : identity::IdentityFixture {
    explicit ApiFixture(Routes more = {}, const access::RateLimits& limits = {})
        : limiter(limits, clock) {
        auto routes = make_identity_routes(
            {.realm = realm, .users = users, .limiter = limiter, .audit = audit, .clock = clock});
        for (auto& route : more) routes.push_back(std::move(route));
        handler = make_api(std::move(routes), {realm, limiter, audit},
                           [](net::Request&) { return net::Response{.status = 299}; });
    }

    ApiAnswer send(std::string method, std::string target, const std::string& body = "",
                   const Fields& fields = {}) {
        MemorySource source(body);
        net::Request request;
        request.method = std::move(method);
        const auto mark = target.find('?');
        request.path = target.substr(0, mark);
        if (mark != target.npos) request.query = target.substr(mark + 1);
        for (const auto& [name, value] : fields) request.headers.add(name, value);
        request.peer = "192.0.2.1";
        request.id = "the-ref";
        request.content_length = body.size();
        request.body = &source;
        auto response = handler(request);
        last_route = request.route;
        last_path = request.path;
        last_actor = request.actor;
        auto* text = std::get_if<std::string>(&response.body);
        return {response.status, response.headers, text ? *text : ""};
    }
    ApiAnswer get(const std::string& target, const Fields& fields = {}) {
        return send("GET", target, "", fields);
    }

    /// The field of a token that stands for the user.
    Fields as(const std::string& name) {
        return {{"Authorization", realm.issue_token(user(name))}};
    }
    /// The field of a new API key.
    Fields by_key(const std::string& owner, identity::Right most) {
        const auto made = realm.keys().add({.tenant = realm.tenant_of(user(owner)),
                                            .owner = owner,
                                            .name = "key " + random_hex_16(),
                                            .most = most});
        return {{"ApiKey", made.text.reveal()}};
    }

    access::RateLimiter limiter;
    observe::LineFile lines{scratch.path().parent_path() / "audit.jsonl"};
    observe::Audit audit{lines, observe::LineFormat::json, clock};
    net::Handler handler;
    std::string_view last_route = {};
    std::string last_path = {};
    std::string last_actor = {};
};

} // namespace berth::api
