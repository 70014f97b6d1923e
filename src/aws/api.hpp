// Api: calls to AWS. Signs, sends, corrects a wrong clock once, waits when throttled, and turns
// every answer that is no success into an AwsError. Follows no redirects: AWS's APIs have none.
#pragma once

#include "aws/credentials.hpp"
#include "aws/service_endpoint.hpp"
#include "base/clock.hpp"
#include "base/synchronized.hpp"
#include "net/http.hpp"

#include <chrono>
#include <map>
#include <stop_token>
#include <string>

namespace berth::aws {

struct ApiOptions {
    EndpointSettings endpoints = {};
    net::TlsOptions tls = {}; ///< AWS_CA_BUNDLE
    int attempts = 3;
    std::chrono::milliseconds first_wait{500}; ///< doubles; the wait is a random part of it
    std::chrono::milliseconds longest_wait{20'000};
    /// If it is not 0: how long STS, and ECR where it is asked for a token, may leave a call
    /// unanswered, repeats included: another region can give the same.
    std::chrono::milliseconds patience{0};
};

struct ApiRequest {
    Service service;
    std::string region;
    std::string operation;   ///< "AssumeRole"
    std::string target = {}; ///< X-Amz-Target; empty for STS
    std::string body = {};
};

class Api {
public:
    /// `transport` and `clock` must outlive it.
    Api(net::HttpTransport& transport, Clock& clock, ApiOptions options);

    /// The body of the answer, at most 16 MiB. `credentials` is nullptr for the one call that is
    /// not signed, AssumeRoleWithWebIdentity. Throws AwsError; usage for a region that is none;
    /// what the transport throws; cancelled. Any thread.
    std::string call(const ApiRequest& request, const Credentials* credentials,
                     std::stop_token stop);

    /// How often each "service operation region" was sent so far, repeats too: the meter behind
    /// "an hour of browsing costs one STS call".
    std::map<std::string, int> sent();

    /// How far this machine's clock is behind that of a service, as far as a refusal told.
    std::chrono::seconds clock_behind(Service service, const std::string& region);

    Clock& clock() { return clock_; }

private:
    struct Exchange;
    Exchange send_once(const ApiRequest& request, const ServiceEndpoint& endpoint,
                       const Credentials* credentials, std::stop_token stop);
    net::HttpRequest prepared(const ApiRequest& request, const ServiceEndpoint& endpoint,
                              const Credentials* credentials);
    std::chrono::seconds offset_of(const std::string& host);
    bool learn_offset(const std::string& host, std::chrono::seconds used,
                      std::chrono::seconds behind);
    std::chrono::milliseconds patience_of(const ApiRequest& request) const;
    void wait(int failures, std::chrono::seconds asked, std::stop_token stop);

    net::HttpTransport& transport_;
    Clock& clock_;
    ApiOptions options_;
    Synchronized<std::map<std::string, std::chrono::seconds>> offsets_; ///< AWS's time minus ours
    Synchronized<std::map<std::string, int>> sent_;
};

} // namespace berth::aws
