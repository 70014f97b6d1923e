#include "api/openapi.hpp"

#include "api/api_fixture.hpp"
#include "api/registries_fixture.hpp"
#include "api/sign_in_routes.hpp"

#include <algorithm>

using namespace berth;
using namespace berth::api;
using namespace berth::api::testing;

namespace {

/// Each address is documented with its method and the right that it needs.
void check_documented(const Routes& routes) {
    const json::Value document = json::parse(openapi_document()).value();
    const json::Object& paths = document.at("paths").as_object();
    for (const Route& route : routes) {
        CAPTURE(route.pattern);
        REQUIRE(paths.contains(std::string(route.pattern)));
        const json::Object& path = paths.at(std::string(route.pattern)).as_object();
        REQUIRE(path.contains(to_lower(route.method)));
        const json::Object& operation = path.at(to_lower(route.method)).as_object();
        constexpr std::array rights{"see", "use", "manage"};
        const auto* stated = operation.if_contains("x-right");
        CHECK((stated != nullptr) == route.right.has_value());
        if (stated != nullptr && route.right)
            CHECK(*stated == rights[static_cast<std::size_t>(*route.right)]);
    }
}

} // namespace

TEST_CASE("every address of registries, jobs and events is in the document, with its right") {
    RegistriesFixture api;
    Routes routes =
        make_registry_routes({api.book, api.outside, api.sync, api.index, api.outbound, api.clock});
    for (Routes more :
         {make_sync_routes({api.book, api.sync, api.events}),
          make_browse_routes({api.book, api.index, api.opener, api.cache, api.outbound, api.clock}),
          make_openapi_routes()})
        std::move(more.begin(), more.end(), std::back_inserter(routes));
    check_documented(routes);
}

TEST_CASE("every address of logins, users, keys, projects and the trail is in the document") {
    ApiFixture api;
    const IdentityParts parts{.realm = api.realm,
                              .users = api.users,
                              .limiter = api.limiter,
                              .audit = api.audit,
                              .clock = api.clock};
    const Routes routes = make_identity_routes(parts);
    CHECK(routes.size() > 20);
    check_documented(routes);
    check_documented(make_sign_in_routes(parts, {}));
}

TEST_CASE("nothing is documented about people that is not there") {
    ApiFixture api;
    const IdentityParts parts{.realm = api.realm,
                              .users = api.users,
                              .limiter = api.limiter,
                              .audit = api.audit,
                              .clock = api.clock};
    auto routes = make_identity_routes(parts);
    for (auto& route : make_sign_in_routes(parts, {})) routes.push_back(std::move(route));
    const json::Value document = json::parse(openapi_document()).value();
    for (const auto& [path, operations] : document.at("paths").as_object()) {
        const std::string_view name(path.data(), path.size());
        const auto about = [&](std::string_view part) { return name.find(part) != name.npos; };
        if (!about("/auth/") && !about("/users") && !about("/apiKeys") && !about("/projects") &&
            !about("/audit"))
            continue;
        for (const auto& [method, operation] : operations.as_object()) {
            CAPTURE(name);
            CHECK(std::any_of(
                routes.begin(), routes.end(),
                [&, wanted = std::string_view(method.data(), method.size())](const Route& route) {
                    return route.pattern == name && to_lower(route.method) == wanted;
                }));
        }
    }
}
