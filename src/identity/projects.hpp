// Projects: what a tenant divides its work into. Registries belong to the tenant and are seen from
// every project.
#pragma once

#include "identity/database.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace berth::identity {

inline constexpr std::int64_t projects_limit = 1000; ///< of one tenant

struct Project {
    std::string uid; ///< 24 hex digits
    std::string tenant;
    std::string name; ///< one of its tenant's has it
    std::string description = {};
    Time created = {};
    Time modified = {};
};

/// Absent members stay as they are.
struct ProjectChange {
    std::optional<std::string> name = {};
    std::optional<std::string> description = {};
};

/// Any thread. A project of another tenant is one that is not there. Errors: those of db.
class Projects {
public:
    static constexpr std::size_t longest_description = 1024;

    /// Begins the first tenant. `database` must outlive it.
    explicit Projects(Database& database);

    /// Makes the project "Default" if the tenant has none.
    void begin(std::string_view tenant);

    /// Errors: usage for a name that cannot be one, or a description that is too long; conflict for
    /// a name that is taken; limit_exceeded beyond projects_limit.
    Project add(std::string_view tenant, std::string_view name, std::string_view description);
    std::optional<Project> find(std::string_view tenant, std::string_view uid);
    /// By name.
    std::vector<Project> list(std::string_view tenant);
    /// Gives it as it is then. Errors: not_found; as add().
    Project change(std::string_view tenant, std::string_view uid, const ProjectChange& change);
    /// False if it was not there. Error conflict for the tenant's last one.
    bool remove(std::string_view tenant, std::string_view uid);

private:
    Database& database_;
};

} // namespace berth::identity
