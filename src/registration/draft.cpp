#include "registration/draft.hpp"

#include "base/text.hpp"
#include "registration/certificate.hpp"
#include "registration/ecr_login.hpp"
#include "registration/field_error.hpp"
#include "registration/name.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

namespace berth::registration {
namespace {

FieldError bad(std::string field, const std::string& cause) {
    return {ErrorCode::usage, std::move(field), cause};
}

std::string tls_path(const Spec& spec, std::string_view member) {
    return fmt::format("{}.{}", spec.kind == Kind::basic ? "spec.auth.tls" : "spec.tls", member);
}

void check_length(const std::string& text, std::size_t limit, std::string field) {
    if (text.size() <= limit) return;
    throw FieldError(ErrorCode::limit_exceeded, std::move(field),
                     fmt::format("is longer than {} bytes", limit));
}

/// Texts that go into header fields, logs and AWS's requests: one line, no controls.
void check_line(const std::string& text, std::size_t limit, std::string field) {
    check_length(text, limit, field);
    const bool controls = std::any_of(text.begin(), text.end(), [](char c) {
        return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
    });
    if (controls) throw bad(std::move(field), "has a line break or control character");
}

void check_choice(const std::string& text, std::initializer_list<std::string_view> choices,
                  std::string field) {
    if (std::find(choices.begin(), choices.end(), text) != choices.end()) return;
    std::string list;
    for (const std::string_view choice : choices) {
        if (!list.empty()) list += ", ";
        list += choice;
    }
    throw bad(std::move(field), fmt::format("{} is none of {}", berth::quoted(text), list));
}

void check_words(const Words& words, const std::string& field) {
    constexpr std::size_t most = 64;
    if (words.size() > most) throw bad(field, fmt::format("has more than {} names", most));
    for (const auto& [name, text] : words) {
        check_line(name, 256, field);
        check_length(text, 4096, field);
    }
}

/// What was typed, and what is stored for the rest.
Secrets merged(const Spec& spec, const Secrets& typed, const Secrets& stored) {
    Secrets all;
    for (const SecretField field : secret_fields) {
        if (!uses(spec, field)) continue;
        const auto fresh = typed.find(field);
        const bool is_typed =
            fresh != typed.end() && !fresh->second.empty() && !is_masked(fresh->second);
        const auto kept = stored.find(field);
        if (is_typed)
            all.emplace(field, fresh->second);
        else if (kept != stored.end())
            all.emplace(field, kept->second);
    }
    return all;
}

void check_secret(const Secret& secret, SecretField field, Kind kind) {
    const std::size_t limit = field == SecretField::tls_key ? 32 * 1024 : 16 * 1024;
    check_length(secret.reveal(), limit, path_of(field, kind));
    if (field != SecretField::tls_key) check_line(secret.reveal(), limit, path_of(field, kind));
}

void check_basic(const Spec& spec, const Secrets& secrets) {
    check_line(spec.username, 512, "spec.auth.username");
    if (spec.auth == AuthType::basic) {
        if (spec.username.empty()) throw bad("spec.auth.username", "must not be empty");
        if (spec.username.find(':') != std::string::npos)
            throw bad("spec.auth.username", "has a colon, which ends a user name (RFC 7617)");
        if (!secrets.contains(SecretField::password))
            throw bad("spec.auth.password", "must not be empty");
    }
    if (spec.auth == AuthType::token && !secrets.contains(SecretField::token))
        throw bad("spec.auth.token", "must not be empty");
}

void check_aws_keys(const Spec& spec, const Secrets& secrets) {
    const AwsAccess& aws = spec.aws;
    const bool has_secret = secrets.contains(SecretField::aws_secret_key);
    if (aws.credential_type == "secret" && aws.access_key.empty())
        throw bad("spec.credentials.accessKey", "must not be empty");
    if (!aws.access_key.empty() && aws.credential_type != "pod-identity" && !has_secret)
        throw bad("spec.credentials.secretKey", "must not be empty");
    if (aws.credential_type == "sts" && aws.sts_arn.empty())
        throw bad("spec.credentials.sts.arn", "must not be empty");
    if (aws.credential_type == "pod-identity" && aws.pod_role_arn.empty())
        throw bad("spec.credentials.podIdentity.roleArn", "must not be empty");
}

void check_regions(const Spec& spec, const aws::EndpointTemplate& endpoint) {
    constexpr std::size_t most = 8;
    if (spec.regions.empty()) return;
    if (!endpoint.has_variable())
        throw bad("spec.regions", "has no place where the endpoint names its region");
    if (spec.regions.size() > most) throw bad("spec.regions", "has more than 8");
    std::set<std::string> seen{endpoint.default_region()};
    for (const std::string& region : spec.regions) {
        if (const auto host = endpoint.resolve(region); host.has_error())
            throw bad("spec.regions", host.error().message());
        if (!seen.insert(region).second)
            throw bad("spec.regions", "names a region twice, or the default one");
    }
}

void check_ecr(const Spec& spec, const Secrets& secrets, const Endpoint& endpoint,
               std::vector<Note>& notes) {
    if (spec.provider_type == "zarf")
        throw bad("spec.providerType", "zarf is not offered for ECR registries");
    check_line(spec.default_region, 32, "spec.defaultRegion");
    const aws::EndpointTemplate known = ecr_endpoint(endpoint, spec.default_region);
    check_regions(spec, known);
    if (!spec.is_private) {
        if (!known.default_region().empty())
            notes.push_back({"never_anonymous",
                             "an account's ECR registry lets nobody in without credentials: only "
                             "ECR Public is open"});
        return;
    }
    const AwsAccess& aws = spec.aws;
    check_choice(aws.credential_type, {"secret", "sts", "pod-identity"},
                 "spec.credentials.credentialType");
    check_choice(aws.partition, {"aws", "aws-us-gov", "aws-cn", "aws-iso", "aws-iso-b"},
                 "spec.credentials.partition");
    check_line(aws.access_key, 128, "spec.credentials.accessKey");
    check_line(aws.sts_arn, 2048, "spec.credentials.sts.arn");
    check_line(aws.sts_external_id, 1224, "spec.credentials.sts.externalId");
    check_line(aws.pod_role_arn, 2048, "spec.credentials.podIdentity.roleArn");
    check_line(aws.pod_permission_boundary_arn, 2048,
               "spec.credentials.podIdentity.permissionBoundaryArn");
    if (aws.policy_arns.size() > 64) throw bad("spec.credentials.policyARNs", "has more than 64");
    for (const std::string& arn : aws.policy_arns)
        check_line(arn, 2048, "spec.credentials.policyARNs");
    check_aws_keys(spec, secrets);
    ecr_role(spec, known);
}

void check_tls(const Spec& spec, const Secrets& secrets, const Endpoint& endpoint,
               std::vector<Note>& notes) {
    constexpr std::size_t pem_limit = 256 * 1024;
    check_length(spec.tls.ca, pem_limit, tls_path(spec, "ca"));
    check_length(spec.tls.certificate, pem_limit, tls_path(spec, "certificate"));
    if (!spec.tls.ca.empty()) read_certificates(spec.tls.ca, tls_path(spec, "ca"));
    const auto key = secrets.find(SecretField::tls_key);
    if (key != secrets.end())
        check_client_certificate(spec.tls.certificate, key->second, tls_path(spec, "certificate"),
                                 tls_path(spec, "key"));
    else if (!spec.tls.certificate.empty())
        read_certificates(spec.tls.certificate, tls_path(spec, "certificate"));
    const bool plain = endpoint.origin.scheme == "http";
    if (spec.tls.skip_verify && !plain)
        notes.push_back({"skip_verify",
                         "the server's certificate is not checked: anybody on the "
                         "way can read passwords and change content"});
    const bool has_tls = !spec.tls.ca.empty() || !spec.tls.certificate.empty();
    if (plain && has_tls)
        notes.push_back(
            {"tls_unused", "the certificates are not used: the endpoint is plain HTTP"});
}

} // namespace

bool is_masked(const Secret& secret) {
    const std::string& text = secret.reveal();
    return !text.empty() && text.find_first_not_of('*') == std::string::npos;
}

CheckedDraft check_spec(const Spec& spec, const Secrets& typed, const Secrets& stored,
                        const EndpointPolicy& policy) {
    check_choice(spec.provider_type, {"helm", "pack", "zarf"}, "spec.providerType");
    check_line(spec.scope, 64, "spec.scope");
    check_words(spec.labels, "metadata.labels");
    check_words(spec.annotations, "metadata.annotations");
    CheckedDraft checked;
    checked.spec = spec;
    checked.endpoint = normalise_endpoint({.endpoint = spec.endpoint,
                                           .base_path = spec.base_path,
                                           .default_region = spec.default_region,
                                           .is_ecr = spec.kind == Kind::ecr},
                                          policy);
    checked.content_paths = content_paths(spec.base_content_path);
    checked.notes = checked.endpoint.notes;
    if (spec.is_sync_supported && checked.content_paths.empty())
        throw bad("spec.baseContentPath", "is needed when synchronization is on");
    checked.secrets = merged(spec, typed, stored);
    for (const auto& [field, secret] : checked.secrets) check_secret(secret, field, spec.kind);
    if (spec.kind == Kind::basic)
        check_basic(spec, checked.secrets);
    else
        check_ecr(spec, checked.secrets, checked.endpoint, checked.notes);
    check_tls(spec, checked.secrets, checked.endpoint, checked.notes);
    return checked;
}

CheckedDraft check_draft(const Draft& draft, const Secrets& stored, const EndpointPolicy& policy) {
    std::string name = checked_name(draft.name);
    CheckedDraft checked = check_spec(draft.spec, draft.secrets, stored, policy);
    checked.name = std::move(name);
    return checked;
}

} // namespace berth::registration
