// CredentialProvider: who we are to a registry.
#pragma once

#include "base/secret.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace berth::registry {

/// A user name and password, or an identity token (Docker's "identitytoken": an OAuth2 refresh
/// token), or a ready bearer token.
struct Credential {
    std::string user = {};
    Secret password = {};
    Secret identity_token = {};
    Secret registry_token = {};
};

class CredentialProvider {
public:
    virtual ~CredentialProvider() = default;
    /// The credential for a repository of a registry, or nothing for anonymous. `registry` is
    /// "host" or "host:port", `repository` may be empty. Errors only for a source that is there
    /// but broken. Any thread.
    virtual std::optional<Credential> credential_for(std::string_view registry,
                                                     std::string_view repository) = 0;
    /// Whether expired() can help.
    virtual bool renews() const { return false; }
    /// The registry says that a credential has expired, although it should not have: the next
    /// credential_for() gets another one. Any thread.
    virtual void expired(std::string_view registry, const Credential& rejected) {
        static_cast<void>(registry);
        static_cast<void>(rejected);
    }
};

class NoCredentials final : public CredentialProvider {
public:
    std::optional<Credential> credential_for(std::string_view, std::string_view) override {
        return std::nullopt;
    }
};

/// The same credential for one registry host, nothing for others.
class StaticCredential final : public CredentialProvider {
public:
    StaticCredential(std::string registry, Credential credential)
        : registry_(std::move(registry)), credential_(std::move(credential)) {}
    std::optional<Credential> credential_for(std::string_view registry,
                                             std::string_view repository) override;

private:
    std::string registry_;
    Credential credential_;
};

} // namespace berth::registry
