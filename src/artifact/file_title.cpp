#include "artifact/file_title.hpp"

#include "base/staging_directory.hpp"
#include "base/text.hpp"
#include "tree/entry_path.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace berth::artifact {
namespace {

Error refused(std::string_view title, std::string_view why) {
    return Error(ErrorCode::content_invalid,
                 fmt::format("the title {} cannot be a file name: {}", berth::quoted(title), why));
}

/// quoted() changes exactly what could steer a terminal; quotes and backslashes are harmless.
bool is_printable(std::string_view text) {
    std::string plain;
    for (const char c : text) plain += c == '"' || c == '\\' ? '_' : c;
    constexpr std::size_t piece = 150;
    for (std::size_t start = 0; start < plain.size();) {
        std::size_t end = std::min(start + piece, plain.size());
        while (end < plain.size() && (static_cast<unsigned char>(plain[end]) & 0xC0) == 0x80) ++end;
        const auto part = std::string_view(plain).substr(start, end - start);
        if (berth::quoted(part) != fmt::format("\"{}\"", part)) return false;
        start = end;
    }
    return true;
}

} // namespace

Result<std::string> file_title(std::string_view title) {
    if (title.starts_with('/')) return refused(title, "it is absolute");
    if (!is_printable(title)) return refused(title, "it has characters that cannot be printed");
    auto path = tree::entry_path(title);
    if (path.has_error()) return refused(title, path.error().message());
    if (path->empty()) return refused(title, "it names nothing");
    for (const auto part : split(*path, '/'))
        if (StagingDirectory::is_staging_name(part))
            return refused(title, "such names are kept for unfinished files");
    return path;
}

void refuse_collisions(const std::vector<std::string>& paths) {
    std::set<std::string_view> known;
    for (const std::string& path : paths) {
        if (known.insert(path).second) continue;
        throw Error(ErrorCode::content_invalid,
                    fmt::format("two layers have the title {}", berth::quoted(path)));
    }
    for (const std::string& path : paths) {
        auto parent = tree::parent_path(path);
        for (; !parent.empty(); parent = tree::parent_path(parent)) {
            if (known.find(parent) == known.end()) continue;
            throw Error(ErrorCode::content_invalid,
                        fmt::format("the titles {} and {} cannot both be there",
                                    berth::quoted(parent), berth::quoted(path)));
        }
    }
}

} // namespace berth::artifact
