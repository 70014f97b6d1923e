// The owner that a file would have had, as an attribute: "user.rootlesscontainers".
//
// Where all files are the caller's, tools that emulate or repack (umoci, PRoot) read the image's
// ids from it. The value is the protocol buffer `Resource { uint32 uid = 1; uint32 gid = 2; }` of
// rootlesscontaine.rs, in which 2^32 - 1 means "not changed".
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace berth::bundle {

inline constexpr std::string_view rootless_owner_attribute = "user.rootlesscontainers";

std::string rootless_owner(std::uint32_t uid, std::uint32_t gid);

} // namespace berth::bundle
