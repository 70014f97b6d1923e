#include "identity/realm.hpp"

#include "identity/token_text.hpp"

#include <algorithm>

namespace berth::identity {
namespace {

/// What our tokens are for, beside the registry's own.
constexpr std::string_view audience = "/manage";

std::int64_t seconds_of(Time time) {
    return std::chrono::duration_cast<std::chrono::seconds>(time.time_since_epoch()).count();
}

} // namespace

const std::string& Realm::tenant_of(const access::User& user) const {
    return user.membership ? user.membership->tenant : tenant().uid;
}

void Realm::settle(access::User& user, std::string_view tenant_uid, Role role) const {
    if (tenant_uid != tenant().uid)
        user.membership = access::Membership{.tenant = std::string(tenant_uid)};
    set_role(user, role);
}

std::vector<access::User> Realm::users_of(std::string_view tenant) {
    auto users = users_.list();
    std::erase_if(users, [&](const access::User& user) { return tenant_of(user) != tenant; });
    std::sort(users.begin(), users.end(),
              [](const access::User& a, const access::User& b) { return a.name < b.name; });
    return users;
}

Tenant Realm::add_tenant(std::string_view name) {
    auto made = tenants_.add(name);
    projects_.begin(made.uid);
    return made;
}

void Realm::remove_tenant(std::string_view uid) {
    tenants_.check_removable(uid);
    // First: nobody may begin anything there any more.
    remove_users_of(uid);
    tenants_.remove(uid);
    remove_users_of(uid); // whom an administrator of it has added meanwhile
}

void Realm::remove_users_of(std::string_view tenant) {
    for (const auto& name : users_.remove_members(tenant)) {
        sessions_.end_all(name);
        keys_.remove_all(name);
    }
}

Person Realm::person(const access::User& user, Proof proof) const {
    return {.tenant = tenant_of(user),
            .uid = uid_of(user.name),
            .name = user.name,
            .role = role_of(user),
            .proof = proof};
}

std::optional<Person> Realm::by_session(const Secret& token) {
    const auto user = sessions_.find(token);
    if (!user) return std::nullopt;
    return person(*user, Proof::session);
}

std::optional<Person> Realm::by_text(const Secret& text) {
    return text.reveal().starts_with("berth_") ? by_key(text) : by_token(text);
}

std::optional<Person> Realm::by_key(const Secret& text) {
    const auto key = keys_.find_text(text);
    const auto user = key ? users_.user(key->owner) : std::nullopt;
    if (!user) return std::nullopt;
    auto found = person(*user, Proof::api_key);
    // Made by somebody else of that name, who has gone.
    if (found.tenant != key->tenant) return std::nullopt;
    found.most = key->most;
    return found;
}

std::optional<Person> Realm::by_token(const Secret& text) {
    const auto pass = tokens_.verify_pass(text.reveal(), audience, users_);
    if (!pass) return std::nullopt;
    return person(pass->user, Proof::token);
}

std::string Realm::issue_token(const access::User& user) {
    return tokens_.issue_pass(user, audience, seconds_of(database_.now()), token_lifetime);
}

std::optional<std::string> Realm::refresh_token(std::string_view token) {
    const auto pass = tokens_.verify_pass(token, audience, users_);
    if (!pass) return std::nullopt;
    const auto left = pass->login_at + std::chrono::seconds(session_lifetime).count() -
                      seconds_of(database_.now());
    if (left <= 0) return std::nullopt;
    const auto lasting = std::min(std::chrono::seconds(token_lifetime), std::chrono::seconds(left));
    return tokens_.issue_pass(pass->user, audience, pass->login_at, lasting);
}

} // namespace berth::identity
