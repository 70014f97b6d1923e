#include "oidc/line.hpp"

#include "base/text.hpp"
#include "oidc/failure.hpp"

#include <fmt/format.h>

namespace berth::oidc {
namespace {

constexpr std::uint64_t answer_limit = 256 * 1024;

std::string hint_for(ErrorCode code) {
    if (code == ErrorCode::tls_invalid)
        return "if the provider's certificate is of an authority of your own, name that in "
               "ca_file of oidc.providers";
    return "see whether this server reaches the provider: curl -v ADDRESS";
}

} // namespace

Answer Line::send(net::HttpRequest request, std::string_view what, const std::stop_token& stop) {
    request.tls.ca_file = ca_file_;
    request.headers.set("Accept", "application/json");
    const auto address = request.url.text();
    try {
        auto response = transport_->send(request, stop);
        return {response.status, read_all(*response.body, answer_limit, what)};
    } catch (const Error& error) {
        const auto failure =
            error.code() == ErrorCode::limit_exceeded ? Failure::broken : Failure::unreachable;
        throw LoginFailure(
            failure, fmt::format("{} at {}: {}", what, berth::quoted(address), error.message()),
            hint_for(error.code()));
    }
}

Answer Line::get(const net::Url& url, std::string_view what, const std::stop_token& stop,
                 Secret authorization) {
    net::HttpRequest request;
    request.url = url;
    request.authorization = std::move(authorization);
    return send(std::move(request), what, stop);
}

Answer Line::post(const net::Url& url, std::string form, Secret authorization,
                  std::string_view what, const std::stop_token& stop) {
    net::HttpRequest request;
    request.method = "POST";
    request.url = url;
    request.authorization = std::move(authorization);
    request.headers.set("Content-Type", "application/x-www-form-urlencoded");
    request.body = net::RequestBody{form.size(), [form]() -> std::unique_ptr<Source> {
                                        return std::make_unique<MemorySource>(form);
                                    }};
    return send(std::move(request), what, stop);
}

std::string Line::document(const net::Url& url, std::string_view what,
                           const std::stop_token& stop) {
    auto answer = get(url, what, stop);
    if (answer.status == 200) return std::move(answer.body);
    throw LoginFailure(
        Failure::broken,
        fmt::format("{} at {}: status {}", what, berth::quoted(url.text()), answer.status),
        "see whether issuer in oidc.providers is the provider's own");
}

} // namespace berth::oidc
