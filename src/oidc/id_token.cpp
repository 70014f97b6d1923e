#include "oidc/id_token.hpp"

#include "base/secret.hpp"
#include "base/text.hpp"
#include "oidc/failure.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace berth::oidc {
namespace {

std::string decoded(std::string_view part) {
    auto bytes = from_base64(part);
    if (!bytes) throw LoginFailure(Failure::broken, "the id_token is not in base64url");
    return std::move(*bytes);
}

json::Value object_in(std::string_view part) {
    auto value = json::parse(decoded(part));
    if (!value || !value->is_object())
        throw LoginFailure(Failure::broken, "a part of the id_token is no JSON object");
    return std::move(*value);
}

void check_audience(const json::Reader& reader, const Expected& expected) {
    const auto* value = reader.find("aud");
    const auto audiences = value != nullptr && value->is_string()
                               ? std::vector<std::string>{reader.required_text("aud")}
                               : reader.texts("aud");
    const bool ours =
        std::find(audiences.begin(), audiences.end(), expected.client_id) != audiences.end();
    const auto party = reader.text("azp");
    const bool shared = audiences.size() > 1 && !party;
    if (ours && !shared && party.value_or(std::string(expected.client_id)) == expected.client_id)
        return;
    const auto whom = party ? *party : audiences.empty() ? std::string() : audiences.front();
    throw LoginFailure(
        Failure::audience,
        fmt::format("the id_token is for {}, and we are {}", berth::quoted(whom),
                    berth::quoted(expected.client_id)),
        "client_id in oidc.providers must be what the provider has this server registered as");
}

void check_times(const json::Reader& reader, const Expected& expected) {
    using namespace std::chrono;
    const auto now = duration_cast<seconds>(expected.now.time_since_epoch()).count();
    const auto leeway = clock_leeway.count();
    const auto ends = reader.required_integer("exp");
    const auto issued = reader.integer("iat").value_or(now);
    const auto begins = std::max(issued, reader.integer("nbf").value_or(issued));
    const std::string hint = "set the clocks of this server and of the provider (chrony, ntp)";
    // Compared without arithmetic on what the token says, which could overflow.
    if (begins > now + leeway)
        throw LoginFailure(Failure::clock,
                           fmt::format("the id_token begins at {}, and it is {} here", begins, now),
                           hint);
    if (ends < now - leeway)
        throw LoginFailure(Failure::clock,
                           fmt::format("the id_token ended at {}, and it is {} here", ends, now),
                           hint);
}

void check(const json::Reader& reader, const Expected& expected) {
    const auto issuer = reader.required_text("iss");
    if (issuer != expected.issuer)
        throw LoginFailure(Failure::untrusted,
                           fmt::format("the id_token is of {}, not of {}", berth::quoted(issuer),
                                       berth::quoted(expected.issuer)));
    check_audience(reader, expected);
    check_times(reader, expected);
    if (!equal_in_constant_time(reader.text("nonce").value_or(""), expected.nonce))
        throw LoginFailure(Failure::untrusted, "the id_token is of another login: its nonce");
}

} // namespace

IdToken read_id_token(std::string_view text) {
    const auto parts = split(text, '.');
    if (text.size() > longest_id_token || parts.size() != 3)
        throw LoginFailure(Failure::broken, "the id_token is not of three parts, or too long");
    const auto header = object_in(parts[0]);
    IdToken token;
    try {
        const json::Reader reader(header, "header");
        token.algorithm = reader.required_text("alg");
        token.key_id = reader.text("kid").value_or("");
        if (reader.find("crit") != nullptr)
            throw LoginFailure(Failure::untrusted, "the id_token asks for an extension (crit)");
    } catch (const LoginFailure&) {
        throw;
    } catch (const Error& error) {
        throw LoginFailure(Failure::broken, "the id_token: " + error.message());
    }
    if (token.algorithm != "RS256" && token.algorithm != "ES256")
        throw LoginFailure(Failure::untrusted,
                           fmt::format("the id_token is signed by {}; RS256 and ES256 are taken",
                                       berth::quoted(token.algorithm)),
                           "set one of them for this client at the provider");
    token.signed_text = std::string(text.substr(0, parts[0].size() + 1 + parts[1].size()));
    token.signature = decoded(parts[2]);
    token.claims = object_in(parts[1]);
    return token;
}

void check_claims(const json::Value& claims, const Expected& expected) {
    try {
        check(json::Reader(claims, "id_token"), expected);
    } catch (const LoginFailure&) {
        throw;
    } catch (const Error& error) {
        throw LoginFailure(Failure::broken, error.message());
    }
}

} // namespace berth::oidc
