// Index: what the store's content is called and how it hangs together, in SQLite.
//
// Content is visible by digest in the whole store; tags belong to a repository. All but the tags
// can be rebuilt from the blobs on disk.
#pragma once

#include "base/synchronized.hpp"
#include "db/pool.hpp"
#include "oci/descriptor.hpp"
#include "registry/repository.hpp"
#include "store/manifest_record.hpp"

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace berth::store {

/// Any thread, any number of processes. The file is opened at the first call that needs it.
/// Errors of all members are those of db::Connection; a damaged file is corrupt, with a hint.
class Index {
public:
    explicit Index(std::filesystem::path file);

    const std::filesystem::path& file() const { return file_; }

    void record_blob(const oci::Digest& digest, std::uint64_t size);
    /// Many at once; those that have a row keep it.
    void record_blobs(const std::map<oci::Digest, std::uint64_t>& sizes);
    /// Records the manifest, its repository, and unless empty the tag: all or nothing. An empty
    /// repository records the manifest alone.
    void record_manifest(const ManifestRecord& record, std::string_view repository,
                         std::string_view tag);

    std::optional<oci::Descriptor> manifest(const oci::Digest& digest);
    std::optional<oci::Descriptor> tagged(std::string_view repository, std::string_view tag);
    /// In byte order, at most `limit` (bounded by 10,000) after `after`.
    registry::Page tags(std::string_view repository, std::string_view after, std::size_t limit);
    registry::Page repositories(std::string_view after, std::size_t limit);
    std::vector<oci::Descriptor> referrers(const oci::Digest& subject,
                                           std::string_view artifact_type);

    enum class Health { sound, absent, malformed };
    /// Reads the whole file.
    Health health();
    /// Moves the file, and what SQLite keeps beside it, to `directory`. REQUIRES: no other
    /// process has it open, no other thread is inside this object.
    void move_away(const std::filesystem::path& directory);

    std::vector<oci::Digest> blobs();
    std::vector<oci::Digest> manifests();
    struct Link {
        std::string parent;
        oci::Descriptor child;
    };
    /// What manifests require, each child once.
    std::vector<Link> required_children();
    /// "repository:tag" of every tag that points at `digest`.
    std::vector<std::string> tags_of(const oci::Digest& digest);
    /// Removes the manifest's row with its links and tags, and its blob's row.
    void forget_manifest(const oci::Digest& digest);
    void forget_blob(const oci::Digest& digest);

private:
    template <class Use>
    auto with(Use&& use);

    std::filesystem::path file_;
    db::Pool pool_;
    Synchronized<bool> migrated_;
};

} // namespace berth::store
