// Store: content on disk by digest, with an index in SQLite.
//
//   DIR/blobs/<algorithm>/<2 hex>/<hex>   committed blobs, read-only
//   DIR/uploads/<digest>.part             bytes of a blob that is being fetched, kept for resume
//   DIR/uploads/.incoming-<16 hex>        bytes of a blob that is being pushed
//   DIR/damaged/                          what check() took out of use
//   DIR/index.sqlite                      repositories, tags, manifests, links; all but the tags
//                                         can be rebuilt
//   DIR/berth-store                       format mark
//
// Several processes may use one store at the same time. A blob is committed in six steps: write,
// compare digest and size, fsync, rename, fsync of the directory, index row.
#pragma once

#include "base/unique_fd.hpp"
#include "oci/descriptor.hpp"
#include "registry/repository.hpp"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace berth::store {

/// One thing that `berth store check` found, and what was done about it.
struct Finding {
    enum class Kind {
        damaged_blob,      ///< bytes do not hash to the name; moved to DIR/damaged
        damaged_index,     ///< index.sqlite is gone or malformed; moved to DIR/damaged, made anew
        missing_blob,      ///< a manifest points at content that is not there
        unlisted_manifest, ///< on disk but not in the index; listed again
        stale_row,         ///< in the index but not on disk; removed
        stray_file,        ///< does not belong here; left alone
        leftover_upload,   ///< unfinished download, older than a day; removed
    };
    Kind kind;
    std::string subject; ///< digest or path
    std::string detail;
};
std::string_view name_of(Finding::Kind kind);

/// A registry whose content is visible by digest in all of its repositories; tags belong to one.
/// Repositories are named as in a reference, with or without the registry they came from
/// ("docker.io/library/debian"). Any thread; must outlive its repositories, but not what they
/// opened.
class Store : public registry::Registry {
public:
    /// Opens or creates the store. Errors: corrupt for a foreign or newer format, and those of
    /// the file system.
    static std::unique_ptr<Store> open(const std::filesystem::path& directory);

    /// Opens a committed blob for reading; not_found-like absence is nothing.
    virtual std::optional<UniqueFd> open_blob(const oci::Digest& digest) = 0;

    /// Fetches `blob` from `from` into the store unless it is present: resumes an unfinished
    /// earlier fetch at the byte where it ended, verifies everything (the resumed part too),
    /// commits. Waits for another process or thread that fetches the same blob. `moved` is told
    /// of each piece, of those kept from the earlier fetch too. If a resumed fetch turns out
    /// wrong, or the source cannot go on from the middle, it starts once more from the beginning
    /// (then `moved` is told of those bytes again). Returns how it came: "copied", "resumed" or
    /// "present".
    virtual std::string_view fetch_blob(const oci::Descriptor& blob, registry::Repository& from,
                                        const std::function<void(std::uint64_t)>& moved,
                                        std::stop_token stop) = 0;

    /// Reads every byte and row; repairs what can be repaired unless `report_only`. `read` is told
    /// of each piece. Error conflict when the index must be made anew while another process uses
    /// the store.
    virtual std::vector<Finding> check(bool report_only,
                                       const std::function<void(std::uint64_t)>& read) = 0;
};

} // namespace berth::store
