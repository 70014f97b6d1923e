// The config.json of a bundle: an image's config in the runtime specification's words.
//
// Follows image-spec conversion.md; what the image does not say is as `runc spec` has it (or `runc
// spec --rootless`), except that no terminal is asked for and the root is writable, so that `runc
// run` works from a script as it is.
#pragma once

#include "base/json.hpp"
#include "bundle/unpack.hpp"
#include "bundle/user.hpp"
#include "bundle/warnings.hpp"
#include "oci/manifest.hpp"

#include <cstdint>
#include <map>
#include <string>

namespace berth::bundle {

/// What the image has where a volume will be: the volume starts with the same owner and mode.
struct VolumeSeed {
    std::uint32_t uid; ///< in the container
    std::uint32_t gid;
    std::uint32_t mode;
};

struct RuntimeOptions {
    bool rootless = false; ///< a user namespace, no cgroups, the host's network
    std::vector<IdRange> uid_map = {};
    std::vector<IdRange> gid_map = {};
    /// Who unpacks: container root when rootless without maps.
    std::uint32_t caller_uid = 0;
    std::uint32_t caller_gid = 0;
    /// By the volume's name in the image's config; those without a directory are absent.
    std::map<std::string, VolumeSeed> volumes = {};
};

/// A map without the id of the image's user makes it run as container root, with a warning. A
/// volume at "/" and an environment entry without a name are Error content_invalid.
json::Value runtime_config(const oci::ImageConfig& image, const RuntimeUser& user,
                           const RuntimeOptions& options, Warnings& warnings);

} // namespace berth::bundle
