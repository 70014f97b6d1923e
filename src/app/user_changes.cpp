#include "app/user_changes.hpp"

#include <fmt/format.h>

#include <set>

namespace berth::app {
namespace {

std::string rights_text(const access::User& user) {
    std::string text = user.disabled ? "disabled" : "";
    if (user.membership)
        text += fmt::format("{}of tenant {}", text.empty() ? "" : "; ", user.membership->tenant);
    if (user.administers()) text += text.empty() ? "admin" : "; admin";
    for (const auto& grant : user.grants) {
        if (!text.empty()) text += "; ";
        text += fmt::format("{} on {}", fmt::join(grant.actions.names(), ","),
                            grant.prefix.empty() ? "everything" : grant.prefix);
    }
    return text;
}

template <class Map>
auto find_in(const Map& map, const std::string& name) -> const typename Map::mapped_type* {
    const auto found = map.find(name);
    return found == map.end() ? nullptr : &found->second;
}

} // namespace

UserChanges::UserChanges(access::Users& users, observe::Audit& audit)
    : users_(users), audit_(audit), seen_(look()) {}

UserChanges::State UserChanges::look() const {
    State state;
    for (const auto& user : users_.list())
        state.users[user.name] = {user.password_hash, rights_text(user)};
    state.public_prefixes = fmt::format("{}", fmt::join(users_.public_prefixes(), ", "));
    return state;
}

void UserChanges::record(std::string_view action, std::string_view user,
                         std::string_view detail) const {
    const auto text = user.empty()     ? std::string(detail)
                      : detail.empty() ? std::string(user)
                                       : fmt::format("{}: {}", user, detail);
    audit_.record({.action = action, .detail = text});
}

void UserChanges::compare(const std::string& name, const Seen* before, const Seen* after) const {
    if (before == nullptr) return record("user.add", name, after->rights);
    if (after == nullptr) return record("user.remove", name, "");
    if (before->password_hash != after->password_hash) record("user.password", name, "");
    if (before->rights != after->rights) record("user.rights", name, after->rights);
}

void UserChanges::check() {
    auto now = look();
    std::set<std::string> names;
    for (const auto& [name, seen] : seen_.users) names.insert(name);
    for (const auto& [name, seen] : now.users) names.insert(name);
    for (const auto& name : names)
        compare(name, find_in(seen_.users, name), find_in(now.users, name));
    if (seen_.public_prefixes != now.public_prefixes)
        record("public.change", "", now.public_prefixes);
    seen_ = std::move(now);
}

} // namespace berth::app
