#include "aws/ecr_client.hpp"

#include "aws/error.hpp"
#include "oci/media_type.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace berth::aws {
namespace {

constexpr std::int64_t page_size = 1000;

std::string_view target_prefix(Service service) {
    return service == Service::ecr ? "AmazonEC2ContainerRegistry_V20150921"
                                   : "SpencerFrontendService";
}

/// Runs a reader over an answer; what does not fit is ECR's fault and named so.
template <class Read>
auto read_answer(std::string_view operation, const json::Value& answer, const Read& read) {
    try {
        return read(json::Reader(answer, ""));
    } catch (const Error& error) {
        if (error.code() != ErrorCode::content_invalid) throw;
        throw Error(ErrorCode::response_invalid,
                    fmt::format("ECR answered {} with something that is not its answer: {}",
                                operation, error.message()));
    }
}

template <class T, class ReadOne>
Page<T> read_page(std::string_view operation, const json::Value& answer, std::string_view member,
                  const ReadOne& read_one) {
    return read_answer(operation, answer, [&](const json::Reader& reader) {
        Page<T> page;
        for (const json::Reader& each : reader.objects(member))
            page.items.push_back(read_one(each));
        page.next = reader.text("nextToken").value_or("");
        return page;
    });
}

/// Of a page that was asked for one thing.
template <class T>
T only_item(std::string_view operation, Page<T> page) {
    if (page.items.empty())
        throw Error(ErrorCode::response_invalid,
                    fmt::format("ECR answered {} with nothing", operation));
    return std::move(page.items.front());
}

json::Object image_id(const std::string& tag_or_digest) {
    json::Object id;
    id[tag_or_digest.find(':') == std::string::npos ? "imageTag" : "imageDigest"] = tag_or_digest;
    return id;
}

} // namespace

std::string EcrClient::send(std::string_view operation, const std::string& body,
                            std::stop_token stop) {
    const ApiRequest request{
        .service = place_.service,
        .region = place_.region,
        .operation = std::string(operation),
        .target = fmt::format("{}.{}", target_prefix(place_.service), operation),
        .body = body};
    try {
        const Credentials credentials = source_->credentials(stop);
        return api_.call(request, &credentials, stop);
    } catch (const AwsError& error) {
        if (error.cause != Cause::expired) throw;
    }
    source_->expired();
    const Credentials renewed = source_->credentials(stop);
    return api_.call(request, &renewed, stop);
}

json::Value EcrClient::call(std::string_view operation, json::Object input, std::stop_token stop) {
    auto parsed = json::parse(send(operation, json::write(std::move(input)), stop));
    if (parsed.has_error())
        throw Error(ErrorCode::response_invalid,
                    fmt::format("ECR answered {} with something that is not JSON", operation));
    return *std::move(parsed);
}

json::Object EcrClient::input() const {
    json::Object made;
    if (!place_.account.empty()) made["registryId"] = place_.account;
    return made;
}

json::Object EcrClient::paged(const std::string& page) const {
    json::Object made = input();
    made["maxResults"] = page_size;
    if (!page.empty()) made["nextToken"] = page;
    return made;
}

AuthorizationToken EcrClient::authorization_token(std::stop_token stop) {
    constexpr std::string_view operation = "GetAuthorizationToken";
    const json::Value answer = call(operation, {}, stop);
    return read_answer(operation, answer, [](const json::Reader& reader) {
        // ECR gives a list of one, ECR Public the object itself.
        const json::Value* data = reader.find("authorizationData");
        if (data != nullptr && data->is_object())
            return read_authorization_token(json::Reader(*data, "authorizationData"));
        const auto list = reader.objects("authorizationData");
        if (list.empty())
            throw Error(ErrorCode::content_invalid, "field authorizationData is empty");
        return read_authorization_token(list.front());
    });
}

Page<RepositoryRecord> EcrClient::repositories(const std::string& page, std::stop_token stop) {
    constexpr std::string_view operation = "DescribeRepositories";
    return read_page<RepositoryRecord>(operation, call(operation, paged(page), stop),
                                       "repositories", read_repository);
}

RepositoryRecord EcrClient::repository(const std::string& name, std::stop_token stop) {
    constexpr std::string_view operation = "DescribeRepositories";
    json::Object asked = input();
    asked["repositoryNames"] = json::Array{json::Value(name)};
    return only_item(operation, read_page<RepositoryRecord>(
                                    operation, call(operation, std::move(asked), std::move(stop)),
                                    "repositories", read_repository));
}

ImageRecord EcrClient::image(const std::string& repository, const std::string& tag_or_digest,
                             std::stop_token stop) {
    constexpr std::string_view operation = "DescribeImages";
    json::Object asked = input();
    asked["repositoryName"] = repository;
    asked["imageIds"] = json::Array{image_id(tag_or_digest)};
    return only_item(operation, read_page<ImageRecord>(
                                    operation, call(operation, std::move(asked), std::move(stop)),
                                    "imageDetails", read_image));
}

Page<ImageId> EcrClient::image_ids(const std::string& repository, const std::string& page,
                                   std::stop_token stop) {
    constexpr std::string_view operation = "ListImages";
    json::Object asked = paged(page);
    asked["repositoryName"] = repository;
    return read_page<ImageId>(operation, call(operation, std::move(asked), stop), "imageIds",
                              [](const json::Reader& each) {
                                  return ImageId{each.text("imageDigest").value_or(""),
                                                 each.text("imageTag").value_or("")};
                              });
}

Page<ImageRecord> EcrClient::images(const std::string& repository, const std::string& page,
                                    std::stop_token stop) {
    constexpr std::string_view operation = "DescribeImages";
    json::Object asked = paged(page);
    asked["repositoryName"] = repository;
    return read_page<ImageRecord>(operation, call(operation, std::move(asked), stop),
                                  "imageDetails", read_image);
}

template <class T, class ReadOne>
std::vector<T> EcrClient::by_hundreds(std::string_view operation, std::string_view member,
                                      json::Object about, const std::vector<std::string>& digests,
                                      const ReadOne& read_one, std::stop_token stop) {
    constexpr std::size_t most = 100; // as AWS has it
    std::vector<T> found;
    for (std::size_t begin = 0; begin < digests.size(); begin += most) {
        json::Array ids;
        for (std::size_t at = begin; at < std::min(begin + most, digests.size()); ++at)
            ids.push_back(json::Object{{"imageDigest", digests[at]}});
        about["imageIds"] = std::move(ids);
        auto page = read_page<T>(operation, call(operation, about, stop), member, read_one);
        std::move(page.items.begin(), page.items.end(), std::back_inserter(found));
    }
    return found;
}

std::vector<ImageRecord> EcrClient::images_named(const std::string& repository,
                                                 const std::vector<std::string>& digests,
                                                 std::stop_token stop) {
    json::Object about = input();
    about["repositoryName"] = repository;
    return by_hundreds<ImageRecord>("DescribeImages", "imageDetails", std::move(about), digests,
                                    read_image, std::move(stop));
}

std::vector<ManifestRecord> EcrClient::manifests(const std::string& repository,
                                                 const std::vector<std::string>& digests,
                                                 std::stop_token stop) {
    using namespace oci::media_type;
    json::Object about = input();
    about["repositoryName"] = repository;
    // AWS converts to an older type where the newer ones are not named.
    json::Array accepted;
    for (const std::string_view type : {oci_manifest, oci_index, docker_manifest, docker_index})
        accepted.push_back(json::Value(type));
    about["acceptedMediaTypes"] = std::move(accepted);
    return by_hundreds<ManifestRecord>("BatchGetImage", "images", std::move(about), digests,
                                       read_manifest, std::move(stop));
}

RepositoryRecord EcrClient::create_repository(const RepositoryRecord& like, std::stop_token stop) {
    json::Object asked = input();
    asked["repositoryName"] = like.name;
    if (!like.tag_mutability.empty()) asked["imageTagMutability"] = like.tag_mutability;
    json::Array filters;
    for (const std::string& each : like.mutability_exclusions)
        filters.push_back(json::Object{{"filterType", "WILDCARD"}, {"filter", each}});
    if (!filters.empty()) asked["imageTagMutabilityExclusionFilters"] = std::move(filters);
    asked["imageScanningConfiguration"] = json::Object{{"scanOnPush", like.scan_on_push}};
    const json::Value answer = call("CreateRepository", std::move(asked), std::move(stop));
    return read_answer("CreateRepository", answer, [](const json::Reader& reader) {
        const auto made = reader.object("repository");
        if (!made) throw Error(ErrorCode::content_invalid, "field repository is missing");
        return read_repository(*made);
    });
}

RegistryRecord EcrClient::registry(std::stop_token stop) {
    const json::Value answer = call("DescribeRegistry", {}, stop);
    return read_answer("DescribeRegistry", answer, read_registry);
}

std::vector<ReplicationRecord> EcrClient::replication(const std::string& repository,
                                                      const std::string& tag_or_digest,
                                                      std::stop_token stop) {
    json::Object asked = input();
    asked["repositoryName"] = repository;
    asked["imageId"] = image_id(tag_or_digest);
    const json::Value answer = call("DescribeImageReplicationStatus", std::move(asked), stop);
    return read_answer("DescribeImageReplicationStatus", answer, read_replication);
}

std::optional<ScanRecord> EcrClient::scan(const std::string& repository,
                                          const std::string& tag_or_digest, std::stop_token stop) {
    constexpr std::string_view operation = "DescribeImageScanFindings";
    json::Object asked = input();
    asked["repositoryName"] = repository;
    asked["imageId"] = image_id(tag_or_digest);
    asked["maxResults"] = 100;
    try {
        return read_answer(operation, call(operation, std::move(asked), std::move(stop)),
                           read_scan_findings);
    } catch (const AwsError& error) {
        if (error.type != "ScanNotFoundException") throw;
        return std::nullopt;
    }
}

std::optional<std::string> EcrClient::policy(std::string_view operation, std::string_view member,
                                             std::string_view absent_type,
                                             const std::string& repository, std::stop_token stop) {
    json::Object asked = input();
    asked["repositoryName"] = repository;
    try {
        const json::Value answer = call(operation, std::move(asked), stop);
        return read_answer(operation, answer,
                           [&](const json::Reader& reader) { return reader.text(member); });
    } catch (const AwsError& error) {
        if (error.type != absent_type) throw;
        return std::nullopt;
    }
}

std::optional<std::string> EcrClient::lifecycle_policy(const std::string& repository,
                                                       std::stop_token stop) {
    return policy("GetLifecyclePolicy", "lifecyclePolicyText", "LifecyclePolicyNotFoundException",
                  repository, stop);
}

std::optional<std::string> EcrClient::repository_policy(const std::string& repository,
                                                        std::stop_token stop) {
    return policy("GetRepositoryPolicy", "policyText", "RepositoryPolicyNotFoundException",
                  repository, stop);
}

std::map<std::string, std::string> EcrClient::tags(const std::string& repository_arn,
                                                   std::stop_token stop) {
    const json::Value answer =
        call("ListTagsForResource", json::Object{{"resourceArn", repository_arn}}, stop);
    return read_answer("ListTagsForResource", answer, [](const json::Reader& reader) {
        std::map<std::string, std::string> found;
        for (const json::Reader& each : reader.objects("tags"))
            found[each.text("Key").value_or("")] = each.text("Value").value_or("");
        return found;
    });
}

} // namespace berth::aws
