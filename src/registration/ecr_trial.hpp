// EcrTrial: the steps of a validation that are AWS's: who we are there, and whether the registry's
// token can be had. With sessions and tokens of its own, so that what worked an hour ago does not
// hide what fails now.
#pragma once

#include "aws/cloud.hpp"
#include "aws/error.hpp"
#include "registration/ecr_login.hpp"
#include "registration/open.hpp"
#include "registration/validation.hpp"

#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace berth::registration {

/// The registry of `access` in another region, that one alone; its template must have a variable.
/// Errors: those of EndpointTemplate::resolve().
Access access_in_region(const Access& access, const std::string& region);

/// Fills cause, message, fix and facts of a step that AWS refused: "aws_denied" with the code, the
/// request id, the action, the resource and the kind of policy.
void describe(const aws::AwsError& error, Step& step);

/// One thread. Errors of the steps: AwsError, CauseErrors, those of transports.
class EcrTrial {
public:
    /// `access` and `cloud` must outlive it.
    EcrTrial(const Access& access, aws::Cloud& cloud, std::vector<std::string> regions);

    /// Into a host for the default region and each region asked. CauseErrors: settings_invalid,
    /// region_invalid.
    Step resolve_template();
    /// Who the keys are. Warnings: root_keys, clock_skew, other_account. Skipped: not_protected.
    Step identity(std::stop_token stop);
    /// Assumes the role, if there is one. Warnings: no_external_id, other_account.
    Step role(std::stop_token stop);
    /// Asks for the registry's password.
    Step token(std::stop_token stop);
    /// Token, login and repositories in one of the regions asked.
    Step region(const std::string& region, const Outside& outside, std::stop_token stop);

    /// Without the default region.
    const std::vector<std::string>& other_regions() const { return regions_; }
    EcrMeans means() { return {.source = source_, .tokens = &tokens_}; }

private:
    EcrLogin& login();
    std::optional<Step> account_warning(const std::string& account) const;

    const Access& access_;
    aws::Cloud& cloud_;
    std::vector<std::string> regions_;
    aws::TokenCache tokens_;
    std::optional<EcrLogin> login_;
    std::shared_ptr<aws::CredentialSource> source_; ///< shared with what is opened for the steps
};

} // namespace berth::registration
