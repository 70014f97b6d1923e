#include "tree/entry_path.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <climits>

namespace berth::tree {
namespace {

Error refused(std::string_view name, std::string_view reason) {
    return Error(ErrorCode::content_invalid,
                 fmt::format("the name {} {}", berth::quoted(name), reason));
}

} // namespace

Result<std::string> entry_path(std::string_view name) {
    if (name.empty()) return Error(ErrorCode::content_invalid, "an entry has an empty name");
    if (name.find('\0') != name.npos) return refused(name, "contains a zero byte");
    std::string path;
    path.reserve(name.size());
    for (std::size_t start = 0; start < name.size();) {
        const auto end = std::min(name.find('/', start), name.size());
        const auto component = name.substr(start, end - start);
        start = end + 1;
        if (component.empty() || component == ".") continue;
        if (component == "..") return refused(name, "contains \"..\", which could lead outside");
        if (component.size() > NAME_MAX) return refused(name, "has a part longer than 255 bytes");
        if (!path.empty()) path += '/';
        path += component;
    }
    if (path.size() >= PATH_MAX) return refused(name, "is longer than 4095 bytes");
    return path;
}

std::string_view parent_path(std::string_view path) noexcept {
    const auto slash = path.rfind('/');
    return slash == path.npos ? std::string_view{} : path.substr(0, slash);
}

std::string_view leaf_name(std::string_view path) noexcept {
    const auto slash = path.rfind('/');
    return slash == path.npos ? path : path.substr(slash + 1);
}

std::string join(std::string_view directory, std::string_view name) {
    std::string path;
    path.reserve(directory.size() + 1 + name.size());
    path += directory;
    if (!directory.empty()) path += '/';
    path += name;
    return path;
}

} // namespace berth::tree
