#include "registration/guarded_transport.hpp"

#include "net/address_guard.hpp"
#include "registration/cause.hpp"
#include "registration/probe.hpp"

#include <fmt/format.h>

namespace berth::registration {
namespace {

constexpr std::chrono::seconds believed_for{10};
constexpr std::size_t seen_limit = 256;

} // namespace

void check_address(const EndpointPolicy& policy, const std::string& host,
                   const std::string& address) {
    if (may_be_at(policy, address)) return;
    // Not "denied": that is what a registry says.
    throw CauseError(ErrorCode::response_invalid, "address_forbidden",
                     fmt::format("{} is at {}, where registries must not be", host, address),
                     "the administrator can allow loopback or link-local addresses for this "
                     "installation");
}

GuardedTransport::GuardedTransport(std::unique_ptr<net::HttpTransport> inner, EndpointPolicy policy,
                                   Clock& clock,
                                   std::function<bool(const net::Origin&)> through_proxy)
    : inner_(std::move(inner)),
      policy_(policy),
      clock_(clock),
      through_proxy_(std::move(through_proxy)) {}

net::HttpResponse GuardedTransport::send(const net::HttpRequest& request, std::stop_token stop) {
    const auto& origin = request.url.origin;
    check(origin, stop);
    try {
        return inner_->send(request, std::move(stop));
    } catch (const net::AddressForbidden& error) {
        // By its guard: the name leads elsewhere by now.
        check_address(policy_, origin.host, error.address());
        throw;
    }
}

void GuardedTransport::check(const net::Origin& origin, std::stop_token stop) {
    if (policy_.loopback && policy_.link_local) return;
    if (through_proxy_ && through_proxy_(origin)) return;
    const auto now = clock_.now();
    const bool known = seen_.with([&](auto& seen) {
        const auto found = seen.find(origin.host);
        return found != seen.end() && now - found->second < believed_for;
    });
    if (known) return;
    for (const Address& address : resolve(origin.host, std::move(stop)))
        check_address(policy_, origin.host, address);
    seen_.with([&](auto& seen) {
        if (seen.size() >= seen_limit) seen.clear();
        seen.insert_or_assign(origin.host, now);
    });
}

} // namespace berth::registration
