#include "access/rights.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

#include <array>

namespace berth::access {

namespace {

constexpr std::array every_action{Action::pull, Action::push, Action::remove};

bool covers(std::string_view prefix, std::string_view repository) {
    if (prefix.empty()) return true;
    return repository.starts_with(prefix) &&
           (repository.size() == prefix.size() || repository[prefix.size()] == '/');
}

} // namespace

std::string_view name_of(Action action) {
    constexpr std::array<std::string_view, 3> names{"pull", "push", "delete"};
    return names[static_cast<std::size_t>(action)];
}

std::vector<std::string> Actions::names() const {
    std::vector<std::string> names;
    for (const auto action : every_action) {
        if (has(action)) names.emplace_back(name_of(action));
    }
    return names;
}

Result<Actions> Actions::parse(const std::vector<std::string>& names) {
    Actions actions;
    for (const auto& name : names) {
        if (name == "*") return all();
        bool known = false;
        for (const auto action : every_action) {
            if (name != name_of(action)) continue;
            actions = actions.with(action);
            known = true;
        }
        if (!known) {
            return Error(ErrorCode::usage, fmt::format("{} is not an action", berth::quoted(name)))
                .set_hint("actions are pull, push, delete, or * for all");
        }
    }
    return actions;
}

Actions Identity::on(std::string_view repository) const {
    if (admin) return Actions::all();
    Actions actions;
    for (const auto& grant : grants) {
        if (covers(grant.prefix, repository)) actions = actions.both(grant.actions);
    }
    return actions;
}

} // namespace berth::access
