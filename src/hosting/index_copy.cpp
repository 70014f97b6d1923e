#include "hosting/index_copy.hpp"

#include "base/text.hpp"
#include "hosting/index.hpp"
#include "hosting/index_rows.hpp"

#include <fmt/format.h>

namespace berth::hosting {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t step = 1000;

void drop_garbage(Index& copy) {
    // Far before zero: rows that a clock of the future dated are garbage too.
    constexpr std::chrono::seconds none = -std::chrono::hours(24 * 365 * 100);
    std::vector<oci::Digest> dropped;
    for (;;) {
        auto garbage = copy.collect(none, step, dropped);
        if (garbage.links + garbage.blobs + garbage.dropped.size() == 0) return;
        dropped = std::move(garbage.dropped);
    }
}

} // namespace

void copy_index(const fs::path& index, const fs::path& file) {
    if (!fs::exists(index)) {
        throw Error(ErrorCode::not_found, fmt::format("{} holds no registry: there is no {}",
                                                      berth::quoted(index.parent_path().native()),
                                                      berth::quoted(index.filename().native())))
            .set_hint("name the data directory with --data");
    }
    // One read transaction: SQLite's writers go on beside it.
    db::Connection(index, {.create = false}).run("VACUUM INTO $1", file.native());
}

void tidy_index_copy(const fs::path& file, Clock& clock) {
    Index copy(file, clock);
    drop_garbage(copy);
}

IndexedBlobs::IndexedBlobs(const fs::path& file) : connection_(file, {.create = false}) {}

std::vector<IndexedBlob> IndexedBlobs::after(std::int64_t row, std::size_t most) {
    auto found = connection_.prepare(
        "SELECT id, digest, size FROM blobs WHERE id > $1 AND links > 0 ORDER BY id LIMIT $2", row,
        static_cast<std::int64_t>(most));
    std::vector<IndexedBlob> blobs;
    while (found.next()) {
        blobs.push_back({found.integer(0), rows::digest_of(found.text(1)),
                         static_cast<std::uint64_t>(found.integer(2))});
    }
    return blobs;
}

bool IndexedBlobs::has(const oci::Digest& digest) {
    return connection_.prepare("SELECT 1 FROM blobs WHERE digest = $1 AND links > 0", digest.text())
        .next();
}

std::uint64_t IndexedBlobs::count() {
    return number("SELECT count(*) FROM blobs WHERE links > 0");
}

std::uint64_t IndexedBlobs::bytes() {
    return number("SELECT coalesce(sum(size), 0) FROM blobs WHERE links > 0");
}

std::uint64_t IndexedBlobs::number(std::string_view sql) {
    auto found = connection_.prepare(sql);
    found.next();
    return static_cast<std::uint64_t>(found.integer(0));
}

} // namespace berth::hosting
