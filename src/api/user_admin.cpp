#include "access/password.hpp"
#include "api/fields.hpp"
#include "api/identity_routes.hpp"
#include "api/refusal.hpp"
#include "api/session_cookies.hpp"
#include "api/user_change.hpp"
#include "base/text.hpp"
#include "registration/field_error.hpp"

#include <fmt/format.h>

#include <memory>

namespace berth::api {
namespace {

using access::User;
using identity::Right;
using identity::Role;
using registration::FieldError;

Secret password_in(const json::Object& body, std::string_view field) {
    Secret password(text_field(body, field).value_or(""));
    try {
        access::check_new_password(password);
    } catch (const Error& error) {
        throw FieldError(error.code(), std::string(field), error.message());
    }
    return password;
}

void require_own_password(const User& user) {
    if (!user.external) return;
    throw Refusal(409, "Conflict",
                  fmt::format("{} logs in by {} and has no password here", user.name,
                              user.external->provider));
}

class UserAdmin {
public:
    explicit UserAdmin(const IdentityParts& parts) : parts_(parts) {}

    net::Response list(Call& call) const {
        const auto page = page_of(call);
        const auto wanted = to_lower(call.query.find("search").value_or(""));
        auto users = parts_.realm.users_of(call.tenant());
        std::erase_if(users, [&](const User& user) {
            return to_lower(user.name).find(wanted) == std::string::npos;
        });
        const auto count = static_cast<std::int64_t>(users.size());
        std::erase_if(users, [&](const User& user) { return user.name <= page.after; });
        const bool more = users.size() > page.limit;
        if (more) users.resize(page.limit);
        json::Array items;
        for (const auto& user : users) items.push_back(write_user(user));
        const auto next = more ? users.back().name : std::string();
        return reply(200, {{"items", std::move(items)},
                           {"listmeta", list_meta(page, users.size(), count, next)}});
    }

    net::Response names(Call& call) const {
        json::Array items;
        for (const auto& user : parts_.realm.users_of(call.tenant()))
            items.push_back(json::Object{
                {"uid", identity::uid_of(user.name)}, {"name", user.name}, {"emailId", user.name}});
        return reply(200, {{"items", std::move(items)}});
    }

    net::Response read(Call& call) const { return reply(200, write_user(find(call))); }

    net::Response create(Call& call) const {
        const auto body = body_of(call);
        const bool given = text_field(body, "spec.password").has_value();
        const auto password =
            given ? password_in(body, "spec.password") : access::generate_password();
        User user{.name = text_field(body, "spec.emailId").value_or(""), .password_hash = {}};
        const auto wanted = read_user_change(body);
        parts_.realm.settle(user, call.tenant(), wanted.role.value_or(Role::viewer));
        apply(user, wanted);
        require_free(user.name);
        user.password_hash = access::hash_password(password);
        add(user);
        // Of a user of this name who was removed by hand.
        forget(user.name);
        const auto uid = identity::uid_of(user.name);
        call.audit.after = write_user(user);
        json::Object answer{{"uid", uid}};
        if (!given) answer["password"] = password.reveal();
        return reply(201, answer);
    }

    net::Response update(Call& call) const { return update_by(call, body_of(call)); }

    net::Response patch(Call& call) const { return update_by(call, put_of(list_of(call))); }

    net::Response set_state(Call& call) const {
        const auto active = boolean_field(body_of(call), "isActive");
        if (!active) throw FieldError(ErrorCode::usage, "isActive", "is missing");
        return change_by(call, find(call), {.active = active});
    }

    /// Of another user: made and shown once. It is theirs to change.
    net::Response reset_password(Call& call) const {
        const auto before = find(call);
        require_own_password(before);
        const auto password = access::generate_password();
        const auto hash = access::hash_password(password);
        change(call, before, [&](User& user) { user.password_hash = hash; });
        return reply(200, {{"password", password.reveal()}});
    }

    net::Response remove(Call& call) const {
        const auto user = find(call);
        parts_.users.remove(user.name);
        forget(user.name);
        call.audit.before = write_user(user);
        return reply(204);
    }

    /// One's own, by who knows the one before. This browser stays logged in, all others do not.
    net::Response change_own(Call& call) const {
        const auto& person = *call.person;
        if (person.proof == identity::Proof::api_key)
            throw Refusal(403, "OperationForbidden", "an API key cannot change a password")
                .hint_is("log in to do this");
        call.audit.object = person.uid;
        call.audit.name = person.name;
        const auto body = body_of(call);
        const auto current = text_field(body, "currentPassword").value_or("");
        const auto password = password_in(body, "newPassword");
        const auto before = parts_.users.user(person.name);
        if (!before) throw Error(ErrorCode::not_found, "the user is gone");
        require_own_password(*before);
        require_current(call, Secret(current));
        const auto hash = access::hash_password(password);
        const auto user =
            parts_.users.update(person.name, [&](User& found) { found.password_hash = hash; });
        auto response = reply(204);
        if (person.proof == identity::Proof::session)
            begin_session(response, call.request, parts_.realm, user);
        return response;
    }

private:
    User find(const Call& call) const {
        const auto& uid = call.segment("uid");
        for (auto& user : parts_.realm.users_of(call.tenant()))
            if (identity::uid_of(user.name) == uid) return user;
        throw Error(ErrorCode::not_found, fmt::format("there is no user {}", berth::quoted(uid)));
    }

    /// Before the price of a hash is paid.
    void require_free(const std::string& name) const {
        for (const auto& user : parts_.users.list())
            if (user.name == name) throw name_taken(name);
    }

    static FieldError name_taken(const std::string& name) {
        return FieldError(ErrorCode::conflict, "spec.emailId",
                          fmt::format("there is a user {} already", berth::quoted(name)))
            .hint_is("choose another name");
    }

    void add(const User& user) const {
        try {
            parts_.users.add(user);
        } catch (const Error& error) {
            if (error.code() == ErrorCode::conflict) throw name_taken(user.name);
            if (error.code() != ErrorCode::usage) throw;
            throw FieldError(error.code(), "spec.emailId", error.message()).hint_is(error.hint());
        }
    }

    net::Response update_by(Call& call, const json::Object& body) const {
        const auto before = find(call);
        const auto name = text_field(body, "spec.emailId").value_or("");
        if (!name.empty() && name != before.name)
            throw FieldError(ErrorCode::usage, "spec.emailId", "a user cannot be renamed");
        return change_by(call, before, read_user_change(body));
    }

    /// Who is disabled has no session any more, also not when they are enabled again.
    net::Response change_by(Call& call, const User& before, const UserChange& wanted) const {
        auto response = change(call, before, [&](User& user) { apply(user, wanted); });
        if (wanted.active == false) parts_.realm.sessions().end_all(before.name);
        return response;
    }

    template <class Change>
    net::Response change(Call& call, const User& before, Change&& alter) const {
        call.audit.before = write_user(before);
        call.audit.after = write_user(parts_.users.update(before.name, alter));
        return reply(204);
    }

    void forget(const std::string& name) const {
        parts_.realm.sessions().end_all(name);
        parts_.realm.keys().remove_all(name);
    }

    /// Counts as a login, so that nobody at an open browser can guess.
    void require_current(const Call& call, const Secret& current) const {
        const auto& name = call.person->name;
        const auto& peer = call.request.peer;
        try {
            parts_.limiter.admit_login(peer, name);
        } catch (const Error& error) {
            throw limited(error);
        }
        if (parts_.users.authenticate(name, current)) return;
        parts_.limiter.login_failed(peer, name);
        throw FieldError(ErrorCode::usage, "currentPassword", "is not the password that you have");
    }

    IdentityParts parts_;
};

} // namespace

Routes make_user_admin_routes(const IdentityParts& parts) {
    const auto made = std::make_shared<UserAdmin>(parts); // shared by copied operations
    const auto act = [&](net::Response (UserAdmin::*operation)(Call&) const) {
        return [made, operation](Call& call) { return (*made.*operation)(call); };
    };
    using U = UserAdmin;
    constexpr auto manage = Right::manage;
    return {{"GET", "/v1/users", manage, act(&U::list)},
            {"POST", "/v1/users", manage, act(&U::create), "user.create"},
            {"GET", "/v1/users/meta", manage, act(&U::names)},
            {"PUT", "/v1/users/me/password", Right::see, act(&U::change_own), "user.password"},
            {"GET", "/v1/users/{uid}", manage, act(&U::read)},
            {"PUT", "/v1/users/{uid}", manage, act(&U::update), "user.update"},
            {"PATCH", "/v1/users/{uid}", manage, act(&U::patch), "user.update"},
            {"PUT", "/v1/users/{uid}/state", manage, act(&U::set_state), "user.update"},
            {"POST", "/v1/users/{uid}/password", manage, act(&U::reset_password), "user.password"},
            {"DELETE", "/v1/users/{uid}", manage, act(&U::remove), "user.delete"}};
}

} // namespace berth::api
