#include "aws/ambient.hpp"

#include "aws/hash.hpp"
#include "aws/metadata.hpp"
#include "base/file.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace berth::aws {
namespace {

constexpr std::uint64_t longest_file = 1024 * 1024;
constexpr std::size_t longest_chain = 5;
constexpr std::chrono::minutes without_end{15};

Error wrong(std::string message, std::string hint) {
    Error error(ErrorCode::usage, std::move(message));
    error.set_hint(std::move(hint));
    return error;
}

/// Credentials that something gives out on demand.
class HandedOut final : public CredentialSource {
public:
    using Ask = std::function<Credentials(std::stop_token)>;
    HandedOut(std::string description, Ask ask, Clock& clock)
        : description_(std::move(description)),
          ask_(std::move(ask)),
          clock_(clock),
          held_(clock, handed_out_renewal) {}

    Credentials credentials(std::stop_token stop) override {
        return held_.get([&] { return timed(ask_(stop)); }, stop);
    }
    void expired() override { held_.drop(); }
    std::string description() const override { return description_; }
    std::string fingerprint() const override { return sha256_hex(description_); }

private:
    // EC2 hands out old credentials while it has trouble, and AWS accepts them then.
    Renewing<Credentials>::Timed timed(Credentials made) const {
        const auto soon = clock_.wall_now() + without_end;
        const auto end = made.expires.value_or(soon);
        return {std::move(made), end > clock_.wall_now() ? end : soon};
    }

    std::string description_;
    Ask ask_;
    Clock& clock_;
    Renewing<Credentials> held_;
};

std::string setting(const Profile& profile, const std::string& key) {
    const auto found = profile.find(key);
    return found == profile.end() ? std::string() : found->second;
}

Profiles profiles_in(const std::string& file, ProfileFileKind kind) {
    if (file.empty()) return {};
    std::string text;
    try {
        text = read_file(file, longest_file);
    } catch (const Error& error) {
        if (error.code() == ErrorCode::not_found) return {};
        throw;
    }
    return parse_profiles(text, kind, file).value();
}

std::string session_of(const std::string& given) {
    return given.empty() ? session_name("berth", "ambient") : given;
}

RoleRequest role_request(const Profile& profile, const std::string& name) {
    RoleRequest request{.role_arn = setting(profile, "role_arn"),
                        .session_name = session_of(setting(profile, "role_session_name")),
                        .external_id = setting(profile, "external_id")};
    const std::string duration = setting(profile, "duration_seconds");
    if (duration.empty()) return request;
    const auto seconds = parse_number(duration, 43'200);
    if (!seconds)
        throw wrong(fmt::format("duration_seconds of the AWS profile {} is {}", berth::quoted(name),
                                berth::quoted(duration)),
                    "900 to 43200 seconds");
    request.duration = std::chrono::seconds(*seconds);
    return request;
}

/// What Berth does not do: run a program, or open a browser.
void refuse_other_ways(const Profile& profile, const std::string& name) {
    for (const std::string key :
         {"credential_process", "sso_session", "sso_start_url", "login_session", "mfa_serial"})
        if (profile.count(key) != 0) {
            Error error(ErrorCode::unsupported,
                        fmt::format("the AWS profile {} wants {}, which Berth does not do",
                                    berth::quoted(name), key));
            error.set_hint(
                "use a role of the machine, web identity or an access key; or export "
                "keys with: aws configure export-credentials");
            throw error;
        }
}

Credentials keys_of(const Profile& profile, const std::string& name) {
    Credentials keys{.access_key_id = setting(profile, "aws_access_key_id"),
                     .secret_access_key = Secret(setting(profile, "aws_secret_access_key")),
                     .session_token = Secret(setting(profile, "aws_session_token"))};
    if (keys.access_key_id.empty() != keys.secret_access_key.empty())
        throw wrong(fmt::format("the AWS profile {} has an access key id without its secret, or "
                                "the other way round",
                                berth::quoted(name)),
                    "set both aws_access_key_id and aws_secret_access_key");
    return keys;
}

} // namespace

AmbientIdentity::AmbientIdentity(Environment environment, Sts& sts, net::HttpTransport& transport,
                                 Clock& clock)
    : environment_(std::move(environment)), sts_(sts), transport_(transport), clock_(clock) {}

AmbientIdentity::Source AmbientIdentity::source() const {
    return found_.with([this](Source& found) {
        if (!found) found = find();
        return found;
    });
}

Credentials AmbientIdentity::credentials(std::stop_token stop) {
    return source()->credentials(stop);
}

void AmbientIdentity::expired() {
    const Source old = source();
    old->expired();
    // Keys in a file may have been replaced.
    found_.with([](Source& found) { found.reset(); });
}

std::string AmbientIdentity::description() const {
    return source()->description();
}

std::string AmbientIdentity::fingerprint() const {
    return source()->fingerprint();
}

AmbientIdentity::Source AmbientIdentity::find() const {
    if (auto found = from_variables()) return found;
    if (auto found = from_files()) return found;
    if (auto found = from_web_identity()) return found;
    if (has_container_endpoint(environment_)) return container();
    return instance();
}

AmbientIdentity::Source AmbientIdentity::from_variables() const {
    const bool id = environment_.has("AWS_ACCESS_KEY_ID");
    const bool secret = environment_.has("AWS_SECRET_ACCESS_KEY");
    if (!id && !secret) return nullptr;
    if (id != secret)
        throw wrong(
            fmt::format("{} is set without {}", id ? "AWS_ACCESS_KEY_ID" : "AWS_SECRET_ACCESS_KEY",
                        id ? "AWS_SECRET_ACCESS_KEY" : "AWS_ACCESS_KEY_ID"),
            "set both, or none");
    return std::make_shared<StaticKeys>(
        Credentials{.access_key_id = environment_.get("AWS_ACCESS_KEY_ID"),
                    .secret_access_key = Secret(environment_.get("AWS_SECRET_ACCESS_KEY")),
                    .session_token = Secret(environment_.get("AWS_SESSION_TOKEN"))});
}

AmbientIdentity::Source AmbientIdentity::from_files() const {
    const Profiles profiles =
        merged(profiles_in(environment_.config_file(), ProfileFileKind::config),
               profiles_in(environment_.credentials_file(), ProfileFileKind::credentials));
    const std::string named = environment_.get("AWS_PROFILE");
    const std::string name = named.empty() ? "default" : named;
    if (profiles.count(name) == 0) {
        if (named.empty()) return nullptr;
        throw wrong(
            fmt::format("AWS_PROFILE is {}, and there is no such profile", berth::quoted(named)),
            fmt::format("profiles are kept in {} and {}", environment_.config_file(),
                        environment_.credentials_file()));
    }
    return from_profile(profiles, name, {});
}

/// nullptr if the profile has no credentials, as one that sets a region only.
AmbientIdentity::Source AmbientIdentity::from_profile(const Profiles& profiles,
                                                      const std::string& name,
                                                      std::vector<std::string> seen) const {
    const auto found = profiles.find(name);
    if (found == profiles.end())
        throw wrong(fmt::format("the AWS profile {} names the profile {}, which is not there",
                                berth::quoted(seen.back()), berth::quoted(name)),
                    "correct source_profile");
    const Profile& profile = found->second;
    // A profile may be its own source: then its keys are meant.
    const bool again = std::find(seen.begin(), seen.end(), name) != seen.end();
    if (again && seen.back() != name)
        throw wrong(fmt::format("the AWS profile {} is its own source", berth::quoted(name)),
                    "correct source_profile");
    if (profile.count("role_arn") != 0 && !again) return role_of(profiles, name, std::move(seen));
    Credentials keys = keys_of(profile, name);
    if (!keys.access_key_id.empty()) return std::make_shared<StaticKeys>(std::move(keys));
    refuse_other_ways(profile, name);
    if (seen.empty()) return nullptr;
    throw wrong(fmt::format("the AWS profile {} has no credentials", berth::quoted(name)),
                "set aws_access_key_id and aws_secret_access_key in it");
}

AmbientIdentity::Source AmbientIdentity::role_of(const Profiles& profiles, const std::string& name,
                                                 std::vector<std::string> seen) const {
    const Profile& profile = profiles.at(name);
    const RoleRequest request = role_request(profile, name);
    refuse_other_ways(profile, name);
    if (const std::string file = setting(profile, "web_identity_token_file"); !file.empty())
        return std::make_shared<WebIdentity>(sts_, request, file, clock_);
    const std::string from = setting(profile, "source_profile");
    const std::string word = setting(profile, "credential_source");
    if (from.empty() == word.empty())
        throw wrong(fmt::format("the AWS profile {} has a role and {} source for it",
                                berth::quoted(name), from.empty() ? "no" : "more than one"),
                    "set source_profile or credential_source, one of them");
    if (seen.size() >= longest_chain)
        throw wrong("the chain of AWS profiles is longer than five", "shorten it");
    seen.push_back(name);
    Source source = from.empty() ? from_credential_source(name, word)
                                 : from_profile(profiles, from, std::move(seen));
    return std::make_shared<AssumedRole>(std::move(source), sts_, request, clock_);
}

AmbientIdentity::Source AmbientIdentity::from_credential_source(const std::string& name,
                                                                const std::string& word) const {
    if (word == "Ec2InstanceMetadata") return instance();
    if (word == "EcsContainer" && has_container_endpoint(environment_)) return container();
    Source found = word == "Environment" ? from_variables() : nullptr;
    if (found) return found;
    throw wrong(fmt::format("credential_source of the AWS profile {} is {}, which is not there",
                            berth::quoted(name), berth::quoted(word)),
                "Environment, Ec2InstanceMetadata or EcsContainer, where each exists");
}

AmbientIdentity::Source AmbientIdentity::from_web_identity() const {
    const bool role = environment_.has("AWS_ROLE_ARN");
    const bool file = environment_.has("AWS_WEB_IDENTITY_TOKEN_FILE");
    if (!file) return nullptr;
    if (!role)
        throw wrong("AWS_WEB_IDENTITY_TOKEN_FILE is set without AWS_ROLE_ARN",
                    "set both; on EKS annotate the service account with its role");
    const RoleRequest request{
        .role_arn = environment_.get("AWS_ROLE_ARN"),
        .session_name = session_of(environment_.get("AWS_ROLE_SESSION_NAME"))};
    return std::make_shared<WebIdentity>(sts_, request,
                                         environment_.get("AWS_WEB_IDENTITY_TOKEN_FILE"), clock_);
}

AmbientIdentity::Source AmbientIdentity::container() const {
    const auto ask = [this](std::stop_token stop) {
        return container_credentials(environment_, transport_, stop);
    };
    return std::make_shared<HandedOut>("the container's role", ask, clock_);
}

AmbientIdentity::Source AmbientIdentity::instance() const {
    const auto ask = [this](std::stop_token stop) {
        return instance_credentials(environment_, transport_, stop);
    };
    return std::make_shared<HandedOut>("the EC2 instance's role", ask, clock_);
}

} // namespace berth::aws
