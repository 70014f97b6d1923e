// RegionFill: brings what is missing in other regions there, from the default region, by our own
// copy.
//
// First a plan, which can be shown and counted; then its execution. A tag that is there, whatever
// it is, stays as it is: it is looked for right before it is set, and again after, since ECR sets a
// tag without conditions. What somebody else sets between the first look and our request, where
// tags are mutable, is lost to ours; a repository with immutable tags refuses the later of the two.
#pragma once

#include "base/synchronized.hpp"
#include "ecr/region_matrix.hpp"
#include "registration/open.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace berth::ecr {

/// One tag that is to be in a region.
struct FillItem {
    std::string region;
    std::string repository;
    std::string tag;
    std::string digest;
    RegionState state;
    /// Of content that the region lacks; what items share is counted with the first of them.
    /// Nothing until it was measured, or where that failed.
    std::optional<std::uint64_t> bytes = {};
    std::string unmeasured = {}; ///< why
};

/// A repository that is to be made, as the one in the default region is.
struct FillRepository {
    std::string region;
    aws::RepositoryRecord like;
};

/// What is not in sync and is left as it is.
struct LeftAlone {
    std::string region;
    std::string repository;
    std::string tag; ///< empty: the whole repository
    RegionState state;
    std::string reason;
};

struct FillPlan {
    std::string account;
    std::string default_region;
    std::vector<FillRepository> repositories;
    std::vector<FillItem> items;
    std::vector<LeftAlone> left;
    std::vector<std::string> cut; ///< what was left out, in sentences

    std::uint64_t bytes() const; ///< of the items that were measured
};

enum class MakeRepositories { no, yes };

/// What would be done about the gaps of a comparison. What lags and is young is left to AWS. At
/// most 1000 items; that there are more is said.
FillPlan plan_fill(const RegionMatrix& matrix, MakeRepositories make,
                   std::chrono::system_clock::time_point now);

enum class FillResult { waiting, copied, present, left, failed };
std::string_view text_of(FillResult result) noexcept;

struct FillOutcome {
    FillResult result = FillResult::waiting;
    std::uint64_t moved = 0; ///< bytes that went over the wire for it
    std::string message = {};
    std::string fix = {};
    bool denied = false; ///< it failed for a right that is missing
};

/// How far it is: everything, for whoever asks.
struct FillReport {
    FillPlan plan;
    std::vector<FillOutcome> repositories; ///< of plan.repositories, by their places
    std::vector<FillOutcome> items;        ///< of plan.items
    std::uint64_t moved = 0;
    std::optional<std::chrono::steady_clock::time_point> copying_since = {};
    bool over = false; ///< whatever came of it: what waits still was not done

    std::size_t count(FillResult result) const; ///< of the items
    /// ARNs of the repositories in which something was denied.
    std::vector<std::string> denied() const;
};

struct FillProgress {
    std::size_t done = 0; ///< items
    std::size_t total = 0;
    std::uint64_t moved = 0; ///< bytes
    std::uint64_t bytes = 0; ///< in sum; 0 until it is measured
};

/// One fill. run() once, by one thread; report() by any, at any time.
class RegionFill {
public:
    /// Any thread, often; must return quickly. May be empty.
    using Told = std::function<void(std::string_view phase, const FillProgress& progress)>;

    RegionFill(registration::Access access, FillPlan plan);

    /// Finds out how many bytes each item takes, as far as `limit` allows; what fails is not tried
    /// again. Errors: cancelled; those of opening the registry.
    void measure(const registration::Outside& outside, std::chrono::milliseconds limit,
                 std::stop_token stop);
    /// Makes the repositories and copies the items, one after the other; what fails is in the
    /// report, and the others go on. A region that does not answer twice in a row is given up.
    /// Errors: as measure().
    void run(const registration::Outside& outside, const Told& told, std::stop_token stop);

    FillReport report();

private:
    class Worker;
    void tell(const Told& told, std::string_view phase);

    registration::Access access_;
    Synchronized<FillReport> report_;
};

} // namespace berth::ecr
