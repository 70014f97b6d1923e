#include "aws/metadata.hpp"

#include "aws/instant.hpp"
#include "aws/service_endpoint.hpp"
#include "base/file.hpp"
#include "base/json.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace berth::aws {
namespace {

constexpr std::uint64_t longest_metadata = 64 * 1024;
constexpr std::string_view roles_path = "/latest/meta-data/iam/security-credentials/";

std::string answer_of(const net::HttpRequest& request, net::HttpTransport& transport,
                      std::string_view what, std::stop_token stop) {
    net::HttpResponse response = transport.send(request, stop);
    if (response.status != 200)
        throw Error(response.status == 404 ? ErrorCode::not_found : ErrorCode::upstream_failed,
                    fmt::format("{} at {} answered with HTTP status {}", what,
                                request.url.origin.text(), response.status));
    return read_all(*response.body, longest_metadata, what);
}

Credentials read_credentials(const std::string& body, std::string_view what) {
    try {
        const json::Value document = json::parse(body).value();
        const json::Reader reader(document, "");
        Credentials made{.access_key_id = reader.required_text("AccessKeyId"),
                         .secret_access_key = Secret(reader.required_text("SecretAccessKey")),
                         .session_token = Secret(reader.text("Token").value_or("")),
                         .expires = parse_iso_time(reader.text("Expiration").value_or(""))};
        check_credentials(made);
        return made;
    } catch (const Error& error) {
        throw Error(ErrorCode::response_invalid,
                    fmt::format("{} gave no usable credentials: {}", what, error.message()));
    }
}

bool is_allowed_plain(std::string_view host) {
    constexpr std::array<std::string_view, 3> allowed = {"169.254.170.2", "169.254.170.23",
                                                         "[fd00:ec2::23]"};
    return is_this_machine(host) ||
           std::find(allowed.begin(), allowed.end(), host) != allowed.end();
}

net::Url container_url(const Environment& environment) {
    const std::string relative = environment.get("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI");
    if (!relative.empty()) return net::Url::parse("http://169.254.170.2" + relative).value();
    net::Url url = net::Url::parse(environment.get("AWS_CONTAINER_CREDENTIALS_FULL_URI")).value();
    if (url.origin.scheme == "http" && !is_allowed_plain(url.origin.host))
        throw Error(ErrorCode::usage,
                    fmt::format("AWS_CONTAINER_CREDENTIALS_FULL_URI names {}, which is plain http "
                                "and not an address of ECS or EKS",
                                berth::quoted(url.origin.text())));
    return url;
}

Secret container_token(const Environment& environment) {
    const std::string file = environment.get("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE");
    std::string token = environment.get("AWS_CONTAINER_AUTHORIZATION_TOKEN");
    if (!file.empty()) token = read_file(file, longest_metadata);
    while (!token.empty() && (token.back() == '\n' || token.back() == '\r')) token.pop_back();
    if (token.find_first_of("\r\n") != std::string::npos)
        throw Error(ErrorCode::content_invalid,
                    "the container's authorization token is not one line");
    return Secret(std::move(token));
}

net::Url instance_url(const Environment& environment, std::string_view path) {
    std::string base = environment.get("AWS_EC2_METADATA_SERVICE_ENDPOINT");
    const bool v6 =
        equals_ignoring_case(environment.get("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE"), "ipv6");
    if (base.empty()) base = v6 ? "http://[fd00:ec2::254]" : "http://169.254.169.254";
    if (base.ends_with('/')) base.pop_back();
    return net::Url::parse(base + std::string(path)).value();
}

std::string session_token(const Environment& environment, net::HttpTransport& transport,
                          std::stop_token stop) {
    net::HttpRequest request{.method = "PUT",
                             .url = instance_url(environment, "/latest/api/token")};
    request.headers.set("X-aws-ec2-metadata-token-ttl-seconds", "21600");
    request.body = net::RequestBody{0, [] { return std::make_unique<MemorySource>(""); }};
    try {
        std::string token(trimmed(answer_of(request, transport, "EC2's metadata service", stop)));
        if (token.empty() || token.find_first_of("\r\n") != std::string::npos)
            throw Error(ErrorCode::response_invalid, "its session token is not one line");
        return token;
    } catch (const Error& error) {
        if (error.code() == ErrorCode::cancelled) throw;
        Error absent(ErrorCode::not_found,
                     fmt::format("EC2's metadata service does not answer: {}", error.message()));
        absent.set_hint(
            "on EC2 in a container the hop limit of the instance's metadata options "
            "must be 2; elsewhere set AWS_EC2_METADATA_DISABLED=true and give keys");
        throw absent;
    }
}

bool is_role_name(std::string_view name) {
    return !name.empty() && name.size() <= 128 && std::all_of(name.begin(), name.end(), [](char c) {
        return c > ' ' && c < 0x7f && c != '/' && c != '?' && c != '#' && c != '%';
    });
}

} // namespace

bool has_container_endpoint(const Environment& environment) {
    return environment.has("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI") ||
           environment.has("AWS_CONTAINER_CREDENTIALS_FULL_URI");
}

Credentials container_credentials(const Environment& environment, net::HttpTransport& transport,
                                  std::stop_token stop) {
    net::HttpRequest request{.url = container_url(environment)};
    request.authorization = container_token(environment);
    constexpr std::string_view what = "the container's credential endpoint";
    return read_credentials(answer_of(request, transport, what, stop), what);
}

Credentials instance_credentials(const Environment& environment, net::HttpTransport& transport,
                                 std::stop_token stop) {
    if (environment.flag("AWS_EC2_METADATA_DISABLED"))
        throw Error(ErrorCode::not_found,
                    "EC2's metadata service is switched off by AWS_EC2_METADATA_DISABLED");
    constexpr std::string_view what = "EC2's metadata service";
    const std::string token = session_token(environment, transport, stop);
    const auto fetch = [&](const std::string& path) {
        net::HttpRequest request{.url = instance_url(environment, path)};
        request.headers.set("X-aws-ec2-metadata-token", token);
        return answer_of(request, transport, what, stop);
    };
    const std::string roles = fetch(std::string(roles_path));
    const std::string_view role = trimmed(std::string_view(roles).substr(0, roles.find('\n')));
    if (!is_role_name(role))
        throw Error(ErrorCode::not_found, "the EC2 instance has no role attached to it");
    return read_credentials(fetch(std::string(roles_path) + std::string(role)), what);
}

} // namespace berth::aws
