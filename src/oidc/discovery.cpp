#include "oidc/discovery.hpp"

#include "base/json.hpp"
#include "base/text.hpp"
#include "oidc/failure.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace berth::oidc {
namespace {

net::Url endpoint(std::string_view key, const std::string& text, bool tls) {
    auto url = net::Url::parse(text);
    if (!url)
        throw LoginFailure(Failure::broken, fmt::format("its {} is {}, which is no address", key,
                                                        berth::quoted(text)));
    if (tls && url->origin.scheme != "https")
        throw LoginFailure(Failure::broken,
                           fmt::format("its {} is {}, without TLS, though the issuer has it", key,
                                       berth::quoted(text)));
    return *url;
}

/// The default of the specification is HTTP Basic.
bool wants_secret_in_body(const json::Reader& reader) {
    const auto methods = reader.texts("token_endpoint_auth_methods_supported");
    const auto has = [&](std::string_view name) {
        return std::find(methods.begin(), methods.end(), name) != methods.end();
    };
    return has("client_secret_post") && !has("client_secret_basic");
}

Discovery read(const json::Reader& reader, std::string_view issuer) {
    Discovery found;
    found.issuer = reader.required_text("issuer");
    if (found.issuer != issuer) {
        throw LoginFailure(Failure::broken,
                           fmt::format("it calls itself {}, and oidc.providers has the issuer {}",
                                       berth::quoted(found.issuer), berth::quoted(issuer)),
                           "both must be the same, to the last slash");
    }
    const bool tls = issuer.starts_with("https:");
    const auto required = [&](std::string_view key) {
        return endpoint(key, reader.required_text(key), tls);
    };
    found.authorization = required("authorization_endpoint");
    found.token = required("token_endpoint");
    found.keys = required("jwks_uri");
    if (const auto text = reader.text("userinfo_endpoint"))
        found.userinfo = endpoint("userinfo_endpoint", *text, tls);
    // Nobody's login depends on it: one that cannot be used is none.
    if (auto url = net::Url::parse(reader.text("end_session_endpoint").value_or(""));
        url && (!tls || url->origin.scheme == "https"))
        found.end_session = std::move(*url);
    found.secret_in_body = wants_secret_in_body(reader);
    found.names_itself =
        reader.boolean("authorization_response_iss_parameter_supported").value_or(false);
    return found;
}

} // namespace

net::Url discovery_address(std::string_view issuer) {
    auto url = net::Url::parse(issuer);
    if (!url || !url->query.empty() || issuer.find('#') != issuer.npos) {
        throw Error(ErrorCode::usage, fmt::format("{} cannot be an issuer", berth::quoted(issuer)))
            .set_hint(
                "an issuer is an address as https://login.example.com/realms/one, without a "
                "query");
    }
    if (url->path.ends_with('/')) url->path.pop_back();
    url->path += "/.well-known/openid-configuration";
    return *url;
}

Discovery read_discovery(std::string_view document, std::string_view issuer) {
    try {
        const auto parsed = json::parse(document).value();
        return read(json::Reader(parsed, ""), issuer);
    } catch (const LoginFailure&) {
        throw;
    } catch (const Error& error) {
        throw LoginFailure(Failure::broken, error.message());
    }
}

} // namespace berth::oidc
