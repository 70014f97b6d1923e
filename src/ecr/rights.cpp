#include "ecr/rights.hpp"

#include <array>

namespace berth::ecr {
namespace {

constexpr std::array<EcrRight, 15> private_rights{{
    {"GetAuthorizationToken", About::nothing, "everything: there is no login without it"},
    {"DescribeRepositories", About::page, "the list of repositories"},
    {"ListImages", About::repository, "the list of tags"},
    {"DescribeImages", About::repository, "sizes, times and kinds of images"},
    {"BatchGetImage", About::images, "reading manifests: browsing and pulling"},
    {"BatchCheckLayerAvailability", About::layers, "looking whether a layer is there"},
    {"GetDownloadUrlForLayer", About::layer, "reading layers: pulling, charts and their values"},
    {"ListTagsForResource", About::resource, "the repository's tags at AWS"},
    {"DescribeRegistry", About::nothing, "replication: what goes to which region"},
    {"DescribeImageReplicationStatus", About::image, "replication: how far an image is"},
    {"DescribeImageScanFindings", About::image, "findings of scans"},
    {"GetLifecyclePolicy", About::repository, "the lifecycle policy"},
    {"GetLifecyclePolicyPreview", About::repository, "the preview of the lifecycle policy"},
    {"GetRepositoryPolicy", About::repository, "who else may use a repository"},
    {"GetRegistryPolicy", About::nothing, "who may replicate into the registry"},
}};

constexpr std::array<EcrRight, 10> public_rights{{
    {"GetAuthorizationToken", About::nothing, "logging in: without it, the limits of the nameless"},
    {"DescribeRepositories", About::page, "the list of one's own repositories"},
    {"DescribeImages", About::repository, "sizes, times and kinds of images"},
    {"DescribeImageTags", About::repository, "the list of tags"},
    {"BatchCheckLayerAvailability", About::layers, "looking whether a layer is there"},
    {"ListTagsForResource", About::resource, "the repository's tags at AWS"},
    {"DescribeRegistries", About::nothing, "the registry's alias"},
    {"GetRegistryCatalogData", About::nothing, "what the registry says of itself in the gallery"},
    {"GetRepositoryCatalogData", About::repository, "what a repository says of itself there"},
    {"GetRepositoryPolicy", About::repository, "who else may use a repository"},
}};

std::string no_digest() {
    return "sha256:" + std::string(64, '0');
}

} // namespace

std::span<const EcrRight> ecr_rights(aws::Service service) {
    if (service == aws::Service::ecr_public) return public_rights;
    return private_rights;
}

json::Object harmless_input(const EcrRight& right, const TriedRepository& repository) {
    json::Object made;
    if (right.about == About::nothing) return made;
    if (right.about == About::resource) return {{"resourceArn", repository.arn}};
    made["registryId"] = repository.account;
    if (right.about == About::page) {
        made["maxResults"] = 1;
        return made;
    }
    made["repositoryName"] = repository.name;
    const json::Object image{{"imageDigest", no_digest()}};
    if (right.about == About::image) made["imageId"] = image;
    if (right.about == About::images) made["imageIds"] = json::Array{image};
    if (right.about == About::layers) made["layerDigests"] = json::Array{json::Value(no_digest())};
    if (right.about == About::layer) made["layerDigest"] = no_digest();
    return made;
}

} // namespace berth::ecr
