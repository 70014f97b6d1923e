// For tests: a provider that lives in memory and signs with a key of its own.
#pragma once

#include "base/json.hpp"
#include "net/http.hpp"
#include "net/scripted_transport.hpp"
#include "oidc/provider.hpp"

#include <memory>
#include <string>
#include <string_view>

namespace berth::oidc::testing {

/// ES256, a key made when it is made.
class SigningKey {
public:
    explicit SigningKey(std::string id);
    ~SigningKey();
    SigningKey(const SigningKey&) = delete;
    SigningKey& operator=(const SigningKey&) = delete;

    /// The public part, as in a key set.
    json::Object jwk() const;
    std::string signed_token(const json::Object& claims, json::Object header = {}) const;

private:
    struct Key;
    std::string id_;
    std::unique_ptr<Key> key_;
};

struct TestProvider {
    static constexpr std::string_view issuer = "https://login.test/one";

    /// A transport that reaches this provider, which must outlive it.
    std::unique_ptr<net::HttpTransport> transport();
    /// Follows the address that a person is sent to, and logs them in. Gives the query that their
    /// browser brings back.
    std::string authorize(const std::string& address);

    std::unique_ptr<SigningKey> key = std::make_unique<SigningKey>("k1");
    /// Over those of a good token; null takes one away.
    json::Object changed_claims = {};
    json::Object header = {};
    json::Object discovery = {}; ///< likewise
    json::Object userinfo = {};
    bool down = false;
    int token_status = 200;
    std::int64_t now = 0; ///< Unix time of its clock
    int key_requests = 0;
    int requests = 0;
    std::string last_authorization = {};
    std::string last_form = {};

private:
    net::HttpResponse answer(const net::SentRequest& request);
    net::HttpResponse token(const net::SentRequest& request);

    std::string nonce_ = {};
    std::string challenge_ = {};
};

/// Its options, as a client of the TestProvider has them.
ProviderOptions test_options();

} // namespace berth::oidc::testing
