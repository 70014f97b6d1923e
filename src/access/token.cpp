#include "access/token.hpp"

#include "base/base64url.hpp"
#include "base/file.hpp"
#include "base/json.hpp"
#include "base/text.hpp"

#include <fmt/format.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <algorithm>
#include <array>

namespace berth::access {

namespace {

constexpr std::size_t most_scopes = 100;
constexpr std::size_t longest_token = 16 * 1024;
/// Clocks of clients and of other machines of ours differ.
constexpr std::int64_t leeway_seconds = 30;
/// A refresh token is for another audience, so that neither kind passes for the other.
const std::string refresh_audience = "/refresh";
constexpr std::string_view header = R"({"typ":"JWT","alg":"HS256"})";

std::optional<Scope> parse_one(std::string_view text) {
    const auto first = text.find(':');
    const auto last = text.rfind(':');
    if (first == std::string_view::npos || first == last) return std::nullopt;
    // No type and no repository has other bytes; in a token they could not be written.
    if (!std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < 127; }))
        return std::nullopt;
    Scope scope{.type = std::string(text.substr(0, first)),
                .name = std::string(text.substr(first + 1, last - first - 1)),
                .actions = {}};
    for (const auto word : split(text.substr(last + 1), ',')) {
        if (auto action = Actions::parse({std::string(word)}); action)
            scope.actions = scope.actions.both(*action);
    }
    return scope;
}

std::string joined(const std::vector<std::string>& words) {
    return fmt::format("{}", fmt::join(words, ","));
}

} // namespace

std::vector<Scope> Scope::parse(std::string_view text) {
    std::vector<Scope> scopes;
    for (const auto part : split(text, ' ')) {
        if (scopes.size() == most_scopes) break;
        if (auto scope = parse_one(part)) scopes.push_back(std::move(*scope));
    }
    return scopes;
}

std::string Scope::text() const {
    return fmt::format("{}:{}:{}", type, name, joined(actions.names()));
}

TokenIssuer::TokenIssuer(Secret key, std::string service, Clock& clock)
    : key_(std::move(key)), service_(std::move(service)), clock_(clock) {}

std::string TokenIssuer::sign(std::string_view text) const {
    std::array<unsigned char, EVP_MAX_MD_SIZE> mac{};
    unsigned size = 0;
    const auto& key = key_.reveal();
    if (HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
             reinterpret_cast<const unsigned char*>(text.data()), text.size(), mac.data(),
             &size) == nullptr)
        throw Error(ErrorCode::internal, "OpenSSL does not compute an HMAC");
    return to_base64url({reinterpret_cast<const char*>(mac.data()), size});
}

std::string TokenIssuer::issue(const Identity& identity, const std::vector<Scope>& wanted) {
    json::Array access;
    for (const auto& scope : wanted) {
        const auto rights = scope.type == "repository" ? identity.on(scope.name)
                            : identity.anonymous()     ? Actions()
                                                       : Actions::all();
        const auto granted = rights.common(scope.actions);
        json::Array actions;
        for (const auto& name : granted.names()) actions.emplace_back(name);
        access.push_back(
            json::Object{{"type", scope.type}, {"name", scope.name}, {"actions", actions}});
    }
    const auto at = now();
    return seal({{"iss", "berth"},
                 {"sub", identity.name},
                 {"aud", service_},
                 {"iat", at},
                 {"nbf", at},
                 {"exp", at + lifetime.count()},
                 {"jti", random_hex_16()},
                 {"access", access}});
}

std::int64_t TokenIssuer::now() {
    using namespace std::chrono;
    return duration_cast<seconds>(clock_.wall_now().time_since_epoch()).count();
}

std::string TokenIssuer::seal(const json::Object& claims) const {
    const auto signed_part = to_base64url(header) + "." + to_base64url(json::write(claims));
    auto token = signed_part + "." + sign(signed_part);
    if (token.size() > longest_token) {
        throw Error(ErrorCode::usage, "the token would be too long to be used")
            .set_hint("ask for fewer scopes");
    }
    return token;
}

std::optional<json::Value> TokenIssuer::open(std::string_view text, std::string_view audience) {
    const auto dot = text.rfind('.');
    if (text.size() > longest_token || dot == std::string_view::npos) return std::nullopt;
    if (!equal_in_constant_time(sign(text.substr(0, dot)), text.substr(dot + 1)))
        return std::nullopt;
    // Our signature stands under exactly our header, so the algorithm is not the token's to choose.
    const auto parts = split(text.substr(0, dot), '.');
    if (parts.size() != 2 || parts[0] != to_base64url(header)) return std::nullopt;
    auto claims = json::parse(from_base64(parts[1]).value()).value();
    const json::Reader reader(claims, "token");
    if (reader.required_text("aud") != audience ||
        reader.required_integer("nbf") > now() + leeway_seconds ||
        reader.required_integer("exp") < now() - leeway_seconds)
        return std::nullopt;
    return claims;
}

std::optional<Token> TokenIssuer::verify(std::string_view text) {
    const auto claims = open(text, service_);
    if (!claims) return std::nullopt;
    const json::Reader reader(*claims, "token");
    Token token{.subject = reader.required_text("sub"), .access = {}};
    for (const auto& each : reader.objects("access")) {
        token.access.push_back({.type = each.required_text("type"),
                                .name = each.required_text("name"),
                                .actions = Actions::parse(each.texts("actions")).value()});
    }
    return token;
}

std::string TokenIssuer::password_mark(const User& user) const {
    return sign(fmt::format("password of {}:{}", user.name, user.credential()));
}

std::string TokenIssuer::issue_refresh(const User& user) {
    return issue_pass(user, refresh_audience, now(), refresh_lifetime);
}

std::string TokenIssuer::issue_pass(const User& user, std::string_view part, std::int64_t login_at,
                                    std::chrono::seconds lasting) {
    const auto at = now();
    return seal({{"iss", "berth"},
                 {"sub", user.name},
                 {"aud", fmt::format("{}{}", service_, part)},
                 {"iat", at},
                 {"nbf", at},
                 {"exp", at + lasting.count()},
                 {"auth_time", login_at},
                 {"jti", random_hex_16()},
                 {"password", password_mark(user)}});
}

std::optional<TokenIssuer::Pass> TokenIssuer::verify_pass(std::string_view text,
                                                          std::string_view part, Users& users) {
    const auto claims = open(text, fmt::format("{}{}", service_, part));
    if (!claims) return std::nullopt;
    const json::Reader reader(*claims, "token");
    auto user = users.user(reader.required_text("sub"));
    if (!user || password_mark(*user) != reader.required_text("password")) return std::nullopt;
    return Pass{std::move(*user), reader.required_integer("auth_time")};
}

std::optional<User> TokenIssuer::verify_refresh(std::string_view text,
                                                const std::vector<User>& users) {
    const auto claims = open(text, service_ + refresh_audience);
    if (!claims) return std::nullopt;
    const json::Reader reader(*claims, "token");
    const auto name = reader.required_text("sub");
    for (const auto& user : users) {
        if (user.name == name && !user.disabled &&
            password_mark(user) == reader.required_text("password"))
            return user;
    }
    return std::nullopt;
}

} // namespace berth::access
