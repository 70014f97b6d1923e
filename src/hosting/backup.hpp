// Backup: a whole copy of a registry's data directory, made while the registry is served.
//
//   DIR/berth-backup      the mark: this directory is a backup
//   DIR/registry.sqlite   the index as of the moment when the backup began
//   DIR/blobs/…           what it names, every byte verified as it was copied
//   DIR/users.json, …     the small files of the data directory
//
// The index is copied before the blobs, so each blob that it names was complete by then; what is
// deleted afterwards stays on disk for the collector's grace time, which a backup must not outlast.
// The new index appears by rename after the last blob: a backup that was interrupted leaves the
// one before it whole.
#pragma once

#include "base/clock.hpp"
#include "registry/progress.hpp"

#include <cstdint>
#include <filesystem>
#include <stop_token>
#include <string>
#include <vector>

namespace berth::hosting {

/// What a backup or a restore did.
struct BackupReport {
    std::uint64_t blobs = 0;        ///< that the index names
    std::uint64_t bytes = 0;        ///< of these
    std::uint64_t copied_blobs = 0; ///< the others were there from an earlier backup
    std::uint64_t copied_bytes = 0;
    std::uint64_t removed_blobs = 0;    ///< of an earlier backup, named no more
    std::vector<std::string> lost = {}; ///< digests whose content is missing or damaged
};

/// What backing up and restoring work with.
struct BackupWork {
    std::filesystem::path from;
    std::filesystem::path to;
    std::size_t threads = 4;
};

/// Makes `to` a backup of the data directory `from`. `to` is created, or holds an earlier backup,
/// of which only the difference is copied. Blobs that are lost are reported and do not stop it.
///
/// Errors: not_found (no registry in `from`), conflict (`to` is no backup, or another process
/// writes to it), corrupt (a newer program wrote the index), no_space, cancelled, internal.
BackupReport back_up(const BackupWork& work, Clock& clock, registry::Progress& progress,
                     const std::stop_token& stop);

/// Makes `to` a data directory out of the backup `from`. `to` must not hold a registry.
/// Errors as those of back_up().
BackupReport restore(const BackupWork& work, Clock& clock, registry::Progress& progress,
                     const std::stop_token& stop);

} // namespace berth::hosting
