// The doctor: which of the rights of the policy for registries (aws/policies.hpp) are there, asked
// one by one.
//
// Each probe is a call that reads and finds nothing: AWS judges the right before it looks. Nothing
// is written, started or changed.
#pragma once

#include "aws/cloud.hpp"
#include "base/json.hpp"
#include "registration/open.hpp"

#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace berth::ecr {

enum class Verdict { allowed, denied, inconclusive };
std::string_view text_of(Verdict verdict) noexcept;

struct Probed {
    std::string action; ///< "ecr:ListImages"
    std::string region;
    Verdict verdict = Verdict::allowed;
    std::string resource;        ///< what it was tried on: an ARN, or "*"
    std::string feature;         ///< what does not work without the right
    std::string policy = {};     ///< the kind of policy that refuses, if AWS says it
    std::string message = {};    ///< unless allowed
    std::string fix = {};        ///< likewise
    std::string request_id = {}; ///< for AWS's support
    /// The smallest statement that grants it; nothing where granting does not help.
    std::optional<json::Object> statement = {};
};

struct Diagnosis {
    std::string account; ///< the caller's
    std::string arn;
    std::string repository = {}; ///< that was tried
    /// AWS lists the repository. Otherwise it is a content path or made up, and a refusal may only
    /// mean that rights are bound to others.
    bool listed = false;
    std::vector<Probed> probes = {};
};

/// Of an account's ECR registry, in its default region and `regions`, or of the caller's part of
/// ECR Public. Errors: unsupported for a registry that is not protected; usage for regions that its
/// endpoint does not serve; those of identity and role, without which nothing can be asked;
/// cancelled.
Diagnosis examine(const registration::Access& access, aws::Cloud& cloud,
                  const std::vector<std::string>& regions, const std::stop_token& stop);

json::Object write_diagnosis(const Diagnosis& diagnosis);

} // namespace berth::ecr
