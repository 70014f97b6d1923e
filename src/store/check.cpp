#include "store/check.hpp"

#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/file.hpp"
#include "base/text.hpp"
#include "codec/hasher.hpp"
#include "oci/manifest.hpp"
#include "store/incoming_blob.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>

namespace berth::store {
namespace {

namespace fs = std::filesystem;
using Kind = Finding::Kind;

constexpr std::chrono::hours leftover_age{24};

std::vector<fs::directory_entry> sorted_entries(const fs::path& directory) {
    std::error_code absent;
    std::vector<fs::directory_entry> entries;
    for (const auto& entry : fs::directory_iterator(directory, absent)) entries.push_back(entry);
    std::sort(entries.begin(), entries.end());
    return entries;
}

bool is_plain_directory(const fs::directory_entry& entry) {
    return entry.symlink_status().type() == fs::file_type::directory;
}

bool is_plain_file(const fs::directory_entry& entry) {
    return entry.symlink_status().type() == fs::file_type::regular;
}

/// What one reading of a blob found.
struct ReadBlob {
    std::string fault; ///< empty if it is sound
    std::optional<registry::Document> manifest = {};
};

/// A manifest or index, if that is what `bytes` are.
std::optional<registry::Document> as_manifest(const oci::Digest& digest, std::string bytes) {
    auto type = oci::detect_media_type(bytes);
    if (!type.has_value() || oci::successors(bytes, *type).has_error()) return std::nullopt;
    oci::Descriptor descriptor{.media_type = *type, .digest = digest, .size = bytes.size()};
    return registry::Document{std::move(descriptor), std::move(bytes)};
}

ReadBlob read_blob(OpenedBlob opened, const oci::Digest& digest, const Moved& read) {
    const bool may_be_manifest = opened.size <= oci::manifest_limit;
    std::string bytes;
    codec::Hasher hasher(digest.algorithm());
    FileSource source(std::move(opened.file), 0, opened.size);
    std::vector<std::byte> buffer(buffer_size);
    for (std::size_t count = 1; count > 0;) {
        try {
            count = source.read(buffer);
        } catch (const Error& error) {
            return {error.message()};
        }
        const auto piece = std::span(buffer).first(count);
        hasher.update(piece);
        if (may_be_manifest) bytes += as_text(piece);
        if (read && count > 0) read(count);
    }
    if (hasher.digest() != digest)
        return {fmt::format("its {} bytes have another digest", opened.size)};
    if (!bytes.starts_with('{')) return {};
    return {"", as_manifest(digest, std::move(bytes))};
}

class Checker {
public:
    Checker(LocalStore& store, Repair repair, const Moved& read)
        : store_(store), repairing_(repair == Repair::yes), read_(read) {}

    std::vector<Finding> run() {
        const Index::Health health = store_.index().health();
        read_blobs();
        const bool usable = check_index(health);
        list_manifests(usable);
        if (usable) {
            record_blobs();
            check_manifest_rows();
            check_blob_rows();
            check_links();
        }
        check_uploads();
        check_root();
        return std::move(findings_);
    }

private:
    void found(Kind kind, std::string subject, std::string detail) {
        findings_.push_back({kind, std::move(subject), std::move(detail)});
    }
    void stray(const fs::path& path) {
        found(Kind::stray_file, path.string(), "does not belong in a store; left alone");
    }
    const char* did(const char* repaired, const char* not_repaired = "not changed") const {
        return repairing_ ? repaired : not_repaired;
    }
    bool present(const oci::Descriptor& blob) const {
        return damaged_.count(blob.digest) == 0 && store_.blobs().has(blob);
    }

    void read_blobs() {
        for (const auto& algorithm : sorted_entries(store_.blobs().root())) {
            const auto name = algorithm.path().filename().string();
            if (is_plain_directory(algorithm) && (name == "sha256" || name == "sha512"))
                for (const auto& shard : sorted_entries(algorithm)) read_shard(name, shard);
            else
                stray(algorithm);
        }
    }

    void read_shard(const std::string& algorithm, const fs::directory_entry& shard) {
        if (!is_plain_directory(shard)) return stray(shard);
        for (const auto& file : sorted_entries(shard)) {
            const auto digest = oci::Digest::parse(
                fmt::format("{}:{}", algorithm, file.path().filename().string()));
            const bool ours = digest.has_value() && is_plain_file(file) &&
                              store_.blobs().path_of(*digest) == file.path();
            if (ours)
                check_blob(*digest);
            else
                stray(file);
        }
    }

    void check_blob(const oci::Digest& digest) {
        auto opened = store_.blobs().open(digest);
        if (!opened) return;
        const std::uint64_t size = opened->size;
        ReadBlob blob = read_blob(std::move(*opened), digest, read_);
        if (blob.manifest) manifests_.push_back(std::move(*blob.manifest));
        if (blob.fault.empty()) {
            sizes_.emplace(digest, size);
            return;
        }
        damaged_.insert(digest);
        if (repairing_) take_out(digest);
        found(Kind::damaged_blob, digest.text(),
              fmt::format("{}; {}", blob.fault, did("moved to damaged/; fetch it again")));
    }

    void take_out(const oci::Digest& digest) {
        make_directories(store_.damaged());
        const auto from = store_.blobs().path_of(digest);
        fs::rename(from,
                   store_.damaged() / fmt::format("{}-{}", digest.algorithm_name(), digest.hex()));
        sync_directory(store_.damaged());
        sync_directory(from.parent_path());
    }

    /// Whether the index can be compared with what is on disk.
    bool check_index(Index::Health health) {
        if (health == Index::Health::sound) return true;
        if (health == Index::Health::absent && sizes_.empty() && damaged_.empty()) return false;
        if (repairing_)
            store_.alone([&] {
                make_directories(store_.damaged());
                store_.index().move_away(store_.damaged());
            });
        found(Kind::damaged_index, store_.index().file().string(),
              fmt::format("it {}; {}", health == Index::Health::absent ? "is gone" : "is malformed",
                          did("was made anew from the manifests on disk; tags are lost: pull or "
                              "copy again to set them")));
        return repairing_;
    }

    void list_manifests(bool usable) {
        std::set<oci::Digest> listed;
        if (usable)
            for (auto& digest : store_.index().manifests()) listed.insert(std::move(digest));
        const auto here = [&](const oci::Descriptor& blob) { return present(blob); };
        for (const registry::Document& manifest : manifests_) {
            const oci::Digest& digest = manifest.descriptor.digest;
            if (listed.count(digest) != 0) continue;
            if (repairing_) store_.index().record_manifest(describe(manifest, here), "", "");
            found(Kind::unlisted_manifest, digest.text(),
                  fmt::format("a {}; {}", manifest.descriptor.media_type,
                              did("listed again, by digest only", "not listed")));
        }
    }

    /// A process that was killed between the rename and the row leaves a sound blob: no finding.
    void record_blobs() {
        if (repairing_) store_.index().record_blobs(sizes_);
    }

    void check_manifest_rows() {
        for (const oci::Digest& digest : store_.index().manifests()) {
            const auto row = store_.index().manifest(digest);
            if (!row || present(*row)) continue;
            const auto tags = store_.index().tags_of(digest);
            if (repairing_) store_.index().forget_manifest(digest);
            found(Kind::stale_row, digest.text(),
                  fmt::format("a manifest that is not on disk{}{}; {}",
                              tags.empty() ? "" : ", tagged ", fmt::join(tags, ", "),
                              did("removed from the index; pull it again")));
        }
    }

    void check_blob_rows() {
        for (const oci::Digest& digest : store_.index().blobs()) {
            const bool gone = damaged_.count(digest) != 0 || !store_.blobs().open(digest);
            if (!gone) continue;
            if (repairing_) store_.index().forget_blob(digest);
            // Of a damaged blob more than enough was said already.
            if (damaged_.count(digest) == 0)
                found(Kind::stale_row, digest.text(),
                      fmt::format("a blob that is not on disk; {}", did("removed from the index")));
        }
    }

    void check_links() {
        for (const Index::Link& link : store_.index().required_children())
            if (!present(link.child))
                found(Kind::missing_blob, link.child.digest.text(),
                      fmt::format("manifest {} needs it; fetch that again", link.parent));
    }

    void check_uploads() {
        for (const auto& file : sorted_entries(store_.uploads())) {
            const std::string name = file.path().filename().string();
            bool ours = name.starts_with(".incoming-");
            if (name.ends_with(".part"))
                ours = oci::Digest::parse(std::string_view(name).substr(0, name.size() - 5))
                           .has_value();
            if (!ours || !is_plain_file(file))
                stray(file);
            else
                check_upload(file);
        }
    }

    void check_upload(const fs::directory_entry& entry) {
        const UniqueFd file(::open(entry.path().c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
        struct stat status {};
        if (!file || ::fstat(file.get(), &status) != 0) return;
        const auto changed = std::chrono::system_clock::from_time_t(status.st_mtime);
        if (SystemClock().wall_now() - changed < leftover_age) return;
        // Who holds the lock is at work, however slowly.
        if (::flock(file.get(), LOCK_EX | LOCK_NB) != 0) return;
        if (repairing_) ::unlink(entry.path().c_str());
        found(Kind::leftover_upload, entry.path().string(),
              fmt::format("{} of an unfinished transfer, older than a day; {}",
                          human_size(static_cast<std::uint64_t>(status.st_size)), did("removed")));
    }

    void check_root() {
        static constexpr std::array known = {"blobs",
                                             "uploads",
                                             "damaged",
                                             "index.sqlite",
                                             "index.sqlite-wal",
                                             "index.sqlite-shm",
                                             LocalStore::mark_name.data()};
        for (const auto& entry : sorted_entries(store_.directory())) {
            const auto name = entry.path().filename().string();
            if (std::find(known.begin(), known.end(), name) == known.end()) stray(entry);
        }
    }

    LocalStore& store_;
    bool repairing_;
    const Moved& read_;
    std::vector<Finding> findings_;
    std::map<oci::Digest, std::uint64_t> sizes_; ///< of sound blobs
    std::set<oci::Digest> damaged_;
    std::vector<registry::Document> manifests_;
};

} // namespace

std::string_view name_of(Finding::Kind kind) {
    switch (kind) {
        case Kind::damaged_blob:
            return "damaged blob";
        case Kind::damaged_index:
            return "damaged index";
        case Kind::missing_blob:
            return "missing blob";
        case Kind::unlisted_manifest:
            return "unlisted manifest";
        case Kind::stale_row:
            return "stale row";
        case Kind::stray_file:
            return "stray file";
        case Kind::leftover_upload:
            return "leftover upload";
    }
    return "unknown";
}

std::vector<Finding> check_store(LocalStore& store, Repair repair, const Moved& read) {
    return Checker(store, repair, read).run();
}

} // namespace berth::store
