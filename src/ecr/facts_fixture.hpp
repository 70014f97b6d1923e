// For tests: ECR's answers about one repository and one image, of which some are refused.
#pragma once

#include "net/scripted_transport.hpp"
#include "registration/ecr_fixture.hpp"

#include <fmt/format.h>

#include <map>
#include <string>
#include <utility>
#include <vector>

namespace berth::ecr::testing {

inline const std::string told_digest = "sha256:" + std::string(64, 'a');

struct FactsFixture {
    FactsFixture() {
        answers["DescribeRepositories"] =
            R"({"repositories":[{"repositoryName":"team/app","repositoryArn":"arn:aws:ecr:x",
            "createdAt":1700000000.5,"imageTagMutability":"IMMUTABLE_WITH_EXCLUSION",
            "imageTagMutabilityExclusionFilters":[{"filterType":"WILDCARD","filter":"dev-*"}],
            "imageScanningConfiguration":{"scanOnPush":true},
            "encryptionConfiguration":{"encryptionType":"KMS","kmsKey":"arn:aws:kms:k"}}]})";
        answers["GetLifecyclePolicy"] = R"({"lifecyclePolicyText":"{\"rules\":[1]}"})";
        answers["ListTagsForResource"] = R"({"tags":[{"Key":"team","Value":"x"}]})";
        answers["DescribeRegistry"] =
            R"({"registryId":"123456789012","replicationConfiguration":{"rules":[
            {"destinations":[{"region":"us-east-1","registryId":"123456789012"}],
            "repositoryFilters":[{"filter":"team/","filterType":"PREFIX_MATCH"}]},
            {"destinations":[{"region":"us-west-2","registryId":"123456789012"}],
            "repositoryFilters":[{"filter":"other/","filterType":"PREFIX_MATCH"}]}]}})";
        answers["DescribeImages"] =
            R"({"imageDetails":[{"imageDigest":")" + told_digest +
            R"(","imageTags":["v1","latest"],"imageSizeInBytes":1234,"imagePushedAt":1700000000,
            "lastRecordedPullTime":1700086400,"imageStatus":"ACTIVE",
            "imageScanStatus":{"status":"COMPLETE"},
            "imageScanFindingsSummary":{"imageScanCompletedAt":1700000100,
            "findingSeverityCounts":{"HIGH":1,"LOW":30}}}]})";
        answers["DescribeImageScanFindings"] = scan_of(30);
        answers["DescribeImageReplicationStatus"] =
            R"({"replicationStatuses":[{"region":"us-east-1","registryId":"123456789012",
            "status":"COMPLETE"}]})";
    }

    /// Findings of severity LOW, and a grave one after them.
    static std::string scan_of(int low) {
        std::string findings;
        for (int i = 0; i < low; ++i)
            findings += fmt::format(R"({{"name":"CVE-{}","severity":"LOW"}},)", i);
        return fmt::format(
            R"({{"imageScanStatus":{{"status":"COMPLETE","description":"done"}},
            "imageScanFindings":{{"imageScanCompletedAt":1700000100,
            "findingSeverityCounts":{{"HIGH":1,"LOW":{}}},"findings":[{}
            {{"name":"CVE-GRAVE","severity":"HIGH","uri":"https://cve.example/1","attributes":
            [{{"key":"package_name","value":"openssl"}},
            {{"key":"package_version","value":"3.0.1"}}]}}]}}}})",
            low, findings);
    }

    void deny(const std::string& operation) {
        errors[operation] = {
            "AccessDeniedException",
            "User: arn:aws:iam::123456789012:user/u is not authorized to perform: ecr:" +
                operation + " on resource: * because no identity-based policy allows the ecr:" +
                operation + " action"};
    }
    void refuse(const std::string& operation, const std::string& type) {
        errors[operation] = {type, "no"};
    }

    /// Bodies of the calls of one operation.
    std::vector<std::string> asked(const std::string& operation) {
        std::vector<std::string> bodies;
        for (const auto& request : ecr.calls->sent())
            if (operation_of(request) == operation) bodies.push_back(request.body);
        return bodies;
    }

    // Before it is asked; then it is only read.
    std::map<std::string, std::string> answers = {};
    std::map<std::string, std::pair<std::string, std::string>> errors = {};
    registration::testing::EcrFixture ecr{
        [this](const net::SentRequest& sent) { return respond_to(sent); }};

private:
    static std::string operation_of(const net::SentRequest& request) {
        const std::string target(request.headers.find("X-Amz-Target").value_or("."));
        return target.substr(target.find('.') + 1);
    }

    net::HttpResponse respond_to(const net::SentRequest& request) const {
        const std::string operation = operation_of(request);
        if (const auto found = errors.find(operation); found != errors.end())
            return net::respond(400, fmt::format(R"({{"__type":"{}","message":"{}"}})",
                                                 found->second.first, found->second.second));
        return net::respond(200, answers.at(operation));
    }
};

} // namespace berth::ecr::testing
