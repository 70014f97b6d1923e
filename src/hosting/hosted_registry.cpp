#include "hosting/hosted_registry.hpp"

#include "base/file.hpp"
#include "base/text.hpp"
#include "codec/hasher.hpp"
#include "oci/media_type.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <functional>

namespace berth::hosting {

namespace {

/// Garbage that one step takes away.
constexpr std::size_t step = 100;

UniqueFd lock_directory(const std::filesystem::path& directory) {
    store::make_directories(directory);
    UniqueFd file = open_file(directory / "lock", O_RDWR | O_CREAT | O_NOFOLLOW, 0644);
    if (::flock(file.get(), LOCK_EX | LOCK_NB) != 0) {
        throw Error(ErrorCode::conflict,
                    fmt::format("another process serves {}", berth::quoted(directory.native())))
            .set_hint("stop it, or choose another directory with --data");
    }
    return file;
}

std::string type_of(std::string_view bytes, std::string_view sent_as) {
    if (!sent_as.empty()) return std::string(sent_as);
    return oci::detect_media_type(bytes).value();
}

void fill_from_manifest(NewManifest& manifest) {
    auto parsed = oci::parse_manifest(manifest.bytes, manifest.media_type).value();
    manifest.artifact_type = std::move(parsed.artifact_type);
    manifest.annotations = std::move(parsed.annotations);
    if (parsed.subject) manifest.subject = parsed.subject->digest;
    manifest.blobs.push_back(std::move(parsed.config));
    for (auto& layer : parsed.layers) {
        if (!oci::media_type::is_nondistributable(layer.media_type))
            manifest.blobs.push_back(std::move(layer));
    }
}

void fill_from_index(NewManifest& manifest) {
    auto parsed = oci::parse_index(manifest.bytes, manifest.media_type).value();
    manifest.artifact_type = std::move(parsed.artifact_type);
    manifest.annotations = std::move(parsed.annotations);
    if (parsed.subject) manifest.subject = parsed.subject->digest;
    manifest.manifests = std::move(parsed.manifests);
}

NewManifest read_manifest(std::string bytes, std::string_view media_type,
                          const std::optional<oci::Digest>& expected) {
    const auto algorithm = expected ? expected->algorithm() : oci::DigestAlgorithm::sha256;
    const auto digest = codec::digest_of(bytes, algorithm);
    if (expected && digest != *expected) {
        throw Error(ErrorCode::digest_invalid,
                    fmt::format("the manifest's bytes have the digest {}, not {}", digest.text(),
                                expected->text()));
    }
    auto type = type_of(bytes, media_type);
    NewManifest manifest{.digest = digest,
                         .media_type = std::move(type),
                         .bytes = std::move(bytes),
                         .blobs = {},
                         .manifests = {}};
    if (oci::media_type::is_index(manifest.media_type)) {
        fill_from_index(manifest);
    } else if (oci::media_type::is_manifest(manifest.media_type)) {
        fill_from_manifest(manifest);
    } else {
        throw Error(ErrorCode::manifest_invalid,
                    fmt::format("{} is not the media type of a manifest or an index",
                                berth::quoted(manifest.media_type)));
    }
    return manifest;
}

} // namespace

HostedRegistry::HostedRegistry(HostingOptions options, Clock& clock)
    : options_(std::move(options)),
      lock_(lock_directory(options_.directory)),
      blobs_(options_.directory / "blobs", store::BlobDirectory::Depth::sharded),
      index_(options_.directory / "registry.sqlite", clock),
      uploads_(options_.directory / "uploads", options_.uploads, clock) {}

std::mutex& HostedRegistry::lock_of(const oci::Digest& digest) {
    return blob_locks_[std::hash<std::string>()(digest.text()) % blob_locks_.size()];
}

std::optional<store::OpenedBlob> HostedRegistry::open_blob(std::string_view repository,
                                                           const oci::Digest& digest) {
    if (!index_.blob_size(repository, digest)) return std::nullopt;
    auto opened = blobs_.open(digest);
    if (!opened) {
        throw Error(ErrorCode::corrupt,
                    fmt::format("the file of blob {} is missing from the store", digest.text()));
    }
    return opened;
}

void HostedRegistry::finish_upload(std::string_view repository, std::string_view upload,
                                   const oci::Digest& digest) {
    uploads_.finish(repository, upload, digest, [&](const FinishedUpload& finished) {
        const std::lock_guard lock(lock_of(digest));
        const auto present = blobs_.open(digest);
        if (!present || present->size != finished.size)
            blobs_.publish(finished.file, finished.path, digest);
        index_.link_blob(repository, digest, finished.size);
    });
}

PutManifest HostedRegistry::put_manifest(std::string_view repository, std::string bytes,
                                         std::string_view media_type,
                                         const std::optional<oci::Digest>& expected,
                                         const std::vector<std::string>& tags,
                                         const TagRights& rights) {
    const auto manifest = read_manifest(std::move(bytes), media_type, expected);
    index_.put_manifest(repository, manifest, tags, rights);
    return {manifest.digest, manifest.subject};
}

std::size_t HostedRegistry::collect_some() {
    std::size_t gone = uploads_.expire();
    const auto garbage = index_.collect(options_.grace, step);
    gone += garbage.links;
    for (const auto& digest : garbage.blobs) {
        const std::lock_guard lock(lock_of(digest));
        if (!index_.remove_idle_blob(digest)) continue;
        ::unlink(blobs_.path_of(digest).c_str());
        ++gone;
    }
    return gone;
}

} // namespace berth::hosting
