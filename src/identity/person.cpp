#include "identity/person.hpp"

#include <array>
#include <cstddef>

namespace berth::identity {
namespace {

using access::Action;
using access::Actions;

struct RoleRow {
    Role role;
    std::string_view text;
    Right most; ///< what is listed before it in Right, it has too
    Actions actions;
};
constexpr auto pull = Actions().with(Action::pull);
constexpr std::array roles{
    RoleRow{Role::viewer, "viewer", Right::see, pull},
    RoleRow{Role::editor, "editor", Right::use, pull.with(Action::push)},
    RoleRow{Role::tenant_admin, "tenant_admin", Right::manage, Actions::all()}};

constexpr const RoleRow& row_of(Role role) {
    return roles[static_cast<std::size_t>(role)];
}

constexpr std::array proofs{std::string_view("session"), std::string_view("token"),
                            std::string_view("apiKey")};
constexpr std::array rights{std::string_view("see"), std::string_view("use"),
                            std::string_view("manage")};

} // namespace

std::string_view text_of(Role role) noexcept {
    return row_of(role).text;
}

std::optional<Role> parse_role(std::string_view text) noexcept {
    for (const auto& row : roles)
        if (row.text == text) return row.role;
    return std::nullopt;
}

access::Actions actions_of(Role role) noexcept {
    return row_of(role).actions;
}

std::string_view text_of(Proof proof) noexcept {
    return proofs[static_cast<std::size_t>(proof)];
}

std::string_view text_of(Right right) noexcept {
    return rights[static_cast<std::size_t>(right)];
}

std::optional<Right> parse_right(std::string_view text) noexcept {
    for (std::size_t i = 0; i < rights.size(); ++i) {
        if (rights[i] == text) return static_cast<Right>(i);
    }
    return std::nullopt;
}

bool may(Role role, Right right) noexcept {
    return right <= row_of(role).most;
}

Right most_of(const Person& person) noexcept {
    const Right by_role = row_of(person.role).most;
    return by_role < person.most ? by_role : person.most;
}

} // namespace berth::identity
