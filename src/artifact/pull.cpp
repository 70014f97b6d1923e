#include "artifact/pull.hpp"

#include "artifact/beneath_directory.hpp"
#include "artifact/file_title.hpp"
#include "artifact/pull_folder.hpp"
#include "base/file.hpp"
#include "base/source.hpp"
#include "base/staging_directory.hpp"
#include "base/text.hpp"
#include "codec/hasher.hpp"
#include "oci/manifest.hpp"
#include "oci/media_type.hpp"
#include "registry/parallel.hpp"
#include "tree/entry_path.hpp"
#include "tree/extract.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

namespace berth::artifact {
namespace {

constexpr std::size_t parallel_files = 4;

/// A layer and where it goes.
struct Item {
    oci::Descriptor layer;
    std::string path;
    bool folder;
};

std::vector<Item> items_of(const oci::Manifest& manifest) {
    std::vector<Item> items;
    std::vector<std::string> paths;
    for (const oci::Descriptor& layer : manifest.layers) {
        const auto title = layer.annotations.find(std::string(oci::title_annotation));
        const bool titled = title != layer.annotations.end();
        // oras stands "{}" in where an artifact has no files.
        if (!titled && layer.media_type == oci::media_type::oci_empty) continue;
        Item item{layer,
                  titled ? file_title(title->second).value() : std::string(layer.digest.hex()),
                  titled && is_packed_folder(layer)};
        const bool again =
            !titled && std::any_of(items.begin(), items.end(), [&](const Item& each) {
                return each.path == item.path && each.layer.same_content(layer);
            });
        if (again) continue; // the same content without a name is the same file
        paths.push_back(item.path);
        items.push_back(std::move(item));
    }
    refuse_collisions(paths);
    return items;
}

/// Whether the regular file `name` has the content of `layer`. Directories are in the way.
bool is_present(int directory, const std::string& name, const Item& item) {
    struct stat status {};
    if (::fstatat(directory, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) return false;
    if (S_ISDIR(status.st_mode))
        throw Error(ErrorCode::conflict,
                    fmt::format("{} is there already and is a directory", berth::quoted(item.path)))
            .set_hint("remove it or choose another directory");
    if (!S_ISREG(status.st_mode) || static_cast<std::uint64_t>(status.st_size) != item.layer.size)
        return false;
    UniqueFd file(
        ::openat(directory, name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
    if (!file) return false;
    FileSource source(std::move(file), 0, item.layer.size);
    codec::Hasher hasher(item.layer.digest.algorithm());
    std::vector<std::byte> buffer(buffer_size);
    while (const std::size_t count = source.read(buffer))
        hasher.update(std::span(buffer).first(count));
    return hasher.digest() == item.layer.digest;
}

class Pull {
public:
    Pull(registry::Repository& repository, int directory, const StagingDirectory& staging,
         registry::Progress& progress)
        : repository_(repository), directory_(directory), staging_(staging), progress_(progress) {}

    void take(const Item& item, std::size_t index, const std::stop_token& stop) {
        try {
            progress_.started(item.path, item.layer.size);
            progress_.finished(item.path, item.folder ? take_folder(item, index, stop)
                                                      : take_file(item, index, stop));
        } catch (Error& error) {
            error.add_context(fmt::format("file {}", berth::quoted(item.path)));
            throw;
        }
    }

private:
    std::string_view take_file(const Item& item, std::size_t index, const std::stop_token& stop) {
        const std::string name(tree::leaf_name(item.path));
        const auto parent = tree::parent_path(item.path);
        const auto existing = open_beneath(directory_, parent, IfMissing::leave);
        if (existing && is_present(existing.get(), name, item)) return "present";
        const std::string staged = std::to_string(index);
        fetch(item, staged, stop);
        const auto place = open_beneath(directory_, parent, IfMissing::make);
        const Shown shown = show_file(staging_.fd(), staged, place.get(), name, item.path);
        return shown == Shown::present ? "present" : "copied";
    }

    std::string_view take_folder(const Item& item, std::size_t index, const std::stop_token& stop) {
        const std::string staged = std::to_string(index);
        UniqueFd archive = fetch(item, staged, stop);
        const UniqueFd unpacked = staging_.create_directory(staged + ".folder");
        unpack_folder(std::move(archive), item.layer, item.path, unpacked.get());
        ::unlinkat(staging_.fd(), staged.c_str(), 0);
        const std::string name(tree::leaf_name(item.path));
        const auto parent = tree::parent_path(item.path);
        const auto from = open_beneath(unpacked.get(), parent, IfMissing::leave);
        struct stat status {};
        if (!from || ::fstatat(from.get(), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0 ||
            !S_ISDIR(status.st_mode))
            throw Error(ErrorCode::content_invalid,
                        "the packed folder does not hold the directory of its title");
        const auto place = open_beneath(directory_, parent, IfMissing::make);
        const Shown shown = show_directory(from.get(), name, place.get(), name, item.path);
        return shown == Shown::present ? "present" : "unpacked";
    }

    UniqueFd fetch(const Item& item, const std::string& staged, const std::stop_token& stop) {
        UniqueFd file = staging_.create_file(staged);
        const auto source = repository_.fetch(item.layer, 0);
        write_source(file.get(), *source, berth::quoted(item.path), [&](std::size_t count) {
            if (stop.stop_requested()) throw Error(ErrorCode::cancelled, "stopped on request");
            progress_.moved(item.path, count);
        });
        return file;
    }

    registry::Repository& repository_;
    int directory_;
    const StagingDirectory& staging_;
    registry::Progress& progress_;
};

} // namespace

std::vector<std::string> pull_files(registry::Repository& repository,
                                    const registry::Document& manifest,
                                    const std::filesystem::path& directory,
                                    registry::Progress& progress, std::stop_token stop) {
    const auto parsed = oci::parse_manifest(manifest.bytes, manifest.descriptor.media_type).value();
    const std::vector<Item> items = items_of(parsed);
    ResultsDirectory results(directory);
    const StagingDirectory staging(results.fd(), tree::remove_tree);
    std::uint64_t bytes = 0;
    for (const Item& item : items) bytes += item.layer.size;
    progress.expect(items.size(), bytes);

    std::stop_source inner; // also stops the other transfers after the first error
    const std::stop_callback forward(stop, [&inner] { inner.request_stop(); });
    Pull pull(repository, results.fd(), staging, progress);
    registry::for_each_parallel(items.size(), parallel_files, inner, [&](std::size_t index) {
        pull.take(items[index], index, inner.get_token());
    });
    results.keep();
    std::vector<std::string> paths;
    for (const Item& item : items) paths.push_back(item.path);
    return paths;
}

} // namespace berth::artifact
