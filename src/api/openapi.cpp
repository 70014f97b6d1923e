#include "api/openapi.hpp"

namespace berth::api {

Routes make_openapi_routes() {
    return {{"GET", "/v1/openapi.json", std::nullopt, [](Call&) {
                 net::Response response{.status = 200, .body = std::string(openapi_document())};
                 response.headers.add("Content-Type", "application/json");
                 response.headers.add("Cache-Control", "no-cache");
                 return response;
             }}};
}

} // namespace berth::api
