// IncomingBlob: one blob on its way to disk, from the first byte to the commit.
#pragma once

#include "base/source.hpp"
#include "base/unique_fd.hpp"
#include "codec/hasher.hpp"
#include "oci/descriptor.hpp"
#include "store/blob_directory.hpp"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <stop_token>

namespace berth::store {

/// Told how many more bytes went by; may be empty.
using Moved = std::function<void(std::uint64_t)>;

/// The file that receives a blob's bytes. Every byte is hashed, those that an earlier process left
/// behind too. One thread at a time.
///
/// Errors of all members: those of the file system (no_space among them); cancelled on a stop.
class IncomingBlob {
public:
    /// The file at `path`, created if need be, for this thread alone: waits while another thread
    /// or process has it. Bytes that are in it already are kept and counted as received once
    /// take_over() has read them. What was received stays for the next one when this is destroyed.
    static IncomingBlob open_shared(const std::filesystem::path& path, const oci::Descriptor& blob,
                                    std::stop_token stop);
    /// A new file in `directory`, gone when this is destroyed before it was committed. Where the
    /// file system can, it has no name until then, so that it goes with a killed process too.
    static IncomingBlob create_temporary(const std::filesystem::path& directory,
                                         const oci::Descriptor& blob);
    IncomingBlob(IncomingBlob&&) = default;
    ~IncomingBlob();

    std::uint64_t received() const { return received_; }

    /// Reads and hashes what the file holds. More than the blob's size is discarded.
    void take_over(const Moved& moved, std::stop_token stop);
    /// Appends `content` to its end. More bytes than the blob has are Error size_invalid. If the
    /// source throws, what came before stays received.
    void receive(Source& content, const Moved& moved, std::stop_token stop);
    /// Drops what was received.
    void restart();
    /// Removes the file; the object is of no use afterwards.
    void discard();
    /// Compares size and digest (size_invalid, digest_invalid), then makes the blob visible,
    /// durably.
    void commit(const BlobDirectory& blobs);

private:
    IncomingBlob(UniqueFd file, std::filesystem::path path, const oci::Descriptor& blob,
                 bool temporary);
    void give_name();
    void append(std::span<const std::byte> bytes);
    Error mismatch(ErrorCode code, const std::string& what) const;

    UniqueFd file_;
    std::filesystem::path path_; ///< the directory while the file has no name
    oci::Descriptor blob_;
    bool temporary_;
    bool named_ = true;
    codec::Hasher hasher_;
    std::uint64_t received_ = 0;
    std::uint64_t flushed_ = 0;
};

} // namespace berth::store
