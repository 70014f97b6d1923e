// FakeEcr: ECR's API in some regions for unit tests, by what a test says is there. Signatures are
// the emulator's business (tests/aws).
#pragma once

#include "base/error.hpp"
#include "base/json.hpp"
#include "base/text.hpp"
#include "net/scripted_transport.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace berth::registration::testing {

/// A digest that is told apart by one letter.
inline std::string digest_of(char letter) {
    return "sha256:" + std::string(64, letter);
}

struct FakeImage {
    std::string digest;
    std::vector<std::string> tags = {};
    double pushed = 1'700'000'000;
    std::string replication = "[]"; ///< JSON
    std::string manifest = {};      ///< of an index
};

struct FakeRepository {
    std::vector<FakeImage> images = {};
    std::string mutability = "MUTABLE";
};

/// Change it before it is asked; it answers any thread.
struct FakeEcr {
    std::map<std::string, std::map<std::string, FakeRepository>> regions = {};
    std::string rules = "[]"; ///< JSON, of each region
    std::string rules_account = "123456789012";
    /// "us-east-1 ListImages" to a type of AWS's; "us-east-1" for all of a region. "dark": no
    /// connection.
    std::map<std::string, std::string> refusals = {};

    net::HttpResponse operator()(const net::SentRequest& request) const {
        const std::string target(request.headers.find("X-Amz-Target").value_or("."));
        const std::string operation = target.substr(target.find('.') + 1);
        constexpr std::string_view before = "https://api.ecr.";
        const std::string region =
            request.url.substr(before.size(), request.url.find(".amazonaws") - before.size());
        for (const std::string& key : {region, region + " " + operation})
            if (const auto found = refusals.find(key); found != refusals.end())
                return refuse(found->second);
        const json::Value body = json::parse(request.body).value();
        const json::Reader input(body, "");
        if (operation == "DescribeRegistry")
            return net::respond(
                200,
                fmt::format(R"({{"registryId":"{}","replicationConfiguration":{{"rules":{}}}}})",
                            rules_account, rules));
        if (operation == "GetAuthorizationToken")
            return net::respond(200, fmt::format(R"({{"authorizationData":[{{"authorizationToken":)"
                                                 R"("{}","expiresAt":4102444800}}]}})",
                                                 to_base64("AWS:password")));
        if (operation == "CreateRepository")
            return net::respond(200, fmt::format(R"({{"repository":{{"repositoryName":"{}"}}}})",
                                                 input.required_text("repositoryName")));
        const auto here = regions.find(region);
        static const std::map<std::string, FakeRepository> none;
        const auto& repositories = here == regions.end() ? none : here->second;
        if (operation == "DescribeRepositories") return describe(repositories);
        const auto found = repositories.find(input.text("repositoryName").value_or(""));
        if (found == repositories.end()) return refuse("RepositoryNotFoundException");
        return answer(operation, input, found->second.images);
    }

private:
    static net::HttpResponse refuse(const std::string& type) {
        if (type == "dark") throw Error(ErrorCode::unreachable, "nobody answers");
        return net::respond(400, fmt::format(R"({{"__type":"{}","message":"no"}})", type));
    }

    static net::HttpResponse describe(const std::map<std::string, FakeRepository>& repositories) {
        std::string items;
        for (const auto& [name, repository] : repositories)
            items += fmt::format(R"({}{{"repositoryName":"{}","imageTagMutability":"{}"}})",
                                 items.empty() ? "" : ",", name, repository.mutability);
        return net::respond(200, fmt::format(R"({{"repositories":[{}]}})", items));
    }

    static net::HttpResponse answer(const std::string& operation, const json::Reader& input,
                                    const std::vector<FakeImage>& images) {
        if (operation == "ListImages") return list(images);
        if (operation == "DescribeImageReplicationStatus") {
            const auto* image = find(images, input.object("imageId")->required_text("imageDigest"));
            return net::respond(200,
                                fmt::format(R"({{"replicationStatuses":{}}})", image->replication));
        }
        std::string items;
        for (const json::Reader& id : input.objects("imageIds")) {
            const auto* image = find(images, id.required_text("imageDigest"));
            if (operation == "DescribeImages")
                items += fmt::format(R"({}{{"imageDigest":"{}","imagePushedAt":{}}})",
                                     items.empty() ? "" : ",", image->digest, image->pushed);
            else if (!image->manifest.empty())
                items += fmt::format(R"({}{{"imageId":{{"imageDigest":"{}"}},"imageManifest":{}}})",
                                     items.empty() ? "" : ",", image->digest,
                                     json::write(json::Value(image->manifest)));
        }
        return net::respond(
            200, fmt::format(R"({{"{}":[{}]}})",
                             operation == "DescribeImages" ? "imageDetails" : "images", items));
    }

    static net::HttpResponse list(const std::vector<FakeImage>& images) {
        std::string items;
        const auto add = [&](const std::string& digest, const std::string& more) {
            items += fmt::format(R"({}{{"imageDigest":"{}"{}}})", items.empty() ? "" : ",", digest,
                                 more);
        };
        for (const FakeImage& image : images) {
            if (image.tags.empty()) add(image.digest, "");
            for (const std::string& tag : image.tags)
                add(image.digest, fmt::format(R"(,"imageTag":"{}")", tag));
        }
        return net::respond(200, fmt::format(R"({{"imageIds":[{}]}})", items));
    }

    static const FakeImage* find(const std::vector<FakeImage>& images, const std::string& digest) {
        const auto found = std::find_if(images.begin(), images.end(),
                                        [&](const auto& each) { return each.digest == digest; });
        return found == images.end() ? nullptr : &*found;
    }
};

} // namespace berth::registration::testing
