#include "api/user_change.hpp"

#include "api/fields.hpp"
#include "base/text.hpp"
#include "identity/display_name.hpp"
#include "identity/role.hpp"
#include "oci/reference.hpp"
#include "registration/field_error.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace berth::api {
namespace {

using access::Grant;
using access::User;
using identity::Role;
using registration::FieldError;

constexpr std::size_t most_grants = 1000;
constexpr std::size_t most_patches = 100;

constexpr std::array patchable{std::string_view("/spec/roles"), std::string_view("/spec/grants"),
                               std::string_view("/spec/firstName"),
                               std::string_view("/spec/lastName"),
                               std::string_view("/status/isActive")};

FieldError wrong(std::string field, const std::string& cause) {
    return FieldError(ErrorCode::usage, std::move(field), cause);
}

/// The one role that is asked for; nothing if none is.
std::optional<Role> role_in(const json::Object& body) {
    const auto roles = texts_field(body, "spec.roles");
    if (roles.empty()) return std::nullopt;
    const auto role = roles.size() == 1 ? identity::parse_role(roles.front()) : std::nullopt;
    if (!role) throw wrong("spec.roles", "is one of viewer, editor and tenant_admin");
    return role;
}

Grant grant_in(const json::Object& item) {
    Grant grant{.prefix = text_field(item, "prefix").value_or(""), .actions = {}};
    if (!grant.prefix.empty() && !oci::parse_repository_name(grant.prefix))
        throw wrong("spec.grants",
                    fmt::format("{} is no prefix of repository names", berth::quoted(grant.prefix)))
            .hint_is("team stands for team and all below team/; empty is everything");
    const auto actions = access::Actions::parse(texts_field(item, "actions"));
    if (!actions || actions->none())
        throw wrong("spec.grants", "each needs actions: of pull, push and delete");
    grant.actions = *actions;
    return grant;
}

std::optional<std::vector<Grant>> grants_in(const json::Object& body) {
    const auto items = objects_field(body, "spec.grants");
    if (!items) return std::nullopt;
    if (items->size() > most_grants)
        throw wrong("spec.grants", fmt::format("are more than {}", most_grants));
    std::vector<Grant> grants;
    for (const auto* item : *items) grants.push_back(grant_in(*item));
    return grants;
}

std::optional<std::string> name_in(const json::Object& body, std::string_view field) {
    auto name = text_field(body, field);
    if (!name || name->empty()) return name;
    try {
        identity::check_display_name(*name, "a person");
    } catch (const Error& error) {
        throw wrong(std::string(field), error.message()).hint_is(error.hint());
    }
    return name;
}

/// What stands there when it is taken away.
json::Value nothing_at(std::string_view path) {
    if (path.ends_with("Name")) return "";
    if (path == "/spec/grants") return json::Array();
    throw wrong("path", fmt::format("{} cannot be removed", path));
}

void put_one(json::Object& body, const json::Object& patch) {
    const auto op = text_field(patch, "op").value_or("");
    const auto path = text_field(patch, "path").value_or("");
    if (op != "add" && op != "replace" && op != "remove")
        throw wrong("op", "is one of add, replace and remove");
    if (std::find(patchable.begin(), patchable.end(), path) == patchable.end())
        throw wrong("path", fmt::format("{} is nothing that can be changed; {} can",
                                        berth::quoted(path), fmt::join(patchable, ", ")));
    const auto* value = patch.if_contains("value");
    if (op != "remove" && value == nullptr) throw wrong("value", "is missing");
    const auto slash = path.find('/', 1);
    auto& part = body[path.substr(1, slash - 1)];
    if (!part.is_object()) part = json::Object();
    part.get_object()[path.substr(slash + 1)] = op == "remove" ? nothing_at(path) : *value;
}

void apply_grants(User& user, const UserChange& change) {
    if (user.membership && !change.grants->empty())
        throw wrong("spec.grants", "the registry in this server is another tenant's");
    user.grants = *change.grants;
    if (user.membership || !change.role) return;
    user.admin = *change.role == Role::tenant_admin;
    if (identity::role_of(user) == *change.role) return;
    throw wrong("spec.grants", "an editor may push somewhere, and a viewer nowhere")
        .hint_is(
            "change the role or the rights; the role follows from the rights if none is given");
}

json::Array write_grants(const User& user) {
    json::Array grants;
    for (const auto& grant : user.grants) {
        json::Array actions;
        for (const auto& name : grant.actions.names()) actions.emplace_back(name);
        grants.push_back(json::Object{{"prefix", grant.prefix}, {"actions", std::move(actions)}});
    }
    return grants;
}

} // namespace

UserChange read_user_change(const json::Object& body) {
    return {.role = role_in(body),
            .grants = grants_in(body),
            .active = boolean_field(body, "status.isActive"),
            .first_name = name_in(body, "spec.firstName"),
            .last_name = name_in(body, "spec.lastName")};
}

json::Object put_of(const json::Array& patch) {
    if (patch.size() > most_patches)
        throw Error(ErrorCode::usage,
                    fmt::format("the body: at most {} changes at once", most_patches));
    json::Object body;
    for (const auto& each : patch) {
        if (!each.is_object()) throw Error(ErrorCode::usage, "the body: a list of objects is due");
        put_one(body, each.get_object());
    }
    return body;
}

void apply(User& user, const UserChange& change) {
    if (change.grants) apply_grants(user, change);
    if (change.role && *change.role != identity::role_of(user)) set_role(user, *change.role);
    if (change.active) user.disabled = !*change.active;
    user.first_name = change.first_name.value_or(user.first_name);
    user.last_name = change.last_name.value_or(user.last_name);
}

json::Object write_user(const User& user) {
    json::Object spec{{"emailId", user.name},
                      {"firstName", user.first_name},
                      {"lastName", user.last_name},
                      {"roles", json::Array{text_of(identity::role_of(user))}},
                      {"grants", write_grants(user)}};
    if (user.external) spec["provider"] = user.external->provider;
    return {
        {"metadata", {{"uid", identity::uid_of(user.name)}, {"name", user.name}}},
        {"spec", std::move(spec)},
        {"status",
         {{"isActive", !user.disabled}, {"isPasswordResetting", false}, {"activationLink", ""}}}};
}

} // namespace berth::api
