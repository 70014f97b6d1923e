// CredentialSource: where the keys of a call come from. There is no chain from one source to the
// next: keys that were given and fail do not turn into somebody else's.
#pragma once

#include "aws/credentials.hpp"
#include "aws/renewing.hpp"
#include "aws/sts.hpp"

#include <functional>
#include <memory>
#include <stop_token>
#include <string>

namespace berth::aws {

class CredentialSource {
public:
    virtual ~CredentialSource() = default;
    /// Credentials that are valid now. Any thread. Throws AwsError, or Error naming the source.
    virtual Credentials credentials(std::stop_token stop) = 0;
    /// AWS said that they have expired: the next call asks anew.
    virtual void expired() {}
    /// For a person: "access key AKIA…".
    virtual std::string description() const = 0;
    /// Names the principal in keys of caches; another secret is another principal. A one-way hash.
    virtual std::string fingerprint() const = 0;
};

/// A user's access key, or temporary keys that somebody else renews.
class StaticKeys final : public CredentialSource {
public:
    /// Throws what check_credentials() throws.
    explicit StaticKeys(Credentials credentials);
    Credentials credentials(std::stop_token) override { return credentials_; }
    std::string description() const override;
    std::string fingerprint() const override;

private:
    Credentials credentials_;
};

/// A role, assumed with the credentials of another source, and again before its session ends.
class AssumedRole final : public CredentialSource {
public:
    /// `sts` and `clock` must outlive it. Throws what check_role() throws. A session that is
    /// assumed from another role's session lasts an hour at most: the request is shortened.
    AssumedRole(std::shared_ptr<CredentialSource> source, Sts& sts, RoleRequest request,
                Clock& clock, Renewing<Credentials>::Warn warn = {});
    Credentials credentials(std::stop_token stop) override;
    void expired() override;
    std::string description() const override;
    std::string fingerprint() const override;

private:
    Credentials assume(std::stop_token stop);
    Credentials assume_from(const Credentials& source, std::stop_token stop);

    std::shared_ptr<CredentialSource> source_; ///< shared: one ambient identity, many roles
    Sts& sts_;
    RoleRequest request_;
    Renewing<Credentials> held_;
};

/// A role assumed with an OIDC token from a file, which is read at each renewal.
class WebIdentity final : public CredentialSource {
public:
    WebIdentity(Sts& sts, RoleRequest request, std::string token_file, Clock& clock);
    Credentials credentials(std::stop_token stop) override;
    void expired() override { held_.drop(); }
    std::string description() const override;
    std::string fingerprint() const override;

private:
    Sts& sts_;
    RoleRequest request_;
    std::string token_file_;
    Renewing<Credentials> held_;
};

/// How sessions that we open are renewed: in the last half minute of an hour, so that an hour costs
/// one call. One that AWS calls expired all the same, for a clock that is off, is opened anew.
inline constexpr RenewalPolicy session_renewal{.early = 119.0 / 120,
                                               .mandatory = std::chrono::seconds(30)};
/// Those that something hands out, which it renews by itself well before their end.
inline constexpr RenewalPolicy handed_out_renewal{.early = 0.75,
                                                  .mandatory = std::chrono::minutes(10)};

} // namespace berth::aws
