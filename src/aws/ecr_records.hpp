// What ECR's API tells about registries, repositories and images.
//
// Words that AWS may add to, such as a status, stay text: unknown ones pass through.
#pragma once

#include "base/json.hpp"
#include "base/secret.hpp"

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace berth::aws {

using Time = std::chrono::system_clock::time_point;

struct AuthorizationToken {
    std::string user; ///< "AWS"
    Secret password;  ///< kilobytes
    Time expires;
};

template <class T>
struct Page {
    std::vector<T> items;
    std::string next; ///< opaque; empty on the last page
};

struct RepositoryRecord {
    std::string name;
    std::string arn;
    std::string uri;
    std::optional<Time> created;
    std::string tag_mutability; ///< "MUTABLE", "IMMUTABLE", …; empty for ECR Public
    bool scan_on_push = false;
    std::string encryption;          ///< "AES256", "KMS", …
    std::string encryption_key = {}; ///< of "KMS": an ARN
    /// Patterns with "*": tags for which the other of the two holds, where `tag_mutability` says
    /// "…_WITH_EXCLUSION".
    std::vector<std::string> mutability_exclusions = {};

    /// Whether ECR refuses to set this tag anew.
    bool is_immutable(std::string_view tag) const;
};

struct ImageId {
    std::string digest;
    std::string tag; ///< empty for none
};

struct ImageRecord {
    std::string digest;
    std::vector<std::string> tags;
    std::uint64_t size = 0; ///< as stored: compressed
    std::optional<Time> pushed;
    std::optional<Time> last_pulled;
    std::string manifest_media_type;
    std::string artifact_media_type; ///< of the config: tells charts from images
    std::string subject_digest;
    std::string status; ///< "ACTIVE", "ARCHIVED", …
    std::string scan_status;
    std::optional<Time> scan_completed = {};
    std::map<std::string, std::uint64_t> findings; ///< by severity
};

/// A manifest as the repository has it, byte for byte.
struct ManifestRecord {
    std::string digest;
    std::string media_type;
    std::string text;
};

struct ReplicationDestination {
    std::string region;
    std::string account;
};

struct ReplicationRule {
    std::vector<ReplicationDestination> destinations;
    std::vector<std::string> prefixes; ///< of repositories; none means all

    bool is_about(std::string_view repository) const;
    /// Whether it leads a repository there.
    bool covers(std::string_view repository, const ReplicationDestination& there) const;
};

struct RegistryRecord {
    std::string account;
    std::vector<ReplicationRule> rules;
};

struct ReplicationRecord {
    ReplicationDestination to;
    std::string status; ///< "IN_PROGRESS", "COMPLETE", "FAILED"
    std::string failure_code;
};

// Readers of single objects. They throw Error content_invalid naming the field.
AuthorizationToken read_authorization_token(const json::Reader& data);
RepositoryRecord read_repository(const json::Reader& data);
ImageRecord read_image(const json::Reader& data);
ManifestRecord read_manifest(const json::Reader& data);
RegistryRecord read_registry(const json::Reader& data);
std::vector<ReplicationRecord> read_replication(const json::Reader& data);

/// Seconds since 1970, fractions allowed, as AWS writes times in JSON. Nothing if absent or no
/// number of this or the next century.
std::optional<Time> time_member(const json::Reader& data, std::string_view key);
/// 0 if absent or no whole number.
std::uint64_t count_member(const json::Reader& data, std::string_view key);

} // namespace berth::aws
