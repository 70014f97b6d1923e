#include "oidc/provider.hpp"

#include "base/base64url.hpp"
#include "base/text.hpp"
#include "oidc/failure.hpp"
#include "oidc/id_token.hpp"

#include <fmt/format.h>
#include <openssl/sha.h>

#include <array>

namespace berth::oidc {
namespace {

constexpr std::size_t longest_code = 4096;
constexpr std::size_t longest_subject = 255; // OpenID Connect Core, section 2
constexpr std::size_t most_groups = 10'000;

/// Holds a place among those that wait for a provider.
class Place {
public:
    Place(std::atomic<int>& taken, int most) : taken_(taken) {
        if (++taken_ <= most) return;
        --taken_;
        throw LoginFailure(Failure::busy, "too many logins by this provider at once");
    }
    ~Place() { --taken_; }
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;

private:
    std::atomic<int>& taken_;
};

std::string challenge_of(std::string_view verifier) {
    std::array<unsigned char, SHA256_DIGEST_LENGTH> hash{};
    SHA256(reinterpret_cast<const unsigned char*>(verifier.data()), verifier.size(), hash.data());
    return to_base64url({reinterpret_cast<const char*>(hash.data()), hash.size()});
}

/// RFC 6749 section 2.3.1: both are written as in a form before they are joined.
Secret basic_authorization(const std::string& id, const Secret& secret) {
    return Secret("Basic " +
                  to_base64(net::percent_encode(id) + ":" + net::percent_encode(secret.reveal())));
}

std::string described(std::string_view error, const std::optional<std::string>& description) {
    return description ? fmt::format("{} ({})", berth::quoted(error), berth::quoted(*description))
                       : berth::quoted(error);
}

/// Of RFC 6749, section 5.2.
std::string hint_for(std::string_view error) {
    if (error == "invalid_client" || error == "unauthorized_client")
        return "client_id or the client's secret in oidc.providers is not what the provider has";
    if (error == "invalid_grant")
        return "the code was used or too old, or the provider has another redirect address "
               "registered than this server's";
    return "the provider's log says more";
}

[[noreturn]] void throw_refused(const Answer& answer) {
    const auto parsed = json::parse(answer.body);
    std::string error = fmt::format("status {}", answer.status);
    std::optional<std::string> description;
    if (parsed && parsed->is_object()) {
        const auto& members = parsed->get_object();
        const auto text = [&](std::string_view key) -> std::optional<std::string> {
            const auto* value = members.if_contains(key);
            if (value == nullptr || !value->is_string()) return std::nullopt;
            return std::string(value->get_string());
        };
        error = text("error").value_or(error);
        description = text("error_description");
    }
    throw LoginFailure(Failure::refused,
                       "it gives no token for the code: " + described(error, description),
                       hint_for(error));
}

/// What the provider refused before anything was proved. RFC 6749 section 4.1.2.1.
[[noreturn]] void throw_returned(const Returned& returned) {
    const auto& error = *returned.error;
    const bool person = error == "access_denied" || error == "login_required" ||
                        error == "consent_required" || error == "interaction_required" ||
                        error == "account_selection_required";
    throw LoginFailure(person ? Failure::denied : Failure::refused,
                       "it answered " + described(error, returned.error_description),
                       person ? "" : hint_for(error));
}

void check_returned(const Attempt& attempt, const Returned& returned, const Discovery& found) {
    if (!equal_in_constant_time(returned.state.value_or(""), attempt.state))
        throw LoginFailure(Failure::stale, "the answer is not of a login that this browser began");
    const bool nameless = found.names_itself && !returned.issuer;
    if (nameless || returned.issuer.value_or(found.issuer) != found.issuer)
        throw LoginFailure(Failure::untrusted, "the answer is of another provider: its iss");
    if (returned.error) throw_returned(returned);
    if (!returned.code || returned.code->empty() || returned.code->size() > longest_code)
        throw LoginFailure(Failure::broken, "the answer has no code");
}

std::vector<std::string> texts_of(const json::Value* value) {
    std::vector<std::string> texts;
    if (value == nullptr) return texts;
    if (value->is_string()) texts.emplace_back(value->get_string());
    if (!value->is_array()) return texts;
    for (const auto& item : value->get_array())
        if (item.is_string() && texts.size() < most_groups) texts.emplace_back(item.get_string());
    return texts;
}

} // namespace

Provider::Provider(ProviderOptions options, std::unique_ptr<net::HttpTransport> transport,
                   Clock& clock)
    : options_(std::move(options)),
      clock_(clock),
      line_(std::move(transport), options_.ca_file),
      published_(options_.issuer, line_, clock) {
    static_cast<void>(discovery_address(options_.issuer));
}

std::string Provider::authorization_address(const Attempt& attempt, const std::stop_token& stop) {
    const Place place(logins_, most_logins);
    auto url = published_.discovery(stop).authorization;
    const auto add = [&](std::string_view key, std::string_view value) {
        net::add_query(url.query, key, value);
    };
    add("response_type", "code");
    add("client_id", options_.client_id);
    add("redirect_uri", attempt.redirect);
    add("scope", fmt::format("{}", fmt::join(options_.scopes, " ")));
    add("state", attempt.state);
    add("nonce", attempt.nonce);
    add("code_challenge", challenge_of(attempt.verifier));
    add("code_challenge_method", "S256");
    return url.text();
}

std::optional<std::string> Provider::log_out_address(std::string_view return_to,
                                                     const std::stop_token& stop) {
    const Place place(logins_, most_logins);
    auto url = published_.discovery(stop).end_session;
    if (!url) return std::nullopt;
    // Without the id_token, which is kept nowhere, the provider asks the person once more.
    net::add_query(url->query, "client_id", options_.client_id);
    net::add_query(url->query, "post_logout_redirect_uri", return_to);
    return url->text();
}

Claimed Provider::redeem(const Attempt& attempt, const Returned& returned,
                         const std::stop_token& stop) {
    const Place place(logins_, most_logins);
    const auto found = published_.discovery(stop);
    check_returned(attempt, returned, found);
    const auto tokens = exchange(found, attempt, *returned.code, stop);
    auto claims = verified(found, tokens.id_token, attempt.nonce, stop);
    if (lacks_claims(claims)) add_userinfo(claims, found, tokens.access_token, stop);
    return claimed(claims);
}

Provider::Tokens Provider::exchange(const Discovery& found, const Attempt& attempt,
                                    const std::string& code, const std::stop_token& stop) {
    std::string form;
    net::add_query(form, "grant_type", "authorization_code");
    net::add_query(form, "code", code);
    net::add_query(form, "redirect_uri", attempt.redirect);
    net::add_query(form, "code_verifier", attempt.verifier);
    Secret authorization;
    if (options_.client_secret.empty() || found.secret_in_body)
        net::add_query(form, "client_id", options_.client_id);
    if (!options_.client_secret.empty()) {
        if (found.secret_in_body)
            net::add_query(form, "client_secret", options_.client_secret.reveal());
        else
            authorization = basic_authorization(options_.client_id, options_.client_secret);
    }
    const auto answer =
        line_.post(found.token, std::move(form), std::move(authorization), "its token", stop);
    if (answer.status != 200) throw_refused(answer);
    try {
        const auto parsed = json::parse(answer.body).value();
        const json::Reader reader(parsed, "the answer to the code");
        return {reader.required_text("id_token"), Secret(reader.text("access_token").value_or(""))};
    } catch (const Error& error) {
        throw LoginFailure(Failure::broken, error.message());
    }
}

json::Value Provider::verified(const Discovery& found, const std::string& id_token,
                               const std::string& nonce, const std::stop_token& stop) {
    using Verdict = KeySet::Verdict;
    auto token = read_id_token(id_token);
    const auto verdict_of = [&](const KeySet& keys) {
        return keys.verify(token.algorithm, token.key_id, token.signed_text, token.signature);
    };
    auto verdict = verdict_of(published_.keys(stop));
    if (verdict == Verdict::unknown_key) verdict = verdict_of(published_.fresh_keys(stop));
    if (verdict != Verdict::good) {
        throw LoginFailure(Failure::untrusted,
                           fmt::format("the id_token has the key {} and the algorithm {}: {}",
                                       berth::quoted(token.key_id), token.algorithm,
                                       verdict == Verdict::bad ? "its signature is wrong"
                                                               : "the provider has no such key"));
    }
    check_claims(token.claims, {.issuer = found.issuer,
                                .client_id = options_.client_id,
                                .nonce = nonce,
                                .now = clock_.wall_now()});
    return std::move(token.claims);
}

bool Provider::lacks_claims(const json::Value& claims) const {
    const auto& members = claims.get_object();
    return !members.contains(options_.name_claim) || !members.contains(options_.role_claim);
}

/// Many providers put into the id_token only who it is, and the rest here.
void Provider::add_userinfo(json::Value& claims, const Discovery& found, const Secret& access_token,
                            const std::stop_token& stop) {
    if (!found.userinfo || access_token.empty()) return;
    const auto answer =
        line_.get(*found.userinfo, "its userinfo", stop, Secret("Bearer " + access_token.reveal()));
    const auto parsed = json::parse(answer.body);
    if (answer.status != 200 || !parsed || !parsed->is_object())
        throw LoginFailure(Failure::broken,
                           fmt::format("its userinfo: status {}, or no JSON", answer.status));
    const auto& more = parsed->get_object();
    auto& members = claims.get_object();
    const auto* ours = members.if_contains("sub");
    const auto* theirs = more.if_contains("sub");
    if (ours == nullptr || theirs == nullptr || *ours != *theirs)
        throw LoginFailure(Failure::untrusted, "its userinfo is of somebody else: its sub");
    for (const auto& name : {options_.name_claim, options_.role_claim})
        if (const auto* value = more.if_contains(name); value && !members.contains(name))
            members[name] = *value;
}

Claimed Provider::claimed(const json::Value& claims) const {
    const auto& members = claims.get_object();
    const auto text = [&](std::string_view key) {
        const auto* value = members.if_contains(key);
        return value != nullptr && value->is_string() ? std::string(value->get_string())
                                                      : std::string();
    };
    auto subject = text("sub");
    if (subject.empty() || subject.size() > longest_subject)
        throw LoginFailure(Failure::broken, "the id_token does not say whose it is: its sub");
    return {std::move(subject), text(options_.name_claim),
            texts_of(members.if_contains(options_.role_claim))};
}

} // namespace berth::oidc
