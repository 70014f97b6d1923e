// The user of an image's config, looked up in the image's own /etc/passwd and /etc/group.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace berth::bundle {

struct RuntimeUser {
    std::uint32_t uid = 0;
    std::uint32_t gid = 0;
    std::vector<std::uint32_t> additional_gids;
    std::string home = "/";
};

/// `user` is "", "user", "uid", "user:group", "uid:gid", "uid:group" or "user:gid"
/// (image-spec config.md "User"). `passwd` and `group` are the files' text, empty where the image
/// has none; lines that make no sense are passed over. Without a group in `user`, the group and
/// the further groups of the user apply. Ids go to 2^31 - 1. Unknown names are Error
/// content_invalid.
RuntimeUser resolve_user(std::string_view user, std::string_view passwd, std::string_view group);

} // namespace berth::bundle
