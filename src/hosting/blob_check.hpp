// BlobCheck: one blob read again, piece by piece.
#pragma once

#include "codec/hasher.hpp"
#include "oci/digest.hpp"
#include "store/blob_directory.hpp"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace berth::hosting {

/// Something that is not as it should be.
struct Finding {
    enum class Kind {
        damaged_blob,     ///< its bytes are not those of its digest
        missing_blob,     ///< rows without a file
        unreadable_blob,  ///< the file cannot be read, or reads differently each time
        damaged_manifest, ///< its bytes are not those of its digest
        wrong_count,      ///< a stored sum is not what its rows add up to
        stray_file,       ///< a file that no row knows
    };
    Kind kind = Kind::damaged_blob;
    std::string subject; ///< a digest, NAME@DIGEST, a prefix, a path
    std::string detail;  ///< what was found and what was done about it
};
/// "damaged_blob": one word, for scripts and metrics.
std::string_view name_of(Finding::Kind kind);

struct BlobVerdict {
    enum class Kind {
        sound,
        damaged,
        missing,
        unreadable,
        unstable, ///< it read wrong once and right after that: the disk holds it, something shakes
    };
    Kind kind = Kind::sound;
    std::string detail;
};

/// One thread at a time.
class BlobCheck {
public:
    /// Opens the file; whether that went well is seen at the first read.
    BlobCheck(const store::BlobDirectory& blobs, std::int64_t id, oci::Digest digest,
              std::uint64_t size);

    std::int64_t id() const { return id_; }
    const oci::Digest& digest() const { return digest_; }
    bool opened() const { return opened_.has_value(); }
    /// Reads at most `most` bytes more, and adds what it read to `read`. The verdict once there is
    /// one. A blob that does not fit its digest is read twice before that is said.
    std::optional<BlobVerdict> read_some(std::uint64_t most, std::uint64_t& read);
    /// Whether `path` still is the file that was read.
    bool is_file(const std::filesystem::path& path) const;

private:
    std::optional<BlobVerdict> at_end();
    void forget_cached() const;

    std::int64_t id_;
    oci::Digest digest_;
    std::uint64_t size_;
    std::optional<store::OpenedBlob> opened_;
    std::optional<BlobVerdict> early_; ///< known without reading
    codec::Hasher hasher_;
    std::uint64_t at_ = 0;
    bool again_ = false; ///< the second reading
    std::string first_digest_;
};

} // namespace berth::hosting
