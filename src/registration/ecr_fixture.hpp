// What the tests about ECR share: a registration with a template, and AWS by a script.
#pragma once

#include "net/scripted_transport.hpp"
#include "registration/ecr_login.hpp"
#include "registration/open.hpp"
#include "registration/test_support.hpp"

#include <memory>
#include <string>
#include <utility>

namespace berth::registration::testing {

inline const std::string puller = "arn:aws:iam::123456789012:role/puller";

/// Stands still, also while it is slept: for several threads.
class StillClock final : public Clock {
public:
    std::chrono::steady_clock::time_point now() override { return manual_.now(); }
    std::chrono::system_clock::time_point wall_now() override { return manual_.wall_now(); }
    bool sleep(std::chrono::milliseconds, std::stop_token stop) override {
        return !stop.stop_requested();
    }

private:
    ManualClock manual_;
};

/// AWS by a script, with the keys of user "berth" in the environment.
struct EcrFixture {
    explicit EcrFixture(net::ScriptedTransport::Script script = {})
        : cloud(transport(script ? std::move(script) : answer),
                std::make_unique<net::ScriptedTransport>(
                    [](const net::SentRequest&) { return net::respond(404); }),
                clock,
                {.environment = aws::Environment({{"AWS_ACCESS_KEY_ID", "AKIAMACHINE000000000"},
                                                  {"AWS_SECRET_ACCESS_KEY", "machine"}}),
                 .first_wait = std::chrono::milliseconds(1)}) {
        spec.kind = Kind::ecr;
        spec.is_private = true;
        spec.endpoint = "123456789012.dkr.ecr.{{.spectro.system.aws.region}}.amazonaws.com";
        spec.default_region = "eu-west-1";
        spec.aws.access_key = "AKIAIOSFODNN7EXAMPLE";
        secrets.emplace(SecretField::aws_secret_key, Secret("own"));
    }

    static net::HttpResponse answer(const net::SentRequest& request) {
        if (request.body.find("GetCallerIdentity") != std::string::npos)
            return net::respond(200,
                                "<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>"
                                "arn:aws:iam::123456789012:user/u</Arn><UserId>A</UserId><Account>"
                                "123456789012</Account></GetCallerIdentityResult>"
                                "</GetCallerIdentityResponse>");
        return net::respond(
            403,
            "<ErrorResponse><Error><Code>AccessDenied</Code><Message>User: arn:x is "
            "not authorized to perform: sts:AssumeRole on resource: " +
                puller +
                "</Message></Error><RequestId>id-1</RequestId>"
                "</ErrorResponse>");
    }

    Endpoint endpoint() const {
        return normalise_endpoint(
            {.endpoint = spec.endpoint, .default_region = spec.default_region, .is_ecr = true}, {});
    }
    EcrLogin login() { return ecr_login(spec, endpoint(), secrets, cloud); }
    std::string field() {
        return refusal_of([&] { check_spec(spec, secrets, {}, {}); }).field;
    }
    Access access() const { return {spec, endpoint(), {}, secrets}; }

    StillClock clock;
    net::ScriptedTransport* calls = nullptr;
    aws::Cloud cloud;
    Spec spec;
    Secrets secrets;

private:
    std::unique_ptr<net::HttpTransport> transport(net::ScriptedTransport::Script script) {
        auto made = std::make_unique<net::ScriptedTransport>(std::move(script));
        calls = made.get();
        return made;
    }
};

} // namespace berth::registration::testing
