// Book: the named registries of all tenants, in a database.
//
// Secrets are sealed (seal/) and bound to their registration and to the origin of its endpoint:
// who changes the endpoint to another origin types them again.
#pragma once

#include "base/clock.hpp"
#include "db/pool.hpp"
#include "registration/draft.hpp"
#include "seal/sealer.hpp"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace berth::registration {

inline constexpr std::int64_t registrations_limit = 1000; ///< of one tenant

using Time = std::chrono::system_clock::time_point; ///< in the database: whole milliseconds

/// That a secret is there and since when, which is all that may be shown of it.
struct SecretMark {
    SecretField field;
    Time set_at;
    bool operator==(const SecretMark&) const = default;
};

/// The last time that the registry was tried.
struct LastValidation {
    Time at;
    std::string result; ///< "ok", "warning", "failed"
    std::string report; ///< Validation as JSON
    bool operator==(const LastValidation&) const = default;
};

struct Registration {
    std::string uid; ///< 24 hex digits
    std::string tenant;
    std::string name;
    Spec spec;
    Endpoint endpoint;
    std::vector<std::string> content_paths;
    std::int64_t version; ///< counts changes of name, spec and secrets; for ETag and If-Match
    Time created;
    Time modified;
    std::vector<SecretMark> secrets;
    std::optional<LastValidation> last_validation;

    /// "\"7\"": an entity tag.
    std::string etag() const;
};

/// A registration that was written, and what a person should be told of it.
struct Saved {
    Registration registration;
    std::vector<Note> notes;
};

/// Any thread; several processes may share the file. Errors of all members: those of db.
/// A registration of another tenant is one that is not there; one that cannot be read is corrupt.
class Book {
public:
    /// Creates the tables where they are missing. `clock` must outlive it. `own_identity_for`: the
    /// tenant that may use this server's own identity at AWS as it likes; "" is every tenant. To
    /// others it lends itself only for roles that demand their external id, since each could name
    /// another's role otherwise.
    Book(const std::filesystem::path& file, seal::Sealer sealer, EndpointPolicy policy,
         Clock& clock, std::string own_identity_for = {});

    /// Errors: those of check_draft; usage (FieldError) for a use of this server's identity that
    /// the tenant may not make; conflict (FieldError metadata.name) for a name that the tenant
    /// has; limit_exceeded for more than registrations_limit.
    Saved add(std::string_view tenant, const Draft& draft);

    /// Replaces name, spec and typed secrets; secrets that were not typed stay, but for an AWS
    /// session token beside keys that are new. Errors: as add();
    /// not_found; conflict if `expected_version` is given and another; FieldError usage naming the
    /// secret that has to be typed again because the endpoint's origin changed; FieldError usage
    /// for a change of kind and, with provider type helm or zarf, of is_sync_supported.
    Saved update(std::string_view tenant, std::string_view uid, const Draft& draft,
                 std::optional<std::int64_t> expected_version);

    /// Also of one whose row cannot be read. Errors: not_found, conflict as update().
    void remove(std::string_view tenant, std::string_view uid,
                std::optional<std::int64_t> expected_version);

    std::optional<Registration> find(std::string_view tenant, std::string_view uid);
    std::optional<Registration> find_named(std::string_view tenant, std::string_view name);
    /// Sorted by name without regard to case; `after` is a name, "" for the start.
    std::vector<Registration> list(std::string_view tenant, std::string_view after,
                                   std::size_t limit);

    /// The keys (see name_key) of all tenants' registries: for whether a name can lead anywhere.
    std::vector<std::string> name_keys();
    /// Another one after each change that was made through this object.
    std::uint64_t changes() const { return changes_.load(); }

    /// The opened secrets. Errors: corrupt as Sealer::open says; conflict if it changed meanwhile.
    Secrets secrets_of(const Registration& registration);

    /// What AWS roles of this tenant are to demand before this server may take them on: made here,
    /// so that no other tenant can name it. The same each time.
    std::string external_id(std::string_view tenant);

    /// A draft to be tried before it is saved. With `uid` ("" for none) the secrets that were not
    /// typed are the stored ones, under the rules of update(). Writes nothing.
    CheckedDraft check(std::string_view tenant, std::string_view uid, const Draft& draft);

    /// Keeps the outcome of a validation; the version stays. A registration that has gone or that
    /// has another version by now keeps nothing: false.
    bool record_validation(const Registration& registration, const LastValidation& outcome);

    /// Seals all secrets with the current key; returns how many were not yet. Those that do not
    /// open are left alone and counted in `unopened`.
    struct Resealed {
        std::int64_t resealed = 0;
        std::int64_t current = 0;
        std::int64_t unopened = 0;
    };
    Resealed reseal();

    const EndpointPolicy& policy() const { return policy_; }

private:
    Registration load(db::Connection& connection, std::string_view tenant, std::string_view uid);
    Secrets open_secrets(db::Connection& connection, const Registration& registration) const;
    void store_secrets(db::Connection& connection, const std::string& uid,
                       const CheckedDraft& checked, const Secrets& typed, std::int64_t now);
    Secrets kept_secrets(db::Connection& connection, const Registration& old, const Draft& draft);
    void check_identity(std::string_view tenant, const Spec& spec);
    std::int64_t now_ms();

    db::Pool pool_;
    seal::Sealer sealer_;
    EndpointPolicy policy_;
    Clock& clock_;
    const std::string own_identity_for_;
    std::atomic<std::uint64_t> changes_{1};
};

} // namespace berth::registration
