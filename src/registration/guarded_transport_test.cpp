#include "registration/guarded_transport.hpp"

#include "net/address_guard.hpp"
#include "registration/test_support.hpp"

using namespace berth;
using namespace berth::registration;
using namespace berth::registration::testing;

namespace {

/// Whatever the name of the host, its guard finds this address.
class Leading final : public net::HttpTransport {
public:
    explicit Leading(std::string address) : address_(std::move(address)) {}
    net::HttpResponse send(const net::HttpRequest& request, std::stop_token) override {
        throw net::AddressForbidden(request.url.origin, address_);
    }

private:
    std::string address_;
};

Refusal refusal_at(const std::string& address) {
    ManualClock clock;
    GuardedTransport transport(std::make_unique<Leading>(address), {}, clock, {});
    return refusal_of(
        [&] { transport.send({.url = net::Url::parse("https://192.0.2.7/v2/").value()}, {}); });
}

} // namespace

TEST_CASE("a name that leads elsewhere by the time of the connection is refused by its cause") {
    for (const auto* address : {"127.0.0.1", "::1", "169.254.169.254", "fe80::1"}) {
        CAPTURE(address);
        const auto refusal = refusal_at(address);
        CHECK(refusal.field == "address_forbidden");
        CHECK(refusal.says("192.0.2.7 is at"));
        CHECK(refusal.says(address));
    }
}
