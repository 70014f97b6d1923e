// Quotas: how much each prefix holds, and whether more may come.
//
// One row of sums per prefix that has a quota, and one for the whole registry, each changed in the
// transactions that change what it sums: exact at every moment, and read in one step. A blob that
// several repositories of a prefix show counts once there.
#pragma once

#include "db/connection.hpp"
#include "hosting/policy.hpp"
#include "oci/digest.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace berth::hosting {

/// What the repositories of one prefix hold together.
struct Usage {
    std::string prefix; ///< "" is the registry
    std::uint64_t bytes = 0;
    std::uint64_t objects = 0; ///< manifests and blobs
};

/// Does not change once tracked: any thread. The functions that change rows are called inside the
/// transaction that makes the change.
class Quotas {
public:
    /// Error usage for two quotas of one prefix.
    explicit Quotas(const std::vector<Quota>& quotas);

    /// At start: makes the sums those of the prefixes that have a quota now. What is new is
    /// computed from the rows of the index, once.
    void track(db::Connection& connection);
    /// Beside the process that serves: takes the sums that are there.
    void load(db::Connection& connection);

    /// After a link of `repository` to the blob was made. Error denied if a quota does not allow
    /// it; the transaction must not be committed then.
    void blob_linked(db::Connection& connection, std::string_view repository,
                     std::int64_t blob) const;
    /// After a link was dropped.
    void blob_unlinked(db::Connection& connection, std::string_view repository,
                       std::int64_t blob) const;
    /// After a manifest was stored that was not there; as blob_linked().
    void manifest_added(db::Connection& connection, std::string_view repository,
                        std::uint64_t bytes) const;
    void manifest_removed(db::Connection& connection, std::string_view repository,
                          std::uint64_t bytes) const;

    /// Whether any quota bounds the bytes of the repository.
    bool bounds(std::string_view repository) const;
    /// Whether a blob of `bytes` can come at all: Error denied if not, so that it need not be
    /// sent. Without a digest only what no sharing could make fit is refused.
    void require_room(db::Connection& connection, std::string_view repository, std::uint64_t bytes,
                      const std::optional<oci::Digest>& digest) const;

    /// The sums of all tracked prefixes, in byte order.
    static std::vector<Usage> usage(db::Connection& connection);
    /// The sums of any prefix: a point read if it is tracked, else computed.
    Usage usage(db::Connection& connection, std::string_view prefix) const;

private:
    struct Tracked {
        std::int64_t id = 0;
        Quota quota;
    };
    std::vector<const Tracked*> covering(std::string_view repository) const;
    static void grow(db::Connection& connection, const Tracked& tracked, std::uint64_t bytes);
    static void shrink(db::Connection& connection, const Tracked& tracked, std::uint64_t bytes);

    std::map<std::string, Tracked, std::less<>> tracked_;
};

/// The prefix as it is compared: without slashes at its end, so that "team/" is "team".
std::string normal_prefix(std::string prefix);

/// What the index's rows say that a prefix holds, whatever the sums are.
Usage computed_usage(db::Connection& connection, std::string_view prefix);

} // namespace berth::hosting
