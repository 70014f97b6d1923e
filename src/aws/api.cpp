#include "aws/api.hpp"

#include "aws/error.hpp"
#include "aws/instant.hpp"
#include "aws/sigv4.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <random>

namespace berth::aws {
namespace {

constexpr std::uint64_t longest_answer = 16 * 1024 * 1024;
constexpr std::uint64_t longest_error = 64 * 1024;
/// Less than this is the way of the answer, not the clock.
constexpr std::chrono::seconds smallest_skew{30};

std::string_view display_name(Service service) {
    if (service == Service::sts) return "STS";
    return service == Service::ecr ? "ECR" : "ECR Public";
}

std::string host_field(const net::Origin& origin) {
    const std::string text = origin.text();
    return text.substr(text.find("://") + 3);
}

std::string error_body(Source& body) {
    std::string text(longest_error, '\0');
    try {
        text.resize(read_full(body, std::as_writable_bytes(std::span(text.data(), text.size()))));
    } catch (const Error&) {
        text.clear(); // the status is the answer then
    }
    return text;
}

std::chrono::seconds retry_after(const net::Headers& headers) {
    const auto seconds = parse_number(headers.find("Retry-After").value_or(""), 3600);
    return std::chrono::seconds(seconds.value_or(0));
}

} // namespace

/// One request and what came of it: a body, or an error and what to wait for.
struct Api::Exchange {
    std::optional<std::string> body = {};
    std::optional<AwsError> error = {};
    std::optional<std::chrono::seconds> clock_behind = {};
    std::chrono::seconds retry_after{0};
};

Api::Api(net::HttpTransport& transport, Clock& clock, ApiOptions options)
    : transport_(transport), clock_(clock), options_(std::move(options)) {}

std::map<std::string, int> Api::sent() {
    return sent_.with([](auto& counts) { return counts; });
}

std::chrono::seconds Api::clock_behind(Service service, const std::string& region) {
    return offset_of(
        host_field(service_endpoint(service, region, options_.endpoints).value().url.origin));
}

std::chrono::seconds Api::offset_of(const std::string& host) {
    return offsets_.with([&](auto& offsets) {
        const auto found = offsets.find(host);
        return found == offsets.end() ? std::chrono::seconds(0) : found->second;
    });
}

/// True if this is news to a request that was signed with `used`: signing again can help.
bool Api::learn_offset(const std::string& host, std::chrono::seconds used,
                       std::chrono::seconds behind) {
    if (std::chrono::abs(behind - used) < smallest_skew) return false;
    offsets_.with([&](auto& offsets) { offsets[host] = behind; });
    return true;
}

net::HttpRequest Api::prepared(const ApiRequest& request, const ServiceEndpoint& endpoint,
                               const Credentials* credentials) {
    net::HttpRequest made{.method = "POST", .url = endpoint.url, .tls = options_.tls};
    const bool form = request.service == Service::sts;
    made.headers.set("Content-Type", form ? "application/x-www-form-urlencoded; charset=utf-8"
                                          : "application/x-amz-json-1.1");
    made.patience = patience_of(request);
    if (!request.target.empty()) made.headers.set("X-Amz-Target", request.target);
    made.body = net::RequestBody{request.body.size(), [body = request.body] {
                                     return std::make_unique<MemorySource>(body);
                                 }};
    if (credentials == nullptr) return made;
    SignableRequest facts{.method = made.method,
                          .path = made.url.path,
                          .query = made.url.query,
                          .headers = made.headers.fields(),
                          .body = request.body};
    const std::string host = host_field(endpoint.url.origin);
    facts.headers.emplace_back("Host", host);
    const SignedHeaders signature = sign(
        facts, *credentials, {endpoint.signing_region, std::string(signing_name(request.service))},
        clock_.wall_now() + offset_of(host));
    for (const auto& [name, value] : signature.headers) made.headers.set(name, value);
    if (!signature.session_token.empty())
        made.headers.set("X-Amz-Security-Token", signature.session_token.reveal());
    made.authorization = signature.authorization;
    return made;
}

Api::Exchange Api::send_once(const ApiRequest& request, const ServiceEndpoint& endpoint,
                             const Credentials* credentials, std::stop_token stop) {
    sent_.with([&](auto& counts) {
        ++counts[fmt::format("{} {} {}", signing_name(request.service), request.operation,
                             request.region)];
    });
    net::HttpResponse response = transport_.send(prepared(request, endpoint, credentials), stop);
    if (response.status == 200)
        return {.body = read_all(*response.body, longest_answer, "answer of AWS")};
    Exchange result;
    if (const auto date = parse_http_date(response.headers.find("Date").value_or("")))
        result.clock_behind =
            std::chrono::duration_cast<std::chrono::seconds>(*date - clock_.wall_now());
    result.retry_after = retry_after(response.headers);
    result.error = read_error({.status = response.status,
                               .headers = response.headers,
                               .body = error_body(*response.body)},
                              {.service = std::string(display_name(request.service)),
                               .operation = request.operation,
                               .region = request.region,
                               .clock_behind = result.clock_behind});
    return result;
}

std::chrono::milliseconds Api::patience_of(const ApiRequest& request) const {
    const bool for_credentials =
        request.service == Service::sts || request.operation == "GetAuthorizationToken";
    return for_credentials ? options_.patience : std::chrono::milliseconds(0);
}

void Api::wait(int failures, std::chrono::seconds asked, std::stop_token stop) {
    const auto most = std::min<std::chrono::milliseconds>(
        options_.first_wait * (1LL << std::min(failures, 10)), options_.longest_wait);
    std::minstd_rand random{std::random_device()()};
    std::uniform_int_distribution<std::int64_t> within(most.count() / 8, most.count());
    const auto wait = std::chrono::milliseconds(asked) + std::chrono::milliseconds(within(random));
    if (!clock_.sleep(wait, stop))
        throw Error(ErrorCode::cancelled, "stopped while waiting for AWS");
}

std::string Api::call(const ApiRequest& request, const Credentials* credentials,
                      std::stop_token stop) {
    const ServiceEndpoint endpoint =
        service_endpoint(request.service, request.region, options_.endpoints).value();
    const std::string host = host_field(endpoint.url.origin);
    const auto patience = patience_of(request);
    const auto begun = clock_.now();
    bool corrected = false;
    for (int failures = 0;;) {
        try {
            const auto used = offset_of(host);
            Exchange done = send_once(request, endpoint, credentials, stop);
            if (done.body) return *std::move(done.body);
            const bool skewed = done.error->cause == Cause::clock_skew && done.clock_behind;
            if (skewed && !corrected && learn_offset(host, used, *done.clock_behind)) {
                corrected = true;
                continue;
            }
            const bool repeats =
                done.error->cause == Cause::throttled || done.error->cause == Cause::failed;
            if (!repeats || done.retry_after > options_.longest_wait ||
                ++failures >= options_.attempts)
                throw AwsError(*done.error);
            wait(failures, done.retry_after, stop);
        } catch (const AwsError&) {
            throw;
        } catch (const Error& error) {
            const bool too_late = patience.count() > 0 && clock_.now() - begun >= patience;
            if (!traits(error.code()).retryable || too_late || ++failures >= options_.attempts)
                throw;
            wait(failures, std::chrono::seconds(0), stop);
        }
    }
}

} // namespace berth::aws
