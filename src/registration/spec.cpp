#include "registration/spec.hpp"

#include "base/error.hpp"

#include <fmt/format.h>

#include <array>
#include <utility>

namespace berth::registration {
namespace {

json::Object write_tls(const Tls& tls) {
    return {{"enabled", tls.enabled},
            {"insecureSkipVerify", tls.skip_verify},
            {"certificate", tls.certificate},
            {"ca", tls.ca}};
}

json::Object write_aws(const AwsAccess& aws) {
    return {{"credentialType", aws.credential_type},
            {"accessKey", aws.access_key},
            {"stsArn", aws.sts_arn},
            {"stsExternalId", aws.sts_external_id},
            {"podRoleArn", aws.pod_role_arn},
            {"podPermissionBoundaryArn", aws.pod_permission_boundary_arn},
            {"partition", aws.partition},
            {"policyARNs", json::Array(aws.policy_arns.begin(), aws.policy_arns.end())}};
}

bool flag(const json::Reader& reader, std::string_view key) {
    return reader.boolean(key).value_or(false);
}
std::string text(const json::Reader& reader, std::string_view key) {
    return reader.text(key).value_or("");
}

json::Reader required_object(const json::Reader& reader, std::string_view key) {
    auto object = reader.object(key);
    if (!object) throw Error(ErrorCode::corrupt, fmt::format("{} is missing", reader.path_of(key)));
    return std::move(*object);
}

void read_tls(const json::Reader& reader, Tls& tls) {
    tls.enabled = flag(reader, "enabled");
    tls.skip_verify = flag(reader, "insecureSkipVerify");
    tls.certificate = text(reader, "certificate");
    tls.ca = text(reader, "ca");
}

void read_aws(const json::Reader& reader, AwsAccess& aws) {
    aws.credential_type = text(reader, "credentialType");
    aws.access_key = text(reader, "accessKey");
    aws.sts_arn = text(reader, "stsArn");
    aws.sts_external_id = text(reader, "stsExternalId");
    aws.pod_role_arn = text(reader, "podRoleArn");
    aws.pod_permission_boundary_arn = text(reader, "podPermissionBoundaryArn");
    aws.partition = text(reader, "partition");
    aws.policy_arns = reader.texts("policyARNs");
}

AuthType auth_type(const std::string& name) {
    for (const AuthType type : {AuthType::none, AuthType::basic, AuthType::token}) {
        if (name == text_of(type)) return type;
    }
    throw Error(ErrorCode::corrupt, "a stored registry has an unknown type of authentication");
}

} // namespace

std::string_view text_of(Kind kind) noexcept {
    return kind == Kind::basic ? "basic" : "ecr";
}

std::string_view text_of(AuthType type) noexcept {
    switch (type) {
        case AuthType::basic:
            return "basic";
        case AuthType::token:
            return "token";
        case AuthType::none:
            break;
    }
    return "noAuth";
}

std::string_view text_of(SecretField field) noexcept {
    constexpr std::array<std::string_view, 5> texts{"password", "token", "tls-key",
                                                    "aws-secret-key", "aws-secret-token"};
    return texts[static_cast<std::size_t>(field)];
}

std::string path_of(SecretField field, Kind kind) {
    if (field == SecretField::tls_key && kind == Kind::ecr) return "spec.tls.key";
    constexpr std::array<std::string_view, 5> paths{
        "spec.auth.password", "spec.auth.token", "spec.auth.tls.key", "spec.credentials.secretKey",
        "spec.credentials.secretToken"};
    return std::string(paths[static_cast<std::size_t>(field)]);
}

bool uses(const Spec& spec, SecretField field) {
    const bool ecr = spec.kind == Kind::ecr;
    const bool keys = ecr && spec.is_private && spec.aws.credential_type != "pod-identity" &&
                      !spec.aws.access_key.empty();
    switch (field) {
        case SecretField::password:
            return !ecr && spec.auth == AuthType::basic;
        case SecretField::token:
            return !ecr && spec.auth == AuthType::token;
        case SecretField::tls_key:
            return !spec.tls.certificate.empty();
        case SecretField::aws_secret_key:
        case SecretField::aws_secret_token:
            return keys;
    }
    return false;
}

std::string write_spec(const Spec& spec) {
    return json::write(json::Object{{"kind", text_of(spec.kind)},
                                    {"endpoint", spec.endpoint},
                                    {"basePath", spec.base_path},
                                    {"baseContentPath", spec.base_content_path},
                                    {"providerType", spec.provider_type},
                                    {"scope", spec.scope},
                                    {"isSyncSupported", spec.is_sync_supported},
                                    {"containsSpectroManifest", spec.contains_spectro_manifest},
                                    {"tls", write_tls(spec.tls)},
                                    {"auth", text_of(spec.auth)},
                                    {"username", spec.username},
                                    {"isPrivate", spec.is_private},
                                    {"defaultRegion", spec.default_region},
                                    {"aws", write_aws(spec.aws)}});
}

Spec read_spec(std::string_view stored) {
    try {
        const json::Value value = json::parse(stored).value();
        const json::Reader reader(value, "");
        Spec spec;
        spec.kind = reader.required_text("kind") == "ecr" ? Kind::ecr : Kind::basic;
        spec.endpoint = reader.required_text("endpoint");
        spec.base_path = text(reader, "basePath");
        spec.base_content_path = text(reader, "baseContentPath");
        spec.provider_type = text(reader, "providerType");
        spec.scope = text(reader, "scope");
        spec.is_sync_supported = flag(reader, "isSyncSupported");
        spec.contains_spectro_manifest = flag(reader, "containsSpectroManifest");
        read_tls(required_object(reader, "tls"), spec.tls);
        spec.auth = auth_type(reader.required_text("auth"));
        spec.username = text(reader, "username");
        spec.is_private = flag(reader, "isPrivate");
        spec.default_region = text(reader, "defaultRegion");
        read_aws(required_object(reader, "aws"), spec.aws);
        return spec;
    } catch (const Error& error) {
        throw Error(ErrorCode::corrupt,
                    fmt::format("a stored registry cannot be read: {}", error.message()));
    }
}

} // namespace berth::registration
