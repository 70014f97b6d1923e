#include "bundle/whiteout.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "tree/entry_path.hpp"

#include <fmt/format.h>

namespace berth::bundle {
namespace {

constexpr std::string_view prefix = ".wh.";
constexpr std::string_view aufs_prefix = ".wh..wh.";
constexpr std::string_view opaque_name = ".wh..wh..opq";

} // namespace

Whiteout whiteout_of(std::string_view path) {
    if (path.find(prefix) == path.npos) return {};
    for (auto above = tree::parent_path(path); !above.empty(); above = tree::parent_path(above)) {
        const auto name = tree::leaf_name(above);
        if (name.starts_with(aufs_prefix)) return {Whiteout::Kind::aufs};
        if (name.starts_with(prefix)) {
            throw Error(ErrorCode::content_invalid,
                        fmt::format("{} is in a directory whose name is a whiteout's",
                                    berth::quoted(path)));
        }
    }
    const auto name = tree::leaf_name(path);
    if (!name.starts_with(prefix)) return {};
    if (name == opaque_name) return {Whiteout::Kind::opaque};
    if (name.starts_with(aufs_prefix)) return {Whiteout::Kind::aufs};
    const auto target = name.substr(prefix.size());
    if (target.empty() || target == "." || target == "..") {
        throw Error(ErrorCode::content_invalid,
                    fmt::format("the whiteout {} hides no name", berth::quoted(path)));
    }
    return {Whiteout::Kind::hide, std::string(target)};
}

void UpperPaths::add_with_parents(std::string_view path) {
    for (; !path.empty(); path = tree::parent_path(path)) add(path);
}

} // namespace berth::bundle
