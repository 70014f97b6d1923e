#include "bundle/user.hpp"

#include "base/error.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <optional>

namespace berth::bundle {
namespace {

constexpr std::uint64_t last_id = std::numeric_limits<std::int32_t>::max();

std::optional<std::uint32_t> id_of(std::string_view text) {
    const auto number = parse_number(text, last_id);
    return number ? std::optional(static_cast<std::uint32_t>(*number)) : std::nullopt;
}

struct Account {
    std::string_view name;
    std::uint32_t uid;
    std::uint32_t gid;
    std::string_view home;
};

struct Group {
    std::string_view name;
    std::uint32_t gid;
    std::vector<std::string_view> members;
};

std::optional<Account> parse_account(std::string_view line) {
    const auto fields = split(line, ':');
    if (fields.size() < 4 || fields[0].empty() || fields[0].starts_with('#')) return std::nullopt;
    const auto uid = id_of(fields[2]);
    const auto gid = id_of(fields[3]);
    if (!uid || !gid) return std::nullopt;
    return Account{fields[0], *uid, *gid, fields.size() > 5 ? fields[5] : std::string_view{}};
}

std::optional<Group> parse_group(std::string_view line) {
    const auto fields = split(line, ':');
    if (fields.size() < 3 || fields[0].empty() || fields[0].starts_with('#')) return std::nullopt;
    const auto gid = id_of(fields[2]);
    if (!gid) return std::nullopt;
    Group group{fields[0], *gid, {}};
    if (fields.size() > 3) group.members = split(fields[3], ',');
    return group;
}

/// The first line that `parse` understands and `wanted` accepts.
template <class Parse, class Wanted>
auto find_line(std::string_view text, Parse parse, Wanted wanted) -> decltype(parse(text)) {
    for (const auto line : split(text, '\n')) {
        if (auto found = parse(trimmed(line)); found && wanted(*found)) return found;
    }
    return std::nullopt;
}

Error unknown(std::string_view what, std::string_view name, std::string_view file) {
    return Error(ErrorCode::content_invalid,
                 fmt::format("the image wants to run as {} {}, which is not in its {}", what,
                             berth::quoted(name), file));
}

std::uint32_t find_gid(std::string_view wanted, std::string_view text) {
    const auto id = id_of(wanted);
    const auto group = find_line(text, parse_group, [&](const Group& candidate) {
        return candidate.name == wanted || (id && candidate.gid == *id);
    });
    if (group) return group->gid;
    if (id) return *id;
    throw unknown("the group", wanted, "/etc/group");
}

std::vector<std::uint32_t> find_memberships(std::string_view user, std::string_view text) {
    std::vector<std::uint32_t> gids;
    for (const auto line : split(text, '\n')) {
        const auto group = parse_group(trimmed(line));
        if (!group) continue;
        const auto& members = group->members;
        if (std::find(members.begin(), members.end(), user) == members.end()) continue;
        if (std::find(gids.begin(), gids.end(), group->gid) == gids.end())
            gids.push_back(group->gid);
    }
    return gids;
}

} // namespace

RuntimeUser resolve_user(std::string_view user, std::string_view passwd, std::string_view group) {
    const auto colon = user.find(':');
    const auto name = user.substr(0, colon);
    const auto group_name = colon == user.npos ? std::string_view{} : user.substr(colon + 1);
    const auto id = name.empty() ? std::optional<std::uint32_t>(0) : id_of(name);
    const auto account = find_line(passwd, parse_account, [&](const Account& candidate) {
        return (!name.empty() && candidate.name == name) || (id && candidate.uid == *id);
    });
    if (!account && !id) throw unknown("the user", name, "/etc/passwd");

    RuntimeUser result;
    result.uid = account ? account->uid : *id;
    result.gid = account ? account->gid : 0;
    if (account && account->home.starts_with('/')) result.home = account->home;
    if (!group_name.empty()) {
        result.gid = find_gid(group_name, group);
    } else if (account) {
        result.additional_gids = find_memberships(account->name, group);
    }
    return result;
}

} // namespace berth::bundle
