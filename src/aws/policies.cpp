#include "aws/policies.hpp"

#include <fmt/format.h>

#include <array>

namespace berth::aws {
namespace {

constexpr std::array<std::string_view, 15> ecr_actions{
    "GetAuthorizationToken",
    "BatchCheckLayerAvailability",
    "BatchGetImage",
    "GetDownloadUrlForLayer",
    "DescribeRepositories",
    "DescribeImages",
    "ListImages",
    "ListTagsForResource",
    "DescribeRegistry",
    "GetRegistryPolicy",
    "GetRepositoryPolicy",
    "GetLifecyclePolicy",
    "GetLifecyclePolicyPreview",
    "DescribeImageScanFindings",
    "DescribeImageReplicationStatus",
};
constexpr std::array<std::string_view, 10> public_actions{
    "GetAuthorizationToken",    "BatchCheckLayerAvailability",
    "DescribeRegistries",       "DescribeRepositories",
    "DescribeImages",           "DescribeImageTags",
    "ListTagsForResource",      "GetRepositoryPolicy",
    "GetRepositoryCatalogData", "GetRegistryCatalogData"};

constexpr std::array<std::string_view, 5> fill_actions{"CreateRepository", "InitiateLayerUpload",
                                                       "UploadLayerPart", "CompleteLayerUpload",
                                                       "PutImage"};

void add_ecr(json::Array& actions) {
    for (const std::string_view action : ecr_actions)
        actions.emplace_back(fmt::format("ecr:{}", action));
}

void add_ecr_public(json::Array& actions) {
    for (const std::string_view action : public_actions)
        actions.emplace_back(fmt::format("ecr-public:{}", action));
    // Without it ecr-public:GetAuthorizationToken fails.
    actions.emplace_back("sts:GetServiceBearerToken");
}

json::Object document(json::Object statement) {
    return {{"Version", "2012-10-17"}, {"Statement", json::Array{std::move(statement)}}};
}

json::Object allowing(json::Array actions) {
    return document({{"Effect", "Allow"}, {"Action", std::move(actions)}, {"Resource", "*"}});
}

} // namespace

json::Object registry_policy() {
    json::Array actions;
    add_ecr(actions);
    add_ecr_public(actions);
    return allowing(std::move(actions));
}

json::Object ecr_policy() {
    json::Array actions;
    add_ecr(actions);
    return allowing(std::move(actions));
}

json::Object ecr_public_policy() {
    json::Array actions;
    add_ecr_public(actions);
    return allowing(std::move(actions));
}

json::Object ecr_fill_policy(const std::vector<std::string>& resources) {
    json::Array actions;
    for (const std::string_view action : fill_actions)
        actions.emplace_back(fmt::format("ecr:{}", action));
    return document({{"Effect", "Allow"},
                     {"Action", std::move(actions)},
                     {"Resource", json::Array(resources.begin(), resources.end())}});
}

json::Object trust_policy(std::string_view partition, const std::string& account,
                          const std::string& external_id) {
    return document(
        {{"Effect", "Allow"},
         {"Principal", {{"AWS", fmt::format("arn:{}:iam::{}:root", partition, account)}}},
         {"Action", "sts:AssumeRole"},
         {"Condition", {{"StringEquals", {{"sts:ExternalId", external_id}}}}}});
}

} // namespace berth::aws
