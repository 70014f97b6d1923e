// Reach: whether something that stays leads to a manifest.
#pragma once

#include "db/connection.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>

namespace berth::hosting {

/// Whether a tag stays, by its name and the time of its last push.
using TagStays = std::function<bool(std::string_view tag, std::int64_t updated_at)>;

/// For one repository at one moment: answers are remembered.
class Reach {
public:
    /// `before`: manifests that were pushed, or lost their tag, after this stay by themselves.
    Reach(db::Connection& connection, std::int64_t repository, std::int64_t before,
          TagStays tag_stays);

    /// Whether the manifest is young, has a tag that stays, is listed by an index that stays, or
    /// refers to a subject that stays. False if it is not there.
    bool stays(const std::string& manifest) { return stays(manifest, 0); }

private:
    bool stays(const std::string& manifest, int depth);
    bool decide(const std::string& manifest, int depth);
    bool has_tag(const std::string& manifest);
    bool has_parent(const std::string& manifest, int depth);

    db::Connection& connection_;
    std::int64_t repository_;
    std::int64_t before_;
    TagStays tag_stays_;
    std::map<std::string, bool> known_;
};

} // namespace berth::hosting
