// What config.json says where an image says nothing: the values of `runc spec` (runc 1.1).
#pragma once

#include "base/json.hpp"

#include <string>
#include <string_view>

namespace berth::bundle {

enum class Privilege { root, rootless };

inline constexpr std::string_view default_path =
    "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/// Rootless: /sys is the host's, bound read-only; there are no cgroups to mount, and no group tty
/// to give terminals to.
json::Array default_mounts(Privilege privilege);
/// A fresh tmpfs that starts with what the image has there, so that the data of a volume is not
/// written to the root file system.
json::Object volume_mount(std::string_view destination);
/// Rootless: the host's network, as nobody but root could connect another. Without "user".
json::Array default_namespaces(Privilege privilege);
json::Object default_capabilities();
json::Array default_limits();
json::Object default_resources();
json::Array masked_paths();
json::Array readonly_paths();

} // namespace berth::bundle
