// Copies of the index: the index of a registry as of one moment, in a file of its own.
//
// Backups are made of it, and registries are restored from it. It holds what manifests need and no
// more: links and blobs of pushes that have not ended yet are left out, because the collector may
// take their files away while the copy is made.
#pragma once

#include "base/clock.hpp"
#include "db/connection.hpp"
#include "oci/digest.hpp"

#include <cstdint>
#include <filesystem>
#include <string_view>
#include <vector>

namespace berth::hosting {

/// A blob that the index names. `row`: where to go on after it.
struct IndexedBlob {
    std::int64_t row;
    oci::Digest digest;
    std::uint64_t size;
};

/// Writes the copy of the database `index` to `file`, which must not be there. Whoever serves
/// `index` goes on meanwhile. Errors: not_found if there is no `index`; no_space; corrupt.
void copy_index(const std::filesystem::path& index, const std::filesystem::path& file);

/// Drops from a copy what no manifest needs, and brings an older schema to the present one.
/// Errors: corrupt if a newer program wrote it; no_space.
void tidy_index_copy(const std::filesystem::path& file, Clock& clock);

/// The blobs that a copy names. One thread. The file must not move while this object lives.
class IndexedBlobs {
public:
    explicit IndexedBlobs(const std::filesystem::path& file);

    /// At most `most` blobs after `row` (0: from the start), in the order of their rows.
    std::vector<IndexedBlob> after(std::int64_t row, std::size_t most);
    bool has(const oci::Digest& digest);
    std::uint64_t count();
    std::uint64_t bytes();

private:
    std::uint64_t number(std::string_view sql);

    db::Connection connection_;
};

} // namespace berth::hosting
