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
#include <utility>

namespace berth::hosting {

namespace {

/// Garbage that one step takes away.
constexpr std::size_t garbage_step = 50;

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
    manifest.config_type = parsed.config.media_type;
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
      index_(options_.directory / "registry.sqlite", clock, options_.policy),
      uploads_(options_.directory / "uploads", options_.uploads, clock,
               [this](std::string_view repository, std::uint64_t bytes) {
                   index_.require_room(repository, bytes, std::nullopt);
               }) {}

std::mutex& HostedRegistry::lock_of(const oci::Digest& digest) {
    return blob_locks_[std::hash<std::string>()(digest.text()) % blob_locks_.size()];
}

std::optional<store::OpenedBlob> HostedRegistry::open_blob(std::string_view repository,
                                                           const oci::Digest& digest) {
    const auto shown = index_.blob(repository, digest);
    if (!shown) return std::nullopt;
    if (shown->damaged) {
        throw Error(ErrorCode::blob_unknown,
                    fmt::format("the bytes of blob {} were damaged and set aside", digest.text()))
            .set_hint("push it again: that mends it");
    }
    if (shown->unused_for && *shown->unused_for > options_.grace / 2) keep(repository, digest);
    auto opened = blobs_.open(digest);
    if (opened && opened->size == shown->size) return opened;
    // It may have been collected between the two looks.
    if (!index_.blob(repository, digest)) return std::nullopt;
    throw Error(ErrorCode::corrupt,
                fmt::format("the file of blob {} {}", digest.text(),
                            opened ? "has another size than was stored" : "is missing"))
        .set_hint("berth scrub finds out what is damaged, and a push of the same content mends it");
}

void HostedRegistry::keep(std::string_view repository, const oci::Digest& digest) {
    try {
        index_.touch_blob(repository, digest);
    } catch (const Error&) {
        // Reading goes on where nothing can be written, as on a full disk.
    }
}

bool HostedRegistry::is_stored(const oci::Digest& digest, std::uint64_t size) {
    const auto present = blobs_.open(digest);
    if (!present || present->size != size || index_.is_damaged(digest)) return false;
    // The process that renamed it may have been killed before this.
    sync_directory(blobs_.path_of(digest).parent_path());
    return true;
}

void HostedRegistry::finish_upload(std::string_view repository, std::string_view upload,
                                   const oci::Digest& digest, const Allow& allow) {
    uploads_.finish(repository, upload, digest, [&](const FinishedUpload& finished) {
        index_.require_room(repository, finished.size, digest);
        const std::lock_guard lock(lock_of(digest));
        const bool stored = is_stored(digest, finished.size);
        if (!stored) blobs_.publish(finished.file, finished.path, digest);
        try {
            index_.link_blob(repository, digest, finished.size, allow);
        } catch (const Error&) {
            if (!stored) remove_unlinked(digest);
            throw;
        }
    });
}

void HostedRegistry::remove_unlinked(const oci::Digest& digest) {
    // With an index that answers nothing the file stays, for the scrub to find.
    if (!index_.is_linked(digest)) ::unlink(blobs_.path_of(digest).c_str());
}

PutManifest HostedRegistry::put_manifest(std::string_view repository, std::string bytes,
                                         std::string_view media_type,
                                         const std::optional<oci::Digest>& expected,
                                         const std::vector<std::string>& tags, const Allow& allow) {
    const auto manifest = read_manifest(std::move(bytes), media_type, expected);
    index_.put_manifest(repository, manifest, tags, allow);
    return {manifest.digest, manifest.subject};
}

std::size_t HostedRegistry::collect_some() {
    const auto expired = uploads_.expire();
    const auto removed = removed_.with([](auto& digests) { return std::exchange(digests, {}); });
    const auto garbage = index_.collect(options_.grace, garbage_step, removed);
    for (const auto& digest : garbage.dropped) {
        // A push of the same content waits here, and then finds the file or does not; it shows
        // the blob before it lets go of the lock.
        const std::lock_guard lock(lock_of(digest));
        remove_unlinked(digest);
    }
    removed_.with([&](auto& digests) {
        digests.insert(digests.end(), garbage.dropped.begin(), garbage.dropped.end());
    });
    return expired + garbage.links + garbage.dropped.size();
}

RetentionStep HostedRegistry::retain_some() {
    return retention_.with([&](std::optional<Retention>& run) {
        if (!run) run.emplace(index_, Retention::Mode::remove, options_.grace);
        auto step = run->step();
        if (step.done) run.reset();
        return step;
    });
}

ScrubParts HostedRegistry::scrub_parts() {
    return {
        .index = index_,
        .blobs = blobs_,
        .set_aside = options_.directory / "damaged",
        .lock_of = [this](const oci::Digest& digest) -> std::mutex& { return lock_of(digest); }};
}

ScrubStep HostedRegistry::scrub_some() {
    return scrub_.with([&](std::optional<Scrub>& run) {
        if (!run) run.emplace(scrub_parts(), Scrub::Mode::mend, Scrub::Start::where_it_stopped);
        auto step = run->step();
        if (step.done) run.reset();
        return step;
    });
}

bool HostedRegistry::scrub_due(std::chrono::seconds every) {
    return Scrub::due(index_, every);
}

void HostedRegistry::restart_scrub() {
    scrub_.with([&](std::optional<Scrub>& run) {
        run.emplace(scrub_parts(), Scrub::Mode::mend, Scrub::Start::new_run);
    });
}

} // namespace berth::hosting
