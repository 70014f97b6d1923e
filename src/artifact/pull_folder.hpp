// Folders that oras packed into one layer.
#pragma once

#include "base/unique_fd.hpp"
#include "oci/descriptor.hpp"

#include <string>

namespace berth::artifact {

/// Whether oras marked the layer as a folder to be unpacked.
bool is_packed_folder(const oci::Descriptor& layer);

/// Unpacks the archive in `file`, which has the verified bytes of `layer`, into the empty
/// directory `into`. Only what lies below `path`, the layer's title, may be in it. Errors:
/// content_invalid, limit_exceeded, and digest_invalid if the digest that oras noted for the
/// archive is another. Takes over `file`.
void unpack_folder(UniqueFd file, const oci::Descriptor& layer, const std::string& path, int into);

} // namespace berth::artifact
