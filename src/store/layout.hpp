// OCI image layouts: a directory (image-layout.md) or a tar archive of one, as a Repository.
#pragma once

#include "registry/repository.hpp"

#include <filesystem>
#include <memory>

namespace berth::store {

/// A layout directory for reading and writing. Writing creates it; blobs are committed as in a
/// store (verified, fsync, rename), index.json is replaced atomically under a lock. Tags are the
/// org.opencontainers.image.ref.name annotations. Errors name the file.
std::unique_ptr<registry::Repository> open_layout(const std::filesystem::path& directory,
                                                  bool create);

/// An archive (plain tar of a layout; also the `docker save` form of Docker 25 and later, which is
/// one) for reading. Blobs are found by one pass over the headers; nothing is unpacked.
std::unique_ptr<registry::Repository> open_layout_archive(const std::filesystem::path& file);

/// Writes what `source` holds under `tag_or_digest`, with children, as a layout archive at `file`,
/// atomically.
void write_layout_archive(registry::Repository& source, std::string_view tag_or_digest,
                          std::string_view tag, const std::filesystem::path& file);

} // namespace berth::store
