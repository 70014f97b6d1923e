// The doctor: which of the rights that Berth uses at ECR are there, asked one by one.
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

namespace berth::registration {

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
    std::string repository; ///< that was tried; invented if none could be listed
    std::vector<Probed> probes;
};

/// Of a private ECR registry, in its default region and `regions`. Errors: unsupported for another
/// registry; those of identity and role, without which nothing can be asked; cancelled.
Diagnosis examine(const Access& access, aws::Cloud& cloud, std::vector<std::string> regions,
                  std::stop_token stop);

json::Object write_diagnosis(const Diagnosis& diagnosis);

} // namespace berth::registration
