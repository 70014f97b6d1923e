#include "api/openapi.hpp"

#include "api/registries_fixture.hpp"

using namespace berth;
using namespace berth::api;
using namespace berth::api::testing;

TEST_CASE("every address of registries, jobs and events is in the document, with its right") {
    const json::Value document = json::parse(openapi_document()).value();
    const json::Object& paths = document.at("paths").as_object();
    RegistriesFixture api;
    Routes routes =
        make_registry_routes({api.book, api.outside, api.sync, api.outbound, api.clock});
    for (Routes more :
         {make_sync_routes({api.book, api.sync, api.events}),
          make_browse_routes({api.book, api.index, api.opener, api.cache, api.outbound, api.clock}),
          make_openapi_routes()})
        std::move(more.begin(), more.end(), std::back_inserter(routes));
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
