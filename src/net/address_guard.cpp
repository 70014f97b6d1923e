#include "net/address_guard.hpp"

#include <fmt/format.h>

namespace berth::net {

AddressForbidden::AddressForbidden(const Origin& origin, std::string address)
    : Error(ErrorCode::response_invalid,
            fmt::format("{} is at {}, where no connection may be made", origin.text(), address)),
      address_(std::move(address)) {}

} // namespace berth::net
