#include "artifact/file_title.hpp"
#include "artifact/pull.hpp"
#include "base/file.hpp"
#include "base/source.hpp"
#include "base/text.hpp"
#include "codec/hasher.hpp"
#include "oci/manifest.hpp"
#include "oci/media_type.hpp"
#include "oci/reference.hpp"
#include "registry/parallel.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <optional>
#include <set>

namespace berth::artifact {
namespace {

constexpr std::size_t parallel_pushes = 4;
constexpr std::string_view empty_config = "{}";
/// What oras says when nobody said what the artifact is.
constexpr std::string_view unknown_artifact = "application/vnd.unknown.artifact.v1";

Error usage(std::string message) {
    return Error(ErrorCode::usage, std::move(message));
}

void check_media_type(std::string_view type) {
    if (!oci::media_type::is_valid(type))
        throw usage(fmt::format("{} is not a media type", berth::quoted(type)))
            .set_hint("write it as application/vnd.example.thing.v1+json");
}

/// The title given, else the path if it is relative and leads nowhere else, else the file's name.
std::string title_of(const FileToPush& file) {
    if (!file.title.empty()) {
        auto title = file_title(file.title);
        if (title.has_error()) throw usage(title.error().message());
        return *title;
    }
    auto title = file_title(file.path.lexically_normal().generic_string());
    if (title.has_error()) title = file_title(file.path.filename().generic_string());
    if (title.has_error()) throw usage(title.error().message());
    return *title;
}

std::vector<std::string> titles_of(const std::vector<FileToPush>& files) {
    std::vector<std::string> titles;
    for (const FileToPush& file : files) {
        check_media_type(file.media_type);
        titles.push_back(title_of(file));
    }
    try {
        refuse_collisions(titles);
    } catch (const Error& error) {
        throw usage(error.message()).set_hint("give the files different titles");
    }
    return titles;
}

/// An open regular file and how long it was when it was looked at.
struct OpenFile {
    UniqueFd handle;
    std::uint64_t size;
};

OpenFile open_regular(const std::filesystem::path& path) {
    // O_NONBLOCK: a FIFO must not make us wait for a writer.
    UniqueFd handle = open_file(path, O_RDONLY | O_NONBLOCK);
    struct stat status {};
    if (::fstat(handle.get(), &status) != 0)
        throw system_error(fmt::format("looking at {}", berth::quoted(path.native())), errno);
    if (!S_ISREG(status.st_mode))
        throw usage(fmt::format("{} is not a file", berth::quoted(path.native())))
            .set_hint("only regular files can be pushed; pack a directory with tar first");
    return {std::move(handle), static_cast<std::uint64_t>(status.st_size)};
}

UniqueFd duplicate(const UniqueFd& handle) {
    UniqueFd copy(::fcntl(handle.get(), F_DUPFD_CLOEXEC, 0));
    if (!copy) throw system_error("duplicating a file handle", errno);
    return copy;
}

/// Counts what passes, and stops on request.
class WatchedSource final : public Source {
public:
    WatchedSource(std::unique_ptr<Source> inner, std::stop_token stop,
                  std::function<void(std::size_t)> moved)
        : inner_(std::move(inner)), stop_(std::move(stop)), moved_(std::move(moved)) {}

    std::size_t read(std::span<std::byte> out) override {
        if (stop_.stop_requested()) throw Error(ErrorCode::cancelled, "stopped on request");
        const std::size_t count = inner_->read(out);
        if (count != 0) moved_(count);
        return count;
    }

private:
    std::unique_ptr<Source> inner_;
    std::stop_token stop_;
    std::function<void(std::size_t)> moved_;
};

oci::Digest hash(const OpenFile& file, const std::stop_token& stop) {
    WatchedSource source(std::make_unique<FileSource>(duplicate(file.handle), 0, file.size), stop,
                         [](std::size_t) {});
    codec::Hasher hasher(oci::DigestAlgorithm::sha256);
    std::vector<std::byte> buffer(buffer_size);
    while (const std::size_t count = source.read(buffer))
        hasher.update(std::span(buffer).first(count));
    return hasher.digest();
}

class Push {
public:
    Push(registry::Repository& repository, registry::Progress& progress)
        : repository_(repository), progress_(progress) {}

    oci::Descriptor file(const FileToPush& file, const std::string& title, std::stop_token stop) {
        try {
            return send(file, title, std::move(stop));
        } catch (Error& error) {
            const bool changed = error.code() == ErrorCode::digest_invalid ||
                                 error.code() == ErrorCode::size_invalid ||
                                 error.code() == ErrorCode::corrupt;
            if (changed) error.set_hint("was the file changed while it was pushed? Push it again");
            error.add_context(fmt::format("file {}", berth::quoted(title)));
            throw;
        }
    }

    void bytes(const oci::Descriptor& descriptor, std::string_view content) {
        repository_.push_blob(descriptor,
                              [&] { return std::make_unique<MemorySource>(std::string(content)); });
    }

private:
    oci::Descriptor send(const FileToPush& file, const std::string& title, std::stop_token stop) {
        const OpenFile open = open_regular(file.path);
        progress_.expect(1, open.size);
        oci::Descriptor descriptor{.media_type = file.media_type,
                                   .digest = hash(open, stop),
                                   .size = open.size,
                                   .annotations = {{std::string(oci::title_annotation), title}}};
        progress_.started(title, open.size);
        bool sent = false;
        repository_.push_blob(descriptor, [&]() -> std::unique_ptr<Source> {
            // A repeated attempt is not counted again.
            const bool count = !sent;
            sent = true;
            return std::make_unique<WatchedSource>(
                std::make_unique<FileSource>(duplicate(open.handle), 0, open.size), stop,
                [this, title, count](std::size_t moved) {
                    if (count) progress_.moved(title, moved);
                });
        });
        progress_.finished(title, sent ? "copied" : "present");
        return descriptor;
    }

    registry::Repository& repository_;
    registry::Progress& progress_;
};

oci::Descriptor describe(std::string_view type, std::string_view content) {
    return {.media_type = std::string(type),
            .digest = codec::digest_of(content),
            .size = content.size()};
}

} // namespace

oci::Descriptor push_files(registry::Repository& repository, std::string_view tag,
                           std::string_view artifact_type, const std::vector<FileToPush>& files,
                           const oci::Annotations& annotations, registry::Progress& progress,
                           std::stop_token stop) {
    if (!tag.empty()) oci::parse_tag(tag).value();
    if (artifact_type.empty()) artifact_type = unknown_artifact;
    check_media_type(artifact_type);
    const std::vector<std::string> titles = titles_of(files);
    std::vector<std::optional<oci::Descriptor>> sent(files.size());

    std::stop_source inner; // also stops the other transfers after the first error
    const std::stop_callback forward(stop, [&inner] { inner.request_stop(); });
    Push push(repository, progress);
    registry::for_each_parallel(files.size(), parallel_pushes, inner, [&](std::size_t index) {
        sent[index] = push.file(files[index], titles[index], inner.get_token());
    });

    const oci::Descriptor empty = describe(oci::media_type::oci_empty, empty_config);
    push.bytes(empty, empty_config);
    oci::Manifest manifest{.media_type = std::string(oci::media_type::oci_manifest),
                           .artifact_type = std::string(artifact_type),
                           .config = empty,
                           .layers = {},
                           .subject = {},
                           .annotations = annotations};
    for (auto& layer : sent) manifest.layers.push_back(std::move(*layer));
    // The specification wants at least one layer.
    if (manifest.layers.empty()) manifest.layers.push_back(empty);
    registry::Document document{describe(manifest.media_type, ""), oci::write_manifest(manifest)};
    document.descriptor = describe(manifest.media_type, document.bytes);
    document.descriptor.artifact_type = manifest.artifact_type;
    repository.push_manifest(document, tag);
    return document.descriptor;
}

} // namespace berth::artifact
