#include "registration/ecr_trial.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "registration/cause.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace berth::registration {
namespace {

/// Less than AWS allows, and worth a word all the same.
constexpr std::chrono::seconds skew_worth_a_warning{60};

std::string_view cause_text(aws::Cause cause) {
    constexpr std::array<std::string_view, 13> texts{
        "aws_clock_skew",   "aws_unknown_key", "aws_wrong_secret", "aws_expired", "aws_unsigned",
        "aws_denied",       "aws_region_off",  "aws_throttled",    "aws_absent",  "aws_bad_request",
        "aws_web_identity", "aws_failing",     "aws_unknown"};
    static_assert(texts.size() == static_cast<std::size_t>(aws::Cause::unknown) + 1);
    return texts[static_cast<std::size_t>(cause)];
}

void add_fact(Step& step, const char* key, const std::string& value) {
    if (!value.empty()) step.facts.emplace_back(key, value);
}

std::string minutes_text(std::chrono::seconds behind) {
    const auto whole = std::chrono::abs(behind);
    return fmt::format("{} min {} s {}", whole.count() / 60, whole.count() % 60,
                       behind.count() < 0 ? "ahead of" : "behind");
}

Step skew_warning(std::chrono::seconds behind) {
    return finding(StepResult::warning, "clock_skew",
                   fmt::format("this machine's clock is {} AWS's; requests are signed with AWS's "
                               "time instead",
                               minutes_text(behind)),
                   "set the clock (timedatectl; NTP)");
}

} // namespace

Access access_in_region(const Access& access, const std::string& region) {
    const auto endpoint = ecr_endpoint(access.endpoint, access.spec.default_region);
    Access other = access;
    other.alone = true;
    other.endpoint.origin.host = endpoint.resolve(region).value().host.text();
    return other;
}

void describe(const aws::AwsError& error, Step& step) {
    step.cause = cause_text(error.cause);
    step.message = error.message();
    step.fix = error.hint();
    add_fact(step, "aws_code", error.type);
    add_fact(step, "request_id", error.request_id);
    add_fact(step, "caller", error.denial.principal);
    add_fact(step, "action", error.denial.action);
    add_fact(step, "resource", error.denial.resource);
    if (error.denial.policy != aws::PolicyKind::unnamed)
        add_fact(step, "policy", std::string(aws::name_of(error.denial.policy)));
}

EcrTrial::EcrTrial(const Access& access, aws::Cloud& cloud, std::vector<std::string> regions)
    : access_(access), cloud_(cloud), regions_(std::move(regions)), tokens_(cloud.api()) {
    std::sort(regions_.begin(), regions_.end());
    regions_.erase(std::unique(regions_.begin(), regions_.end()), regions_.end());
    std::erase(regions_, access.spec.default_region);
}

EcrLogin& EcrTrial::login() {
    if (!login_) login_ = ecr_login(access_.spec, access_.endpoint, access_.secrets, cloud_);
    return *login_;
}

Step EcrTrial::resolve_template() {
    const aws::EndpointTemplate& endpoint = [this]() -> const aws::EndpointTemplate& {
        try {
            return login().endpoint;
        } catch (const Error& error) {
            throw CauseError(ErrorCode::usage, "settings_invalid", error.message(), error.hint());
        }
    }();
    Step step = finding(
        StepResult::ok, "",
        endpoint.has_variable()
            ? fmt::format("the region is filled in; {} is the default", endpoint.default_region())
            : "the endpoint names its region itself");
    step.facts.emplace_back(endpoint.default_region().empty() ? "host" : endpoint.default_region(),
                            access_.endpoint.origin.host);
    for (const std::string& region : regions_) {
        if (!endpoint.has_variable())
            throw CauseError(ErrorCode::usage, "region_invalid",
                             fmt::format("{} was asked for, and the endpoint is of one region",
                                         berth::quoted(region)),
                             fmt::format("write {} in place of its region", region_placeholder));
        const auto resolved = endpoint.resolve(region);
        if (resolved.has_error())
            throw CauseError(ErrorCode::usage, "region_invalid", resolved.error().message(),
                             resolved.error().hint());
        step.facts.emplace_back(region, resolved->host.text());
    }
    return step;
}

std::optional<Step> EcrTrial::account_warning(const std::string& account) const {
    const std::string own = aws::parse_ecr_host(access_.endpoint.origin.host).value().account;
    if (own.empty() || own == account) return std::nullopt;
    return finding(StepResult::warning, "other_account",
                   fmt::format("the credentials are of account {}, the registry is {}'s: what its "
                               "repositories' policies do not grant is denied",
                               account, own),
                   "correct the account in the endpoint, use credentials of its account, or grant "
                   "the rights in the repositories' policies");
}

Step EcrTrial::identity(std::stop_token stop) {
    EcrLogin& mine = login();
    if (!mine.keys)
        return finding(StepResult::skipped, "not_protected", "registered without credentials");
    source_ = mine.keys;
    const std::string region = mine.sts_region();
    const aws::CallerIdentity caller =
        cloud_.sts(region).caller(mine.keys->credentials(stop), stop);
    Step step =
        finding(StepResult::ok, "", fmt::format("{} by {}", caller.arn, mine.keys->description()));
    const auto behind = cloud_.api().clock_behind(aws::Service::sts, region);
    const auto account = mine.role ? std::nullopt : account_warning(caller.account);
    if (std::chrono::abs(behind) >= skew_worth_a_warning)
        step = skew_warning(behind);
    else if (caller.is_root())
        step = finding(StepResult::warning, "root_keys",
                       "the access key is the account's root user's, which may do everything",
                       "make a user with the policy that is shown with the form, and delete the "
                       "root user's key");
    else if (account)
        step = *account;
    add_fact(step, "account", caller.account);
    add_fact(step, "arn", caller.arn);
    return step;
}

Step EcrTrial::role(std::stop_token stop) {
    EcrLogin& mine = login();
    if (!mine.role) return finding(StepResult::skipped, "no_role", "no role is asked for");
    source_ = std::make_shared<aws::AssumedRole>(mine.keys, cloud_.sts(mine.sts_region()),
                                                 *mine.role, cloud_.clock());
    const aws::Credentials session = source_->credentials(std::move(stop));
    const std::string account = aws::Arn::parse(mine.role->role_arn).value().account;
    Step step =
        finding(StepResult::ok, "", fmt::format("the role {} is assumed", mine.role->role_arn));
    if (const auto warning = account_warning(account))
        step = *warning;
    else if (mine.role->external_id.empty() && access_.spec.aws.credential_type == "sts")
        step = finding(StepResult::warning, "no_external_id",
                       "the role is assumed without an external id: whoever knows its ARN and may "
                       "use this server can have it assumed",
                       "demand sts:ExternalId in the role's trust policy and give it here");
    add_fact(step, "account", account);
    add_fact(step, "session", session.access_key_id);
    return step;
}

Step EcrTrial::token(std::stop_token stop) {
    const aws::EcrHost host = aws::parse_ecr_host(access_.endpoint.origin.host).value();
    if (!source_) {
        if (host.is_public())
            return finding(StepResult::skipped, "not_protected", "ECR Public is read anonymously");
        throw CauseError(ErrorCode::unauthorized, "never_anonymous",
                         fmt::format("{} is an account's registry, which lets nobody in without "
                                     "credentials",
                                     host.text()),
                         "choose Protected and give an access key or a role; only ECR Public "
                         "(public.ecr.aws) is open");
    }
    const aws::AuthorizationToken token = tokens_.token(source_, host, std::move(stop));
    const auto left =
        std::chrono::duration_cast<std::chrono::minutes>(token.expires - cloud_.clock().wall_now());
    Step step = finding(StepResult::ok, "", "AWS gives a password for the registry");
    step.facts.emplace_back("user", token.user);
    step.facts.emplace_back("valid_for",
                            fmt::format("{} h {} min", left.count() / 60, left.count() % 60));
    return step;
}

Step EcrTrial::region(const std::string& region, const Outside& outside, std::stop_token stop) {
    const Access there = access_in_region(access_, region);
    const aws::EcrHost host = aws::parse_ecr_host(there.endpoint.origin.host).value();
    tokens_.token(source_, host, stop);
    client::RemoteOptions options = there.remote_options();
    options.attempts = 1;
    Opened opened(there, outside, std::move(options), std::move(stop));
    opened.registry().ping();
    const registry::Page found = opened.registry().repositories("", 1000);
    Step step =
        finding(StepResult::ok, "",
                found.names.empty() ? fmt::format("{} is open and holds no repository", host.text())
                                    : fmt::format("{} is open", host.text()));
    step.facts.emplace_back("host", host.text());
    step.facts.emplace_back("repositories",
                            fmt::format("{}{}", found.names.size(), found.next ? "+" : ""));
    return step;
}

} // namespace berth::registration
