// BlobDirectory: committed content as files that are named by their digest.
//
// The store and OCI layouts keep blobs the same way and differ only in how deep the files lie.
// A file appears by rename when its bytes are verified and on disk; what is there is complete.
#pragma once

#include "base/unique_fd.hpp"
#include "oci/descriptor.hpp"

#include <cstdint>
#include <filesystem>
#include <optional>

namespace berth::store {

/// A blob opened for reading.
struct OpenedBlob {
    UniqueFd file;
    std::uint64_t size;
};

/// Any thread, any number of processes.
class BlobDirectory {
public:
    enum class Depth {
        flat,   ///< <root>/<algorithm>/<hex>, as the image-layout specification has it
        sharded ///< <root>/<algorithm>/<2 hex>/<hex>
    };
    BlobDirectory(std::filesystem::path root, Depth depth);

    const std::filesystem::path& root() const { return root_; }
    std::filesystem::path path_of(const oci::Digest& digest) const;

    /// Nothing if there is no such file. Symbolic links and everything else that is not a regular
    /// file are Error content_invalid: following them would read what the store does not own.
    std::optional<OpenedBlob> open(const oci::Digest& digest) const;
    /// As open(), and a file of another size than `blob.size` counts as absent.
    std::optional<OpenedBlob> open(const oci::Descriptor& blob) const;
    bool has(const oci::Descriptor& blob) const { return open(blob).has_value(); }

    /// Steps three to five of a commit: fsync of `file`, whose path is `temporary` on the same
    /// file system, rename to its name, fsync of the directory. REQUIRES: the bytes of `file` are
    /// verified.
    void publish(int file, const std::filesystem::path& temporary, const oci::Digest& digest) const;

    /// The directory that `digest`'s file lies in, created if need be.
    std::filesystem::path make_parent(const oci::Digest& digest) const;

private:
    std::filesystem::path root_;
    Depth depth_;
};

/// Creates `directory` and those above it that are missing, each durable in its parent. Several
/// processes may do so at once.
void make_directories(const std::filesystem::path& directory);

} // namespace berth::store
