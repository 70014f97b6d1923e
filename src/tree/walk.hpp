// The component walk: how a name with symlinks, or with missing parts, becomes an open directory.
#pragma once

#include "base/unique_fd.hpp"
#include "tree/beneath.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace berth::tree {

enum class Missing { fail, make };

struct Walked {
    UniqueFd handle;
    std::string path;      ///< without symlinks
    bool replaced = false; ///< something that was no directory was removed on the way
};

/// Opens the directory `path` below `root` one component at a time, never letting the kernel
/// follow a symlink. ".." is understood, as it comes from the targets of symlinks. Nothing when a
/// part is missing (or no directory) and `missing` is fail. Errors as Root's.
std::optional<Walked> walk(int root, std::string_view path, Missing missing,
                           const RootOptions& options);

/// The same for a name that is known to have no symlinks; empty with errno set on failure.
UniqueFd open_components(int root, std::string_view path);

/// The target of the symlink `name`, or nothing if it is no symlink.
std::optional<std::string> read_link(int directory, const std::string& name);

} // namespace berth::tree
