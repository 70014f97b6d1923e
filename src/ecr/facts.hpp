// What ECR tells of a repository and of an image beyond the distribution API: settings, policies,
// tags of the resource, times of push and pull, findings of scans, replication.
//
// Asked for when somebody looks, a few calls at a time. AWS judges each call by itself: what one
// right too few hides is one fact less, named with the right, and the others stand.
#pragma once

#include "aws/cloud.hpp"
#include "aws/ecr_records.hpp"
#include "aws/ecr_scan.hpp"
#include "registration/open.hpp"

#include <map>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace berth::ecr {

/// A fact that AWS does not tell us.
struct Untold {
    /// "settings", "lifecyclePolicy", "resourceTags" or "rules" of a repository; "image", "scan" or
    /// "replication" of an image.
    std::string fact;
    std::string action = {}; ///< the right that is missing, if it is one: "ecr:GetLifecyclePolicy"
    std::string message = {};
    std::string fix = {};
};

/// A fact that is neither there nor untold does not exist: no policy, no scan.
struct RepositoryFacts {
    std::string account;
    std::string region;
    std::optional<aws::RepositoryRecord> settings = {};
    std::optional<std::string> lifecycle_policy = {}; ///< JSON text as AWS keeps it
    std::optional<std::map<std::string, std::string>> resource_tags = {};
    std::optional<std::vector<aws::ReplicationRule>> rules = {}; ///< that are about it
    std::vector<Untold> untold = {};
};

struct ImageFacts {
    std::string account;
    std::string region;
    std::optional<aws::ImageRecord> image = {};
    /// The gravest of the findings first, at most `most_findings`.
    std::optional<aws::ScanRecord> scan = {};
    std::optional<std::vector<aws::ReplicationRecord>> replication =
        {}; ///< empty: no rule leads on
    std::vector<Untold> untold = {};
};
inline constexpr std::size_t most_findings = 20;

struct FactsRequest {
    std::string region = {}; ///< "" for the default one
    std::string repository;
    std::string reference = {}; ///< of an image: a tag or a digest
};

// Errors of both: unsupported for a registry that is not protected, and for ECR Public; usage for a
// region that the endpoint does not serve; name_unknown and manifest_unknown; those of identity and
// role, without which nothing can be asked; what the calls say if none was answered; cancelled.
// `access` and `cloud` are used during the call alone.
RepositoryFacts repository_facts(const registration::Access& access, aws::Cloud& cloud,
                                 const FactsRequest& request, const std::stop_token& stop);
ImageFacts image_facts(const registration::Access& access, aws::Cloud& cloud,
                       const FactsRequest& request, const std::stop_token& stop);

} // namespace berth::ecr
