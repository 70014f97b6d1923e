#include "bundle/unpack.hpp"

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/json.hpp"
#include "base/text.hpp"
#include "bundle/layer_stream.hpp"
#include "bundle/rootfs.hpp"
#include "bundle/runtime_config.hpp"
#include "bundle/staging.hpp"
#include "bundle/user.hpp"
#include "bundle/warnings.hpp"
#include "oci/media_type.hpp"
#include "tree/entry_path.hpp"

#include <fmt/format.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

namespace berth::bundle {
namespace {

constexpr std::uint64_t account_file_limit = 1024 * 1024;

/// Tells when the first bytes of a stream have come.
class Announced final : public Source {
public:
    Announced(std::unique_ptr<Source> inner, std::function<void()> on_first)
        : inner_(std::move(inner)), on_first_(std::move(on_first)) {}

    std::size_t read(std::span<std::byte> out) override {
        const auto count = inner_->read(out);
        if (on_first_) std::exchange(on_first_, nullptr)();
        return count;
    }

private:
    std::unique_ptr<Source> inner_;
    std::function<void()> on_first_;
};

void check(const ImageContent& image, const UnpackOptions& options) {
    const auto& layers = image.manifest.layers;
    if (layers.size() > options.limits.layers) {
        throw Error(ErrorCode::limit_exceeded, fmt::format("the image has {} layers, more than {}",
                                                           layers.size(), options.limits.layers));
    }
    if (layers.size() != image.config.diff_ids.size()) {
        throw Error(ErrorCode::content_invalid,
                    fmt::format("the image's manifest lists {} layers, its config {} diff-ids",
                                layers.size(), image.config.diff_ids.size()));
    }
    for (std::size_t i = 0; i < layers.size(); ++i) {
        if (oci::media_type::is_layer(layers[i].media_type)) continue;
        throw Error(ErrorCode::unsupported,
                    fmt::format("layer {} is {}, which is no file system layer", i + 1,
                                berth::quoted(layers[i].media_type)));
    }
    if (options.rootless || ::geteuid() == 0) return;
    Error error(ErrorCode::denied, "only root can give files the owners that an image wants");
    error.set_hint("run as root, or unpack with --rootless");
    throw error;
}

struct MadeRootfs {
    UniqueFd directory;
    mode_t umask;
};

/// The directory tells which bits the kernel takes away (by umask or a default ACL) before it gets
/// its own mode and, like umoci's, a time that does not depend on when it was unpacked.
MadeRootfs make_rootfs(const Staging& staging) {
    struct stat status {};
    if (::mkdirat(staging.fd(), "rootfs", 0777) != 0) throw system_error("making rootfs", errno);
    UniqueFd directory(
        ::openat(staging.fd(), "rootfs", O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (!directory || ::fstat(directory.get(), &status) != 0)
        throw system_error("opening rootfs", errno);
    const timespec epoch[2] = {};
    if (::fchmod(directory.get(), 0755) != 0 || ::futimens(directory.get(), epoch) != 0)
        throw system_error("preparing rootfs", errno);
    return {std::move(directory), 0777 & ~status.st_mode};
}

class Unpacking {
public:
    Unpacking(const ImageContent& image, const UnpackOptions& options, registry::Progress& progress,
              std::stop_token stop)
        : image_(image), options_(options), progress_(progress), stop_(std::move(stop)) {}

    UnpackReport run(const std::filesystem::path& bundle) {
        check(image_, options_);
        Staging staging(bundle);
        auto made = make_rootfs(staging);
        Rootfs rootfs(std::move(made.directory), made.umask, options_, warnings_);
        apply_layers(rootfs);
        write_config(rootfs, staging);
        rootfs.finish();
        if (stop_.stop_requested()) throw Error(ErrorCode::cancelled, "stopped on request");
        staging.commit();
        return {rootfs.entries(), rootfs.bytes(), warnings_.sentences()};
    }

private:
    std::size_t layers() const { return image_.manifest.layers.size(); }

    void apply_layers(Rootfs& rootfs) {
        std::uint64_t bytes = 0;
        for (const auto& layer : image_.manifest.layers) bytes += layer.size;
        progress_.expect(layers(), bytes);
        for (std::size_t i = 0; i < layers(); ++i) {
            try {
                apply_layer(rootfs, i);
            } catch (Error& error) {
                error.add_context(fmt::format("layer {} of {} ({})", i + 1, layers(),
                                              image_.manifest.layers[i].digest.text()));
                throw;
            }
            progress_.finished(layer_name(image_, i), "unpacked");
        }
    }

    void apply_layer(Rootfs& rootfs, std::size_t i) {
        auto stream = next_ ? std::move(next_) : open(i);
        // Layers are to be opened in order: the next one not before this one gives bytes.
        Announced announced(std::move(stream), [this, i] {
            if (i + 1 < layers()) next_ = open(i + 1);
        });
        codec::TarReader reader(announced, options_.limits.tar);
        rootfs.apply(reader, stop_);
        reader.drain();
    }

    std::unique_ptr<Source> open(std::size_t i) {
        return open_layer_stream(image_, i, options_.limits, progress_);
    }

    void write_config(Rootfs& rootfs, const Staging& staging) {
        const auto user = resolve_user(image_.config.user, account_file(rootfs, "etc/passwd"),
                                       account_file(rootfs, "etc/group"));
        const RuntimeOptions runtime{.rootless = options_.rootless,
                                     .uid_map = options_.uid_map,
                                     .gid_map = options_.gid_map,
                                     .caller_uid = ::geteuid(),
                                     .caller_gid = ::getegid(),
                                     .volumes = volumes(rootfs)};
        const auto text =
            json::write_pretty(runtime_config(image_.config, user, runtime, warnings_));
        const UniqueFd file(
            ::openat(staging.fd(), "config.json", O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644));
        if (!file) throw system_error("making config.json", errno);
        write_all(file.get(), as_bytes(text), "config.json");
        if (::fsync(file.get()) != 0) throw system_error("writing config.json", errno);
    }

    std::map<std::string, VolumeSeed> volumes(Rootfs& rootfs) const {
        std::map<std::string, VolumeSeed> seeds;
        for (const auto& volume : image_.config.volumes) {
            const auto path = tree::entry_path(volume);
            const auto* directory = path ? rootfs.root().find(*path) : nullptr;
            struct stat status {};
            if (!directory || ::fstat(directory->fd(), &status) != 0) continue;
            const auto& attributes = rootfs.attributes();
            seeds.emplace(volume, VolumeSeed{attributes.uids().to_container(status.st_uid),
                                             attributes.gids().to_container(status.st_gid),
                                             status.st_mode & 07777});
        }
        return seeds;
    }

    static std::string account_file(Rootfs& rootfs, std::string_view path) {
        auto file = rootfs.root().open_file(path);
        if (!file) return {};
        struct stat status {};
        if (::fstat(file.get(), &status) != 0) throw system_error("reading a file", errno);
        if (static_cast<std::uint64_t>(status.st_size) > account_file_limit) {
            throw Error(ErrorCode::limit_exceeded,
                        fmt::format("the image's {} is larger than 1 MiB", path));
        }
        FileSource source(std::move(file), 0, static_cast<std::uint64_t>(status.st_size));
        return read_all(source, account_file_limit, path);
    }

    const ImageContent& image_;
    const UnpackOptions& options_;
    registry::Progress& progress_;
    std::stop_token stop_;
    Warnings warnings_;
    std::unique_ptr<Source> next_; ///< the layer after the one being applied
};

} // namespace

UnpackReport unpack(const ImageContent& image, const std::filesystem::path& bundle,
                    const UnpackOptions& options, registry::Progress& progress,
                    std::stop_token stop) {
    return Unpacking(image, options, progress, std::move(stop)).run(bundle);
}

} // namespace berth::bundle
