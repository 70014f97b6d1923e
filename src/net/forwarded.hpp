// Forwarded: whom a request comes from where proxies stand between.
//
// A proxy says in X-Forwarded-For whom it speaks for, and so may anybody. What is written there
// counts only if the connection comes from a proxy that the administrator trusts.
#pragma once

#include "base/result.hpp"
#include "net/http.hpp"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace berth::net {

/// Addresses with a common beginning. An IPv4 address written as IPv6 counts as IPv4.
class AddressRange {
public:
    /// "192.0.2.7", "10.0.0.0/8", "fd00::/8". Error usage.
    static Result<AddressRange> parse(std::string_view text);

    /// Whether `address`, a numeric one, is in the range; text that is no address is in none.
    bool contains(std::string_view address) const;

private:
    std::array<std::uint8_t, 16> bytes_{};
    unsigned bits_ = 0;
};

bool is_trusted(std::string_view address, const std::vector<AddressRange>& trusted);

struct Forwarded {
    std::string client; ///< a numeric address
    bool tls = false;   ///< between the client and the first of the proxies
    bool operator==(const Forwarded&) const = default;
};

/// X-Forwarded-For is read from its end: the first address that is not of a trusted proxy is the
/// client's. What is before it was written by the client and means nothing; so does everything
/// before an element that is no address, and all but the last 32. `peer` is where the connection
/// comes from.
Forwarded forwarded(const std::string& peer, bool tls, const Headers& headers,
                    const std::vector<AddressRange>& trusted);

} // namespace berth::net
