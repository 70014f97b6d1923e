// For tests: an ECR registry in eu-west-1 and us-east-1, its API and its content both in memory.
#pragma once

#include "client/tiny_registry.hpp"
#include "registration/ecr_fixture.hpp"
#include "registration/fake_ecr.hpp"
#include "registry/repository_contract.hpp"

#include <map>
#include <memory>
#include <optional>
#include <string>

namespace berth::registration::testing {

struct RegionsFixture {
    RegionsFixture() {
        aws.regions["us-east-1"];
        content["us-east-1"];
        spec().regions = {"us-east-1"};
    }

    /// Pushes an image to a region; the API lists it too.
    oci::Descriptor push(const std::string& region, const std::string& repository,
                         const std::string& tag, unsigned seed) {
        const auto image = registry::contract::small_image(seed);
        const std::string place = "https://registry.test/v2/" + repository;
        for (const registry::Document* blob : {&image.layer, &image.config})
            upload(content[region], place, *blob);
        content[region].answer({.method = "PUT",
                                .url = place + "/manifests/" + tag,
                                .headers = type_of(image.manifest),
                                .authorization = {},
                                .body = image.manifest.bytes});
        aws.regions[region][repository].images.push_back(
            {.digest = image.manifest.descriptor.digest.text(), .tags = {tag}});
        return image.manifest.descriptor;
    }

    std::optional<oci::Descriptor> find(const std::string& region, const std::string& repository,
                                        const std::string& tag) {
        return content[region].content().repository(repository)->resolve(tag);
    }

    Spec& spec() { return ecr.spec; }

    FakeEcr aws;
    std::map<std::string, client::TinyRegistry> content{};
    /// Before the registries. Any thread.
    std::function<std::optional<net::HttpResponse>(const net::SentRequest&)> spoil = {};
    EcrFixture ecr{[this](const net::SentRequest& sent) { return aws(sent); }};
    Outside outside{.make_transport =
                        [this] {
                            return std::make_unique<net::ScriptedTransport>(
                                [this](const net::SentRequest& sent) { return answer(sent); });
                        },
                    .clock = ecr.clock,
                    .aws = &ecr.cloud,
                    .through_proxy = [](const net::Origin&) { return true; }};

private:
    static net::Headers type_of(const registry::Document& document) {
        net::Headers headers;
        headers.set("Content-Type", document.descriptor.media_type);
        return headers;
    }

    /// As a client does: what comes by no request is not given out either.
    static void upload(client::TinyRegistry& registry, const std::string& place,
                       const registry::Document& blob) {
        net::SentRequest request{.method = "POST",
                                 .url = place + "/blobs/uploads/",
                                 .headers = {},
                                 .authorization = {},
                                 .body = {}};
        const auto begun = registry.answer(request);
        request.method = "PUT";
        request.url = "https://registry.test" + std::string(*begun.headers.find("Location")) +
                      "?digest=" + blob.descriptor.digest.text();
        request.body = blob.bytes;
        registry.answer(request);
    }

    net::HttpResponse answer(const net::SentRequest& sent) {
        if (spoil)
            if (auto spoiled = spoil(sent)) return std::move(*spoiled);
        if (sent.authorization.empty())
            return net::respond(401, "{}",
                                {{"WWW-Authenticate", "Basic realm=\"ecr\",service=\"ecr\""}});
        for (auto& [region, registry] : content)
            if (sent.url.find("." + region + ".") != std::string::npos)
                return registry.answer(sent);
        return net::respond(404, "{}");
    }
};

} // namespace berth::registration::testing
