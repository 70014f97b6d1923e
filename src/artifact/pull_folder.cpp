#include "artifact/pull_folder.hpp"

#include "base/source.hpp"
#include "base/text.hpp"
#include "codec/decompress.hpp"
#include "codec/tar_reader.hpp"
#include "codec/verifying_source.hpp"
#include "tree/entry_path.hpp"
#include "tree/extract.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace berth::artifact {
namespace {

constexpr std::uint64_t gib = std::uint64_t{1} << 30;

/// Folders of any size may be packed, but a small layer must not fill the disk.
tree::ExtractLimits limits_for(const oci::Descriptor& layer) {
    const std::uint64_t by_ratio = std::min(layer.size, 1024 * gib) * 200;
    return {.total_bytes = std::max(gib, by_ratio), .entries = 1'000'000};
}

std::unique_ptr<Source> open_archive(UniqueFd file, const oci::Descriptor& layer,
                                     const std::string& path, std::uint64_t limit) {
    auto archive =
        codec::decompress(std::make_unique<FileSource>(std::move(file), 0, layer.size), {});
    const auto noted = layer.annotations.find("io.deis.oras.content.digest");
    if (noted == layer.annotations.end()) return archive;
    auto digest = oci::Digest::parse(noted->second);
    if (digest.has_error())
        throw Error(ErrorCode::content_invalid,
                    fmt::format("annotation {} {}", noted->first, digest.error().message()));
    return std::make_unique<codec::DigestCheckingSource>(
        std::move(archive), *digest, limit, fmt::format("folder {}", berth::quoted(path)));
}

void accept_below(const std::string& path, const codec::TarEntry& entry) {
    const auto name = tree::entry_path(entry.path).value();
    // The directories above it may be listed too.
    const bool above =
        entry.type == codec::TarType::directory && (name.empty() || path.starts_with(name + "/"));
    if (entry.path.starts_with('/'))
        throw Error(ErrorCode::content_invalid, "names in a packed folder are not absolute");
    if (name != path && !name.starts_with(path + "/") && !above)
        throw Error(
            ErrorCode::content_invalid,
            fmt::format("it is not below {}, the title of its folder", berth::quoted(path)));
}

} // namespace

bool is_packed_folder(const oci::Descriptor& layer) {
    const auto mark = layer.annotations.find("io.deis.oras.content.unpack");
    return mark != layer.annotations.end() && mark->second == "true";
}

void unpack_folder(UniqueFd file, const oci::Descriptor& layer, const std::string& path, int into) {
    const tree::ExtractLimits limits = limits_for(layer);
    // Headers and padding come on top of the files.
    const std::uint64_t archive_limit = limits.total_bytes + limits.entries * 2048;
    const auto source = open_archive(std::move(file), layer, path, archive_limit);
    codec::TarReader archive(*source);
    tree::extract(archive, into, limits,
                  [&](const codec::TarEntry& entry) { accept_below(path, entry); });
}

} // namespace berth::artifact
