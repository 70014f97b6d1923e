// RegionMatrix: what of a registered ECR registry is in which region. The default region is what
// the others are held against, by digest.
//
// What it costs: in each region one list of repositories and one of the images of each repository
// that is looked at; and of what differs alone, its time of push and the state of its replication.
#pragma once

#include "aws/cloud.hpp"
#include "ecr/region_state.hpp"
#include "registration/open.hpp"

#include <array>
#include <cstddef>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace berth::ecr {

struct MatrixRequest {
    /// Beside the default one; empty: the registration's, else where the replication rules lead.
    std::vector<std::string> regions = {};
    /// Names, or beginnings of them that end in "/" or "*"; empty: all of the registration's.
    std::vector<std::string> repositories = {};
    std::string after = {};   ///< the last repository of the page before
    std::size_t limit = 50;   ///< repositories that are looked at
    bool gaps_only = false;   ///< rows that are in sync everywhere are counted and left out
    std::size_t rows = 2'000; ///< that are kept
    /// Images that AWS is asked about one by one; of more that differ it is said that they were
    /// not.
    std::size_t questions = 300;
};

struct RegionCell {
    std::string region;
    RegionVerdict verdict;
    std::string digest = {}; ///< that the tag has there; empty if it has none
};

struct RegionRow {
    std::string repository;
    std::string tag;
    std::string digest = {}; ///< in the default region; empty if the tag is not there
    std::optional<std::chrono::system_clock::time_point> pushed = {};
    /// In the order of the regions; a region where an extra tag is not either has none.
    std::vector<RegionCell> cells = {};
};

/// What could not be looked at: a region, or a repository in one.
struct RegionProblem {
    std::string region;
    std::string repository = {}; ///< empty: the whole region
    RegionVerdict verdict;
};

struct RegionMatrix {
    std::string account;
    std::string default_region;
    std::vector<std::string> regions = {}; ///< without the default one
    /// Of the default region; nothing if they cannot be read: `rules_unread` says why.
    std::optional<std::vector<aws::ReplicationRule>> rules = {};
    std::string rules_unread = {};
    std::size_t repositories = 0; ///< that were looked at
    std::vector<RegionRow> rows = {};
    std::vector<RegionProblem> problems = {};
    std::array<std::size_t, region_states> counts = {}; ///< of cells, also of rows not kept
    std::vector<std::string> cut = {};                  ///< what was left out, in sentences
    std::string next = {}; ///< the last repository of this page if there are more
    /// Settings of the default region's repositories that were looked at.
    std::vector<aws::RepositoryRecord> settings = {};
};

/// Errors: unsupported for a registry that is no account's or whose endpoint names its region;
/// usage for regions that are none of its partition; what the default region refuses: without it
/// nothing can be held against it; cancelled. `access` and `cloud` are used during the call alone.
RegionMatrix compare_regions(const registration::Access& access, aws::Cloud& cloud,
                             const MatrixRequest& request, std::stop_token stop);

/// Whether `name` is one of the repositories that were asked for; empty: all are.
bool is_asked_for(const std::vector<std::string>& repositories, std::string_view name);

} // namespace berth::ecr
