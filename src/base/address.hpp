// What stands for the host behind a network address.
#pragma once

#include <string>
#include <string_view>

namespace berth {

/// What stands for an address where hosts are counted: an IPv6 one by its /64, since one host has
/// all of that; an IPv4 one that is written as IPv6 by itself; text that is no address unchanged.
std::string address_key(std::string_view peer);

} // namespace berth
