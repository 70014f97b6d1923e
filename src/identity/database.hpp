// Database: where sessions, API keys and the audit trail are kept.
#pragma once

#include "base/clock.hpp"
#include "db/pool.hpp"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

namespace berth::identity {

using Time = std::chrono::system_clock::time_point; ///< in the database: whole milliseconds

std::int64_t milliseconds(Time time);
Time time_of(std::int64_t milliseconds);
std::optional<std::int64_t> milliseconds(std::optional<Time> time);

/// Whose objects are whose.
struct Tenant {
    std::string uid; ///< 24 hex digits, made once
    std::string name;
};

/// Any thread; several processes may share the file. Errors: those of db.
class Database {
public:
    /// Creates the tables, and the tenant "default", where they are missing. `clock` must outlive
    /// it.
    Database(const std::filesystem::path& file, Clock& clock);

    /// The first one, which the registry in this server is for. It is always there.
    const Tenant& tenant() const { return tenant_; }
    db::Pool& pool() { return pool_; }
    Time now() { return clock_.wall_now(); }

private:
    Tenant load_tenant();

    db::Pool pool_;
    Clock& clock_;
    Tenant tenant_;
};

} // namespace berth::identity
