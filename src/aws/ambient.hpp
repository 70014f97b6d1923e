// AmbientIdentity: who the machine under us is to AWS. Used only where an operator asks for it:
// never in place of keys that were given and failed.
#pragma once

#include "aws/credential_source.hpp"
#include "aws/environment.hpp"
#include "aws/profile_file.hpp"
#include "base/synchronized.hpp"

#include <memory>
#include <stop_token>
#include <string>
#include <vector>

namespace berth::aws {

/// The first of these that is configured, and no other, even if it fails: variables with keys; the
/// profile of AWS_PROFILE, else "default", of the shared files (keys, or a role with
/// source_profile, credential_source or a web identity token); a web identity of the environment;
/// a container's endpoint; EC2's metadata service. Any thread.
class AmbientIdentity final : public CredentialSource {
public:
    /// `sts`, `transport` and `clock` must outlive it. Give a transport with timeouts of a second
    /// or two and without proxy: EC2's metadata service does not answer elsewhere.
    AmbientIdentity(Environment environment, Sts& sts, net::HttpTransport& transport, Clock& clock);

    /// Throws usage for settings that contradict each other (a key without its secret, a profile
    /// that is not there), unsupported for a profile that wants a program or a browser.
    Credentials credentials(std::stop_token stop) override;
    void expired() override;
    /// Names what was found. Throws as credentials() does.
    std::string description() const override;
    std::string fingerprint() const override;

private:
    using Source = std::shared_ptr<CredentialSource>; ///< shared: renewed while others still use it
    Source source() const;
    Source find() const;
    Source from_variables() const;
    Source from_files() const;
    Source from_profile(const Profiles& profiles, const std::string& name,
                        std::vector<std::string> seen) const;
    Source role_of(const Profiles& profiles, const std::string& name,
                   std::vector<std::string> seen) const;
    Source from_credential_source(const std::string& name, const std::string& word) const;
    Source from_web_identity() const;
    Source container() const;
    Source instance() const;

    Environment environment_;
    Sts& sts_;
    net::HttpTransport& transport_;
    Clock& clock_;
    mutable Synchronized<Source> found_;
};

} // namespace berth::aws
