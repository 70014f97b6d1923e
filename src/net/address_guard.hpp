// AddressGuard: where a transport may connect to, asked when a connection is made.
#pragma once

#include "base/error.hpp"
#include "net/http.hpp"

#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace berth::net {

/// Asked before each connection is made, with the origin that it is for and the numeric address
/// that it would go to; false keeps it from being made. So a name that leads elsewhere than a
/// moment ago is noticed. Not asked about a connection that is open already. Any thread.
using AddressGuard = std::function<bool(const Origin& origin, std::string_view address)>;

/// A guard said no. response_invalid: trying again is no use.
class AddressForbidden : public Error {
public:
    AddressForbidden(const Origin& origin, std::string address);
    const std::string& address() const noexcept { return address_; }

private:
    std::string address_;
};

/// As make_curl_transport(options), with a guard: its errors are AddressForbidden besides.
std::unique_ptr<HttpTransport> make_curl_transport(CurlOptions options, AddressGuard guard);

} // namespace berth::net
