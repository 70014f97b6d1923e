// Cloud: what all registries at AWS share: one way to call it, the identity of this machine, and
// the sessions and tokens that are kept while they are good. Two registrations with the same role
// cost one session.
#pragma once

#include "aws/ambient.hpp"
#include "aws/api.hpp"
#include "aws/ecr_credentials.hpp"
#include "aws/environment.hpp"
#include "aws/sts.hpp"
#include "base/clock.hpp"
#include "base/synchronized.hpp"
#include "net/http.hpp"

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace berth::aws {

struct CloudOptions {
    /// AWS_* and HOME. Endpoints, region, AWS_CA_BUNDLE and the machine's identity come from it.
    Environment environment = {};
    /// Between attempts of a call that was throttled or failed, doubling.
    std::chrono::milliseconds first_wait{500};
    /// As ApiOptions has it.
    std::chrono::milliseconds patience{0};
    /// Told of renewals that failed while what is held was still good. May be empty.
    std::function<void(const Error&)> warn = {};
};

/// Any thread.
class Cloud {
public:
    /// `calls` reaches AWS. `nearby` reaches ECS's and EC2's metadata services: without proxy, with
    /// timeouts of a second or two. `clock` must outlive it. Error usage for variables that are
    /// neither true nor false.
    Cloud(std::unique_ptr<net::HttpTransport> calls, std::unique_ptr<net::HttpTransport> nearby,
          Clock& clock, CloudOptions options);

    Api& api() { return api_; }
    Clock& clock() { return clock_; }
    TokenCache& tokens() { return tokens_; }
    /// The service in that region, and where it does not answer, in the others; the reference stays
    /// good.
    Sts& sts(const std::string& region, const std::vector<std::string>& others = {});
    /// The environment's region, "us-east-1" if it names none.
    const std::string& home_region() const { return home_region_; }

    /// Who this machine is to AWS. For roles that trust it, never in place of keys that failed.
    const std::shared_ptr<CredentialSource>& machine() const { return machine_; }
    /// The role, assumed with `source` at `service`. The same request gives the same session.
    std::shared_ptr<CredentialSource> role(std::shared_ptr<CredentialSource> source,
                                           const RoleRequest& request, Sts& service);

private:
    using Services = std::map<std::string, std::unique_ptr<Sts>>;
    using Roles = std::map<std::string, std::shared_ptr<CredentialSource>>; ///< shared with users

    std::unique_ptr<net::HttpTransport> calls_;
    std::unique_ptr<net::HttpTransport> nearby_;
    Clock& clock_;
    std::function<void(const Error&)> warn_;
    Api api_;
    TokenCache tokens_;
    std::string home_region_;
    Synchronized<Services> services_;
    std::shared_ptr<CredentialSource> machine_; ///< shared: the source of many roles
    Synchronized<Roles> roles_;
};

} // namespace berth::aws
