// Tenants: whose registries, users, projects, keys and records are whose. None sees another's.
#pragma once

#include "identity/database.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace berth::identity {

inline constexpr std::size_t tenants_limit = 1000;

/// Any thread. Errors: those of db.
class Tenants {
public:
    /// `database` must outlive it.
    explicit Tenants(Database& database) : database_(database) {}

    /// Errors: usage for a name that is not 1 to 64 lower-case letters, digits, dots and dashes,
    /// a letter or digit first; conflict for one that is taken; limit_exceeded beyond
    /// tenants_limit.
    Tenant add(std::string_view name);
    std::optional<Tenant> find(std::string_view uid);
    std::optional<Tenant> find_named(std::string_view name);
    /// The first one first, then by name.
    std::vector<Tenant> list();

    /// Errors: not_found; conflict for the first one, which the registry in this server is for.
    void check_removable(std::string_view uid);
    /// Its keys, its projects and its trail go with it. Its uid is kept in removed() until what
    /// lies elsewhere is gone too. Errors: those of check_removable().
    void remove(std::string_view uid);
    std::vector<std::string> removed();
    /// Nothing of it is left anywhere.
    void forget_removed(std::string_view uid);

private:
    Database& database_;
};

} // namespace berth::identity
