// Whiteouts: entries that hide what lower layers put there (image-spec layer.md "Whiteouts").
#pragma once

#include <string>
#include <string_view>
#include <unordered_set>

namespace berth::bundle {

struct Whiteout {
    enum class Kind {
        none,   ///< an ordinary entry
        hide,   ///< ".wh.name": `target` of lower layers is not to be seen
        opaque, ///< ".wh..wh..opq": nothing of lower layers in this directory is to be seen
        aufs,   ///< ".wh..wh.": AUFS' own notes, of no meaning here
    };
    Kind kind = Kind::none;
    std::string target = {};
};

/// Reads the entry path (tree::entry_path's form). ".wh." alone, a whiteout of "." or "..", and
/// entries inside a directory that is a whiteout's name are Error content_invalid: they would
/// show, or hide something outside.
Whiteout whiteout_of(std::string_view path);

/// The paths that the present layer has put there, which its own whiteouts do not hide, whatever
/// the order of the archive. Holds one hash per path: 40 bytes for each entry of a layer.
class UpperPaths {
public:
    void clear() { hashes_.clear(); }
    /// `path` and all directories above it.
    void add_with_parents(std::string_view path);
    void add(std::string_view path) { hashes_.insert(std::hash<std::string_view>()(path)); }
    bool contains(std::string_view path) const {
        return hashes_.contains(std::hash<std::string_view>()(path));
    }

private:
    std::unordered_set<std::size_t> hashes_;
};

} // namespace berth::bundle
