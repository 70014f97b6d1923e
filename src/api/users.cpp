#include "api/identity_routes.hpp"

namespace berth::api {
namespace {

using identity::Person;
using identity::Right;

/// `user`: the same person, as the users' file has them.
json::Object me(const Person& person, json::Object tenant, const access::User& user) {
    json::Array rights;
    for (const Right right : {Right::see, Right::use, Right::manage})
        if (person.may(right)) rights.emplace_back(text_of(right));
    json::Object spec{{"emailId", person.name},
                      {"firstName", user.first_name},
                      {"lastName", user.last_name},
                      {"roles", json::Array{text_of(person.role)}}};
    if (user.external) spec["provider"] = user.external->provider;
    return {{"metadata", {{"uid", person.uid}, {"name", person.name}}},
            {"spec", std::move(spec)},
            {"status",
             {{"rights", std::move(rights)},
              {"tenant", std::move(tenant)},
              {"proof", text_of(person.proof)}}}};
}

identity::Tenant tenant_of(const Call& call, identity::Realm& realm) {
    if (auto found = realm.tenants().find(call.tenant())) return std::move(*found);
    throw Error(ErrorCode::not_found, "the tenant has been removed");
}

} // namespace

Routes make_user_routes(const IdentityParts& parts) {
    auto& realm = parts.realm;
    return {{"GET", "/v1/users/me", Right::see,
             [&realm, &users = parts.users](Call& call) {
                 // Gone at this very moment, or as known.
                 const auto user = users.user(call.person->name).value_or(access::User());
                 const auto tenant = tenant_of(call, realm);
                 return reply(200, me(*call.person,
                                      {{"uid", tenant.uid},
                                       {"name", tenant.name},
                                       {"hasRegistry", tenant.uid == realm.tenant().uid}},
                                      user));
             }},
            {"GET", "/v1/users/info", Right::see, [&realm](Call& call) {
                 return reply(200, {{"orgName", tenant_of(call, realm).name},
                                    {"tenantUid", call.person->tenant},
                                    {"userUid", call.person->uid}});
             }}};
}

} // namespace berth::api
