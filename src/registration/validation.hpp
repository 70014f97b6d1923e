// Validation: the outcome of trying a registry, step by step.
#pragma once

#include "base/json.hpp"

#include <chrono>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace berth::registration {

enum class StepResult { ok, warning, failed, skipped };
std::string_view text_of(StepResult result) noexcept;

struct Step {
    /// resolve, connect, tls, challenge, credential, ping, listing, manifest; of ECR also template,
    /// identity, role, token, "region eu-west-1"
    std::string name;
    StepResult result = StepResult::ok;
    std::chrono::milliseconds duration{0};
    std::string cause = {};   ///< "" if ok; one of few words: docs/registration.md
    std::string message = {}; ///< a sentence: what was found, or what went wrong
    std::string fix = {};     ///< what to do about it
    /// "issuer", "not_after", "protocol" …: foreign text in parts.
    std::vector<std::pair<std::string, std::string>> facts = {};
};

/// A step that took no time yet, of no name.
Step finding(StepResult result, std::string cause, std::string message, std::string fix = {});

struct Validation {
    std::vector<Step> steps; ///< all that were planned, in order

    /// failed if a step failed, else warning if one warns, else ok.
    StepResult result() const;
    /// The step that failed, if one did.
    const Step* failed_step() const;
};

json::Object write_step(const Step& step);
json::Object write_validation(const Validation& validation);

} // namespace berth::registration
