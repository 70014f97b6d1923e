// AuditTrail: who changed what through the management API, to be read through it.
#pragma once

#include "identity/database.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace berth::identity {

inline constexpr std::int64_t audit_limit = 100'000; ///< rows of one tenant; the oldest go

struct AuditRecord {
    std::int64_t number = 0; ///< counts up; given by the trail
    std::string uid = {};    ///< 24 hex digits, given by the trail
    Time at = {};            ///< given by the trail
    std::string tenant;      ///< uid
    std::string actor;       ///< a user's name
    std::string proof;       ///< "session", "token", "apiKey"; "" at a login
    std::string action;      ///< "registry.create"
    std::string object = {}; ///< uid or name of what it was done to
    std::string name = {};   ///< what that was called then; "" where it has no name
    std::string outcome; ///< "success", "denied", "failed"
    std::string ref = {};
    /// JSON texts, without secrets. More than 64 KiB is left out, and that is said.
    std::optional<std::string> before = {};
    std::optional<std::string> after = {};
};

/// Any thread. Errors: those of db.
class AuditTrail {
public:
    /// `limit`: rows of a tenant that are kept, and up to a hundredth more. `database` must outlive
    /// it.
    explicit AuditTrail(Database& database, std::int64_t limit = audit_limit)
        : database_(database), limit_(limit) {}

    /// On disk when it returns; gives the record's uid.
    std::string add(AuditRecord record);
    /// Newest first; `before` is the number of the last one of the page before, 0 for the start.
    std::vector<AuditRecord> list(std::string_view tenant, std::int64_t before, std::size_t limit);
    std::int64_t count(std::string_view tenant);

private:
    Database& database_;
    std::int64_t limit_;
};

} // namespace berth::identity
