// Scrub: reads everything again and compares it with what it should be, in small steps.
//
// In this order: the bytes of each blob with its size and digest; the bytes of each manifest; the
// counts that garbage collection, listings and quotas live by with the rows that they count; the
// files below blobs/ with the rows that know them. Where it is is kept in the index, so that a
// restart does not begin again.
#pragma once

#include "hosting/blob_check.hpp"
#include "hosting/index.hpp"
#include "store/blob_directory.hpp"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace berth::hosting {

struct ScrubStep {
    std::uint64_t bytes = 0; ///< read from blobs and manifests, for the caller to pace itself by
    std::vector<Finding> findings;
    bool done = false; ///< everything was looked at
};

/// What a scrub works on; all must outlive it.
struct ScrubParts {
    Index& index;
    const store::BlobDirectory& blobs;
    std::filesystem::path set_aside = {}; ///< where damaged bytes are moved to
    /// The lock under which a blob's file and rows change together; not asked for in a report.
    std::function<std::mutex&(const oci::Digest&)> lock_of = {};
};

/// One thread at a time; everything else may go on meanwhile.
class Scrub {
public:
    enum class Mode {
        report, ///< changes nothing; also beside another process that serves
        mend    ///< sets damaged bytes aside and removes files that no row knows
    };
    enum class Start { new_run, where_it_stopped };
    Scrub(ScrubParts parts, Mode mode, Start start);

    /// Reads about 4 MiB, or looks at some hundred rows. Errors: the index's; what is wrong with
    /// content is a finding.
    ScrubStep step();

    /// Whether a run is under way, or the last one ended longer ago than `every`.
    static bool due(Index& index, std::chrono::seconds every);

private:
    struct Cursor {
        std::int64_t phase = 0;
        std::int64_t number = 0; ///< of blobs and repositories the last id that was looked at
        std::string name;        ///< of manifests the digest, of files the directory
    };

    void look_at_blobs(ScrubStep& step);
    void look_at_manifests(ScrubStep& step);
    void look_at_counts(ScrubStep& step);
    void look_at_files(ScrubStep& step);
    void next_phase();
    bool open_next_blob(ScrubStep& step);
    void end_blob(ScrubStep& step, BlobVerdict verdict);
    bool still_holds(const BlobCheck& check, BlobVerdict::Kind kind);
    void mend(const oci::Digest& digest, BlobVerdict::Kind kind);
    std::optional<Finding> look_at_file(const std::filesystem::path& path);
    Cursor read_cursor();
    void save_cursor(bool done);

    ScrubParts parts_;
    Mode mode_;
    Cursor cursor_;
    std::optional<BlobCheck> blob_;
    bool marked_ = false;       ///< whether the index says that the blob is damaged
    std::int64_t saved_at_ = 0; ///< wall-clock seconds
};

} // namespace berth::hosting
