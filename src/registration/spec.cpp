#include "registration/spec.hpp"

#include "base/error.hpp"

#include <fmt/format.h>

#include <array>
#include <utility>

namespace berth::registration {
namespace {

/// What the stored JSON calls the members of a struct.
template <class Owner>
struct Members {
    std::vector<std::pair<std::string_view, bool Owner::*>> flags;
    std::vector<std::pair<std::string_view, std::string Owner::*>> texts;

    void write(const Owner& from, json::Object& to) const {
        for (const auto& [key, member] : flags) to[key] = from.*member;
        for (const auto& [key, member] : texts) to[key] = from.*member;
    }
    void read(const json::Reader& from, Owner& to) const {
        for (const auto& [key, member] : flags) to.*member = from.boolean(key).value_or(false);
        for (const auto& [key, member] : texts) to.*member = from.text(key).value_or("");
    }
};

const Members<Tls>& tls_members() {
    static const Members<Tls> members{
        {{"enabled", &Tls::enabled}, {"insecureSkipVerify", &Tls::skip_verify}},
        {{"certificate", &Tls::certificate}, {"ca", &Tls::ca}}};
    return members;
}

const Members<AwsAccess>& aws_members() {
    static const Members<AwsAccess> members{
        {},
        {{"credentialType", &AwsAccess::credential_type},
         {"accessKey", &AwsAccess::access_key},
         {"stsArn", &AwsAccess::sts_arn},
         {"stsExternalId", &AwsAccess::sts_external_id},
         {"podRoleArn", &AwsAccess::pod_role_arn},
         {"podPermissionBoundaryArn", &AwsAccess::pod_permission_boundary_arn},
         {"partition", &AwsAccess::partition}}};
    return members;
}

const Members<Spec>& spec_members() {
    static const Members<Spec> members{
        {{"isSyncSupported", &Spec::is_sync_supported},
         {"containsSpectroManifest", &Spec::contains_spectro_manifest},
         {"isPrivate", &Spec::is_private}},
        {{"endpoint", &Spec::endpoint},
         {"basePath", &Spec::base_path},
         {"baseContentPath", &Spec::base_content_path},
         {"providerType", &Spec::provider_type},
         {"scope", &Spec::scope},
         {"username", &Spec::username},
         {"defaultRegion", &Spec::default_region}}};
    return members;
}

json::Object write_words(const Words& words) {
    json::Object written;
    for (const auto& [name, text] : words) written[name] = text;
    return written;
}

json::Reader required_object(const json::Reader& reader, std::string_view key) {
    auto object = reader.object(key);
    if (!object) throw Error(ErrorCode::corrupt, fmt::format("{} is missing", reader.path_of(key)));
    return std::move(*object);
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
    json::Object tls;
    tls_members().write(spec.tls, tls);
    const auto& arns = spec.aws.policy_arns;
    json::Object aws{{"policyARNs", json::Array(arns.begin(), arns.end())}};
    aws_members().write(spec.aws, aws);
    json::Object written{{"kind", text_of(spec.kind)},
                         {"auth", text_of(spec.auth)},
                         {"tls", std::move(tls)},
                         {"aws", std::move(aws)},
                         {"labels", write_words(spec.labels)},
                         {"annotations", write_words(spec.annotations)},
                         {"regions", json::Array(spec.regions.begin(), spec.regions.end())}};
    spec_members().write(spec, written);
    return json::write(written);
}

Spec read_spec(std::string_view stored) {
    try {
        const json::Value value = json::parse(stored).value();
        const json::Reader reader(value, "");
        Spec spec;
        spec.kind = reader.required_text("kind") == "ecr" ? Kind::ecr : Kind::basic;
        spec.auth = auth_type(reader.required_text("auth"));
        reader.required_text("endpoint");
        spec_members().read(reader, spec);
        tls_members().read(required_object(reader, "tls"), spec.tls);
        const json::Reader aws = required_object(reader, "aws");
        aws_members().read(aws, spec.aws);
        spec.aws.policy_arns = aws.texts("policyARNs");
        spec.labels = reader.text_map("labels");
        spec.annotations = reader.text_map("annotations");
        spec.regions = reader.texts("regions");
        return spec;
    } catch (const Error& error) {
        throw Error(ErrorCode::corrupt,
                    fmt::format("a stored registry cannot be read: {}", error.message()));
    }
}

} // namespace berth::registration
