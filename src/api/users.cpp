#include "api/identity_routes.hpp"

namespace berth::api {
namespace {

using identity::Person;
using identity::Right;

/// `provider`: who vouches for the person; "" for somebody with a password here.
json::Object me(const Person& person, const identity::Tenant& tenant, const std::string& provider) {
    json::Array rights;
    for (const Right right : {Right::see, Right::use, Right::manage})
        if (person.may(right)) rights.emplace_back(text_of(right));
    json::Object spec{{"emailId", person.name},
                      {"firstName", ""},
                      {"lastName", ""},
                      {"roles", json::Array{text_of(person.role)}}};
    if (!provider.empty()) spec["provider"] = provider;
    return {{"metadata", {{"uid", person.uid}, {"name", person.name}}},
            {"spec", std::move(spec)},
            {"status",
             {{"rights", std::move(rights)},
              {"tenant", {{"uid", tenant.uid}, {"name", tenant.name}}},
              {"proof", text_of(person.proof)}}}};
}

} // namespace

Routes make_user_routes(const IdentityParts& parts) {
    auto& realm = parts.realm;
    return {{"GET", "/v1/users/me", Right::see,
             [&realm, &users = parts.users](Call& call) {
                 const auto user = users.user(call.person->name);
                 const auto provider =
                     user && user->external ? user->external->provider : std::string();
                 return reply(200, me(*call.person, realm.tenant(), provider));
             }},
            {"GET", "/v1/users/info", Right::see, [&realm](Call& call) {
                 return reply(200, {{"orgName", realm.tenant().name},
                                    {"tenantUid", call.person->tenant},
                                    {"userUid", call.person->uid}});
             }}};
}

} // namespace berth::api
