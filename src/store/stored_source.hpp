// Sources of blobs that lie on this machine.
#pragma once

#include "base/source.hpp"
#include "oci/descriptor.hpp"
#include "store/blob_directory.hpp"

#include <cstdint>
#include <memory>
#include <string>

namespace berth::store {

/// Reads `length` bytes at `begin` of `file` as `blob`, from `offset` within it: from 0 the bytes
/// are verified at the end. `place` is what messages call where it lies. Errors: range_invalid for
/// an offset beyond the end; bytes that are not the blob's are digest_invalid or size_invalid.
std::unique_ptr<Source> stored_blob(UniqueFd file, std::uint64_t begin, std::uint64_t length,
                                    const oci::Descriptor& blob, std::uint64_t offset,
                                    const std::string& place);

/// Passes `inner` on; there, digest_invalid and size_invalid become corrupt with `hint`: the
/// content was verified when it came, so it has changed on our disk.
std::unique_ptr<Source> trusted(std::unique_ptr<Source> inner, std::string hint);

} // namespace berth::store
