#include "app/grant_text.hpp"

#include "base/text.hpp"
#include "oci/reference.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace berth::app {

using access::Action;
using access::Actions;
using access::Grant;
using access::User;

namespace {

Actions without(Actions all, Actions less) {
    Actions left;
    for (const auto action : {Action::pull, Action::push, Action::remove}) {
        if (all.has(action) && !less.has(action)) left = left.with(action);
    }
    return left;
}

} // namespace

std::string prefix_of(std::string_view text) {
    if (text == "*" || text == "**") return "";
    for (const std::string_view ending : {"**", "*"}) {
        if (text.ends_with(ending) && text.size() > ending.size() &&
            text[text.size() - ending.size() - 1] == '/') {
            text.remove_suffix(ending.size());
            break;
        }
    }
    while (text.ends_with('/')) text.remove_suffix(1);
    auto name = oci::parse_repository_name(text);
    if (!name) {
        throw Error(ErrorCode::usage, fmt::format("{} is no prefix of repository names: {}",
                                                  berth::quoted(text), name.error().message()))
            .set_hint("e.g. team, which stands for team and all below team/; * is everything");
    }
    return *name;
}

Actions actions_of(std::string_view text) {
    std::vector<std::string> names;
    for (const auto name : split(text, ',')) names.emplace_back(name);
    return Actions::parse(names).value();
}

Grant grant_of(std::string_view text) {
    const auto equals = text.rfind('=');
    if (equals == text.npos) {
        throw Error(ErrorCode::usage, fmt::format("{} is not PREFIX=ACTIONS", berth::quoted(text)))
            .set_hint("e.g. --grant team=pull,push");
    }
    return {prefix_of(text.substr(0, equals)), actions_of(text.substr(equals + 1))};
}

void add_grant(User& user, const Grant& grant) {
    const auto same = std::find_if(user.grants.begin(), user.grants.end(),
                                   [&](const Grant& each) { return each.prefix == grant.prefix; });
    if (same == user.grants.end()) {
        user.grants.push_back(grant);
    } else {
        same->actions = same->actions.both(grant.actions);
    }
}

bool take_grant(User& user, const Grant& grant) {
    bool taken = false;
    for (auto& each : user.grants) {
        if (each.prefix != grant.prefix || each.actions.common(grant.actions).none()) continue;
        each.actions = without(each.actions, grant.actions);
        taken = true;
    }
    std::erase_if(user.grants, [](const Grant& each) { return each.actions.none(); });
    return taken;
}

std::string shown_prefix(const std::string& prefix) {
    return prefix.empty() ? "*" : prefix;
}

} // namespace berth::app
