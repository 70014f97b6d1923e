// GuardedTransport: keeps requests away from addresses where registries must not be.
//
// A name that is harmless to read may be that of 127.0.0.1 or 169.254.169.254, and a registry may
// name such a one in a redirect or as its token service. The address is looked up before the
// request, for an answer that says what is wrong, and looked at again when the connection is made:
// a name may lead elsewhere by then.
#pragma once

#include "base/clock.hpp"
#include "base/synchronized.hpp"
#include "net/http.hpp"
#include "registration/endpoint.hpp"

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <string>

namespace berth::registration {

/// `inner` is to have a net::AddressGuard of the same policy. Any thread. `clock` must outlive
/// it.
class GuardedTransport final : public net::HttpTransport {
public:
    GuardedTransport(std::unique_ptr<net::HttpTransport> inner, EndpointPolicy policy, Clock& clock,
                     std::function<bool(const net::Origin&)> through_proxy);

    /// Errors: as the inner one's; CauseError address_forbidden (response_invalid), name_unknown
    /// and resolver_failed (unreachable).
    net::HttpResponse send(const net::HttpRequest& request, std::stop_token stop) override;

private:
    void check(const net::Origin& origin, std::stop_token stop);

    std::unique_ptr<net::HttpTransport> inner_;
    EndpointPolicy policy_;
    Clock& clock_;
    std::function<bool(const net::Origin&)> through_proxy_;
    /// Hosts that were fine, and when.
    Synchronized<std::map<std::string, std::chrono::steady_clock::time_point>> seen_;
};

/// Error CauseError address_forbidden for an address that the policy forbids.
void check_address(const EndpointPolicy& policy, const std::string& host,
                   const std::string& address);

} // namespace berth::registration
