// Where a page wants to be led after a login.
#pragma once

#include <string>
#include <string_view>

namespace berth::api {

/// `wanted` if it is an address of the console on this server; otherwise "/registries". What a
/// browser could take for another server's is none: "//host", a backslash, control characters.
std::string return_path(std::string_view wanted);

} // namespace berth::api
