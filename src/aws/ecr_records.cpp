#include "aws/ecr_records.hpp"

#include "base/text.hpp"

#include <algorithm>

namespace berth::aws {
namespace {

ReplicationRule read_rule(const json::Reader& data) {
    ReplicationRule rule;
    for (const json::Reader& each : data.objects("destinations"))
        rule.destinations.push_back(
            {each.text("region").value_or(""), each.text("registryId").value_or("")});
    for (const json::Reader& each : data.objects("repositoryFilters"))
        rule.prefixes.push_back(each.text("filter").value_or(""));
    return rule;
}

void read_scan(const json::Reader& data, ImageRecord& image) {
    if (const auto status = data.object("imageScanStatus"))
        image.scan_status = status->text("status").value_or("");
    const auto summary = data.object("imageScanFindingsSummary");
    if (!summary) return;
    image.scan_completed = time_member(*summary, "imageScanCompletedAt");
    const auto counts = summary->object("findingSeverityCounts");
    if (!counts) return;
    for (const std::string& severity : summary->keys("findingSeverityCounts"))
        image.findings[severity] = count_member(*counts, severity);
}

/// "*" stands for any text. The patterns are ECR's own: short, with few stars.
bool matches(std::string_view pattern, std::string_view text) {
    const std::size_t star = pattern.find('*');
    if (star == std::string_view::npos) return pattern == text;
    if (!text.starts_with(pattern.substr(0, star))) return false;
    const std::string_view rest = pattern.substr(star + 1);
    text.remove_prefix(star);
    for (std::size_t skipped = 0; skipped <= text.size(); ++skipped)
        if (matches(rest, text.substr(skipped))) return true;
    return false;
}

std::vector<std::string> exclusions_of(const json::Reader& data) {
    // As ECR bounds them: what they cost grows with their number and their stars.
    constexpr std::size_t most = 5;
    constexpr std::ptrdiff_t most_stars = 4;
    std::vector<std::string> patterns;
    for (const json::Reader& each : data.objects("imageTagMutabilityExclusionFilters")) {
        std::string pattern = each.text("filter").value_or("");
        if (patterns.size() < most && pattern.size() <= 128 &&
            std::count(pattern.begin(), pattern.end(), '*') <= most_stars)
            patterns.push_back(std::move(pattern));
    }
    return patterns;
}

} // namespace

bool RepositoryRecord::is_immutable(std::string_view tag) const {
    const bool excluded =
        std::any_of(mutability_exclusions.begin(), mutability_exclusions.end(),
                    [&](const std::string& pattern) { return matches(pattern, tag); });
    if (tag_mutability.starts_with("IMMUTABLE")) return !excluded;
    return tag_mutability == "MUTABLE_WITH_EXCLUSION" && excluded;
}

bool ReplicationRule::covers(std::string_view repository,
                             const ReplicationDestination& there) const {
    const bool leads = std::any_of(destinations.begin(), destinations.end(), [&](const auto& each) {
        return each.region == there.region && each.account == there.account;
    });
    return leads && is_about(repository);
}

bool ReplicationRule::is_about(std::string_view repository) const {
    return prefixes.empty() ||
           std::any_of(prefixes.begin(), prefixes.end(),
                       [&](const std::string& prefix) { return repository.starts_with(prefix); });
}

std::uint64_t count_member(const json::Reader& data, std::string_view key) {
    const json::Value* value = data.find(key);
    if (value == nullptr) return 0;
    if (const auto* number = value->if_int64())
        return static_cast<std::uint64_t>(std::max<std::int64_t>(*number, 0));
    if (const auto* number = value->if_uint64()) return *number;
    return 0;
}

std::optional<Time> time_member(const json::Reader& data, std::string_view key) {
    const json::Value* value = data.find(key);
    if (value == nullptr) return std::nullopt;
    double seconds = 0;
    if (const auto* real = value->if_double())
        seconds = *real;
    else if (const auto* whole = value->if_int64())
        seconds = static_cast<double>(*whole);
    constexpr double year_2200 = 7258118400;
    if (!(seconds > 0 && seconds < year_2200)) return std::nullopt;
    return Time(std::chrono::milliseconds(static_cast<std::int64_t>(seconds * 1000)));
}

AuthorizationToken read_authorization_token(const json::Reader& data) {
    const std::string field = data.path_of("authorizationToken");
    const auto decoded = from_base64(data.required_text("authorizationToken"));
    const auto expires = time_member(data, "expiresAt");
    // At the first colon only: the password may contain more.
    const auto colon = decoded.has_error() ? std::string::npos : decoded->find(':');
    if (colon == std::string::npos || colon == 0 || colon + 1 == decoded->size())
        throw Error(ErrorCode::content_invalid, "field " + field + " is not a user and a password");
    if (!expires)
        throw Error(ErrorCode::content_invalid,
                    "field " + data.path_of("expiresAt") + " is not a time");
    return {decoded->substr(0, colon), Secret(decoded->substr(colon + 1)), *expires};
}

RepositoryRecord read_repository(const json::Reader& data) {
    RepositoryRecord repository{.name = data.required_text("repositoryName"),
                                .arn = data.text("repositoryArn").value_or(""),
                                .uri = data.text("repositoryUri").value_or(""),
                                .created = time_member(data, "createdAt"),
                                .tag_mutability = data.text("imageTagMutability").value_or(""),
                                .encryption = {}};
    if (const auto scan = data.object("imageScanningConfiguration"))
        repository.scan_on_push = scan->boolean("scanOnPush").value_or(false);
    if (const auto encryption = data.object("encryptionConfiguration")) {
        repository.encryption = encryption->text("encryptionType").value_or("");
        repository.encryption_key = encryption->text("kmsKey").value_or("");
    }
    repository.mutability_exclusions = exclusions_of(data);
    return repository;
}

ImageRecord read_image(const json::Reader& data) {
    ImageRecord image{.digest = data.required_text("imageDigest"),
                      .tags = data.texts("imageTags"),
                      .size = count_member(data, "imageSizeInBytes"),
                      .pushed = time_member(data, "imagePushedAt"),
                      .last_pulled = time_member(data, "lastRecordedPullTime"),
                      .manifest_media_type = data.text("imageManifestMediaType").value_or(""),
                      .artifact_media_type = data.text("artifactMediaType").value_or(""),
                      .subject_digest = data.text("subjectManifestDigest").value_or(""),
                      .status = data.text("imageStatus").value_or(""),
                      .scan_status = {},
                      .findings = {}};
    read_scan(data, image);
    return image;
}

ManifestRecord read_manifest(const json::Reader& data) {
    ManifestRecord manifest{.digest = {},
                            .media_type = data.text("imageManifestMediaType").value_or(""),
                            .text = data.required_text("imageManifest")};
    if (const auto id = data.object("imageId")) manifest.digest = id->required_text("imageDigest");
    return manifest;
}

RegistryRecord read_registry(const json::Reader& data) {
    RegistryRecord registry{.account = data.required_text("registryId"), .rules = {}};
    const auto configuration = data.object("replicationConfiguration");
    if (!configuration) return registry;
    for (const json::Reader& rule : configuration->objects("rules"))
        registry.rules.push_back(read_rule(rule));
    return registry;
}

std::vector<ReplicationRecord> read_replication(const json::Reader& data) {
    std::vector<ReplicationRecord> records;
    for (const json::Reader& each : data.objects("replicationStatuses"))
        records.push_back({{each.text("region").value_or(""), each.text("registryId").value_or("")},
                           each.text("status").value_or(""),
                           each.text("failureCode").value_or("")});
    return records;
}

} // namespace berth::aws
