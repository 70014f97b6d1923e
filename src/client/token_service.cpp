#include "client/token_service.hpp"

#include "base/json.hpp"
#include "base/text.hpp"
#include "client/error_body.hpp"
#include "client/response_body.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace berth::client {
namespace {

constexpr std::uint64_t reply_limit = 64 * 1024;
constexpr std::int64_t default_lifetime = 60; // what services mean that do not say

bool has_password(const std::optional<registry::Credential>& credential) {
    return credential && !credential->user.empty();
}

net::HttpRequest get_request(const TokenRealm& realm, const Scopes& scopes,
                             const std::optional<registry::Credential>& credential) {
    net::HttpRequest request{.method = "GET", .url = realm.url};
    std::string& query = request.url.query;
    if (!realm.service.empty()) net::add_query(query, "service", realm.service);
    for (const std::string& scope : scopes.texts()) net::add_query(query, "scope", scope);
    if (has_password(credential)) {
        net::add_query(query, "account", credential->user);
        request.authorization =
            Secret("Basic " + to_base64(credential->user + ":" + credential->password.reveal()));
    }
    return request;
}

/// OAuth2's refresh_token grant.
net::HttpRequest post_request(const TokenRealm& realm, const Scopes& scopes,
                              const registry::Credential& credential) {
    std::string form;
    net::add_query(form, "grant_type", "refresh_token");
    net::add_query(form, "client_id", "berth");
    if (!realm.service.empty()) net::add_query(form, "service", realm.service);
    if (!scopes.empty()) net::add_query(form, "scope", scopes.text());
    net::add_query(form, "refresh_token", credential.identity_token.reveal());
    net::HttpRequest request{.method = "POST", .url = realm.url};
    request.headers.set("Content-Type", "application/x-www-form-urlencoded");
    request.body =
        net::RequestBody{form.size(), [form] { return std::make_unique<MemorySource>(form); }};
    return request;
}

/// It becomes the value of a header field: RFC 6750 allows less than visible ASCII.
bool is_token_text(std::string_view text) {
    return !text.empty() &&
           std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < 0x7f; });
}

Token parse_reply(const std::string& body, const std::string& service) {
    const auto parsed = json::parse(body);
    if (parsed.has_error() || !parsed->is_object())
        throw Error(
            ErrorCode::response_invalid,
            fmt::format("the token service {} answered with something that is not JSON", service));
    const json::Reader reader(*parsed, "");
    std::string text = reader.text("token").value_or("");
    if (text.empty()) text = reader.text("access_token").value_or("");
    if (!is_token_text(text))
        throw Error(ErrorCode::response_invalid,
                    fmt::format("the token service {} answered without a usable token", service));
    std::int64_t lifetime = default_lifetime;
    const json::Value* expiry = reader.find("expires_in");
    if (expiry && expiry->is_int64())
        lifetime = std::clamp<std::int64_t>(expiry->as_int64(), 0, 24 * 60 * 60);
    return {Secret(std::move(text)), std::chrono::seconds(lifetime)};
}

Error refused(int status, const std::string& body, const Endpoint& registry,
              const std::string& service, const Scopes& scopes, bool anonymous,
              const std::string& user) {
    const std::string what = scopes.empty()
                                 ? fmt::format("a token for {}", registry.name)
                                 : fmt::format("a token for {}, {}", registry.name, scopes.text());
    Error error = error_of_response(status, body, service, what);
    if (error.code() != ErrorCode::unauthorized && error.code() != ErrorCode::denied) return error;
    const std::string who = anonymous ? "anonymous access" : "user " + berth::quoted(user);
    Error named(error.code(), fmt::format("{} (asked as {})", error.message(), who));
    return named.set_hint(login_hint, registry.log_in());
}

} // namespace

Token fetch_token(net::HttpTransport& transport, const Endpoint& registry, const TokenRealm& realm,
                  const Scopes& scopes, const std::optional<registry::Credential>& credential,
                  Clock& clock, std::stop_token stop) {
    const bool by_identity = credential && !credential->identity_token.empty();
    net::HttpRequest request = by_identity ? post_request(realm, scopes, *credential)
                                           : get_request(realm, scopes, credential);
    request.tls = registry.tls;
    if (realm.url.origin != registry.origin) {
        request.tls.certificate_file.clear();
        request.tls.key_file.clear();
    }
    const std::string service = realm.url.origin.text();
    net::HttpResponse response = transport.send(request, stop);
    if (response.status == 200)
        return parse_reply(
            read_all(*response.body, reply_limit, "the answer of token service " + service),
            service);
    if (response.status >= 300 && response.status < 400)
        throw Error(ErrorCode::unauthorized,
                    fmt::format("the token service {} of {} redirects elsewhere: not followed, "
                                "because credentials would go with it",
                                service, registry.name));
    const std::string body = beginning_of(*response.body, error_body_limit);
    const bool anonymous = !by_identity && !has_password(credential);
    Error error = refused(response.status, body, registry, service, scopes, anonymous,
                          credential ? credential->user : "");
    throw error.set_retry_after(retry_after_of(response.headers, clock));
}

} // namespace berth::client
