// Spec: what is registered, in the words of Palette's V1BasicOciRegistry and V1EcrRegistry, without
// its secrets.
#pragma once

#include "base/json.hpp"
#include "base/secret.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace berth::registration {

enum class Kind { basic, ecr };
std::string_view text_of(Kind kind) noexcept;

enum class AuthType { none, basic, token };
std::string_view text_of(AuthType type) noexcept; ///< "noAuth", "basic", "token"

/// As Palette has it: a CA or a self-signed certificate of the server arrives in `certificate`
/// unless a key comes with it; with a key it is the client's certificate.
struct Tls {
    bool enabled = true;
    bool skip_verify = false;
    std::string certificate = {};
    std::string ca = {};
    bool operator==(const Tls&) const = default;
};

/// V1AwsCloudAccount without its secrets.
struct AwsAccess {
    std::string credential_type = "secret"; ///< secret, sts, pod-identity
    std::string access_key = {};
    std::string sts_arn = {};
    std::string sts_external_id = {};
    std::string pod_role_arn = {};
    std::string pod_permission_boundary_arn = {};
    std::string partition = "aws";
    std::vector<std::string> policy_arns = {};
    bool operator==(const AwsAccess&) const = default;
};

/// Words that people and programs attach, by name.
using Words = std::map<std::string, std::string>;

struct Spec {
    Kind kind = Kind::basic;
    std::string endpoint = {};          ///< byte for byte as typed: clients compare it
    std::string base_path = {};         ///< as typed; basic only
    std::string base_content_path = {}; ///< as typed, comma-separated
    std::string provider_type = "helm"; ///< helm, pack, zarf
    std::string scope = "tenant";
    bool is_sync_supported = false;
    bool contains_spectro_manifest = false;
    Tls tls = {};

    AuthType auth = AuthType::none; ///< basic only
    std::string username = {};

    bool is_private = false; ///< ecr only
    std::string default_region = {};
    /// Ours: beside the default one, in the order in which they stand in for it.
    std::vector<std::string> regions = {};
    AwsAccess aws = {};

    Words labels = {}; ///< these two of Palette's metadata
    Words annotations = {};

    bool operator==(const Spec&) const = default;
};

/// The secrets that a registration may have. The texts are stored: never change them.
enum class SecretField { password, token, tls_key, aws_secret_key, aws_secret_token };
inline constexpr SecretField secret_fields[] = {SecretField::password, SecretField::token,
                                                SecretField::tls_key, SecretField::aws_secret_key,
                                                SecretField::aws_secret_token};
std::string_view text_of(SecretField field) noexcept; ///< "password", "tls-key", …
/// Its path in Palette's JSON: "spec.auth.password"; a key's path depends on the kind.
std::string path_of(SecretField field, Kind kind);

using Secrets = std::map<SecretField, Secret>;

/// Which secrets a registration with this spec uses; others are dropped when it is stored.
bool uses(const Spec& spec, SecretField field);

/// For a column of the database; read_spec(write_spec(x)) == x. Error corrupt for what
/// write_spec() never wrote.
std::string write_spec(const Spec& spec);
Spec read_spec(std::string_view text);

} // namespace berth::registration
