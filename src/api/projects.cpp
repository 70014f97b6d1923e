#include "api/identity_routes.hpp"

namespace berth::api {
namespace {

constexpr std::string_view project_name = "Default";

} // namespace

Routes make_project_routes(const IdentityParts& parts) {
    auto& realm = parts.realm;
    return {{"GET", "/v1/dashboard/projects/metadata", identity::Right::see, [&realm](Call& call) {
                 json::Array items;
                 const auto wanted = call.query.find("name").value_or("");
                 if (wanted.empty() || wanted == project_name)
                     items.push_back(json::Object{
                         {"metadata", {{"uid", realm.project_uid()}, {"name", project_name}}}});
                 return reply(200, {{"items", std::move(items)}});
             }}};
}

} // namespace berth::api
