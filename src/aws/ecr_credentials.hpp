// EcrCredentials: passwords for ECR's registries, kept until shortly before they end.
#pragma once

#include "aws/ecr_client.hpp"
#include "aws/ecr_host.hpp"
#include "aws/renewing.hpp"
#include "base/synchronized.hpp"
#include "registry/credentials.hpp"

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

namespace berth::aws {

/// Authorization tokens by principal, partition, region and kind of registry: one call for each,
/// however many accounts, repositories and threads use it. In memory only. Any thread.
class TokenCache {
public:
    /// `warn` is told of renewals that failed while the old token was good. May be empty.
    explicit TokenCache(Api& api, std::function<void(const Error&)> warn = {});

    /// A token that has not expired; refreshed from half of its life on. Throws AWS's own error.
    AuthorizationToken token(const std::shared_ptr<CredentialSource>& source, const EcrHost& host,
                             std::stop_token stop);
    /// A registry says that `password` has expired: it is forgotten, unless it was renewed
    /// meanwhile.
    void expired(const CredentialSource& source, const EcrHost& host, const Secret& password);

private:
    using Held = Renewing<AuthorizationToken>;
    std::shared_ptr<Held> held(const std::string& key);

    Api& api_;
    std::function<void(const Error&)> warn_;
    Synchronized<std::map<std::string, std::shared_ptr<Held>>> held_; ///< shared with those waiting
};

/// The credential of one registered ECR registry, in all its regions.
class EcrCredentials final : public registry::CredentialProvider {
public:
    /// `cache` must outlive it. `source` is nullptr for an un-protected ECR Public, which is
    /// anonymous. `account` bounds it to registries of that account; empty for any. `stop` ends
    /// all waiting.
    EcrCredentials(TokenCache& cache, std::shared_ptr<CredentialSource> source,
                   std::string account = {}, std::stop_token stop = {});

    /// Nothing for hosts that are not ECR's or of another account. Throws Error unauthorized for a
    /// private registry without a source: it is never anonymous.
    std::optional<registry::Credential> credential_for(std::string_view registry,
                                                       std::string_view repository) override;
    bool renews() const override { return source_ != nullptr; }
    void expired(std::string_view registry, const registry::Credential& rejected) override;

private:
    std::optional<EcrHost> own(std::string_view registry) const;

    TokenCache& cache_;
    std::shared_ptr<CredentialSource> source_;
    std::string account_;
    std::stop_token stop_;
};

} // namespace berth::aws
