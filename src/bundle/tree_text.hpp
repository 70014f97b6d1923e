// A directory tree as text, one line per thing, for comparing in tests.
#pragma once

#include "base/file.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

namespace berth::bundle {

inline std::string status_text(const std::filesystem::path& path) {
    struct stat status {};
    if (::lstat(path.c_str(), &status) != 0) return "missing";
    std::string text = fmt::format("{:o} {}:{} {}.{:09} {}", status.st_mode, status.st_uid,
                                   status.st_gid, status.st_mtim.tv_sec, status.st_mtim.tv_nsec,
                                   S_ISDIR(status.st_mode) ? 0 : status.st_nlink);
    if (S_ISREG(status.st_mode))
        text += fmt::format(
            " {} {}", status.st_size,
            status.st_size < (1 << 20) ? read_file(path, 1 << 20) : std::string("large"));
    if (S_ISLNK(status.st_mode)) text += " -> " + std::filesystem::read_symlink(path).string();
    if (S_ISCHR(status.st_mode) || S_ISBLK(status.st_mode))
        text += fmt::format(" {:x}", status.st_rdev);
    char names[65536];
    const auto length = ::llistxattr(path.c_str(), names, sizeof names);
    for (const char* name = names; length > 0 && name < names + length;
         name += std::char_traits<char>::length(name) + 1) {
        char value[65536];
        const auto size = ::lgetxattr(path.c_str(), name, value, sizeof value);
        text += fmt::format(
            " {}={}", name,
            to_hex(std::as_bytes(std::span(value, size > 0 ? static_cast<std::size_t>(size) : 0))));
    }
    return text;
}

/// Sorted lines "path: type and mode, owner, time, links, content".
inline std::vector<std::string> tree_text(const std::filesystem::path& root) {
    std::vector<std::string> lines{".: " + status_text(root)};
    for (const auto& entry : std::filesystem::recursive_directory_iterator(root)) {
        lines.push_back(std::filesystem::relative(entry.path(), root).string() + ": " +
                        status_text(entry.path()));
    }
    std::sort(lines.begin(), lines.end());
    return lines;
}

/// Only the paths, parted by spaces.
inline std::string paths_text(const std::filesystem::path& root) {
    std::vector<std::string> paths;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(root))
        paths.push_back(entry.path().lexically_relative(root).string());
    std::sort(paths.begin(), paths.end());
    return fmt::format("{}", fmt::join(paths, " "));
}

} // namespace berth::bundle
