#include "hosting/scrub.hpp"

#include "base/file.hpp"
#include "base/text.hpp"
#include "hosting/recount.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <set>

namespace berth::hosting {

namespace {

namespace fs = std::filesystem;

/// What one step reads, in bytes and in rows.
constexpr std::uint64_t step_bytes = 4 * 1024 * 1024;
constexpr std::int64_t step_rows = 100;
constexpr std::int64_t save_every = 10;
/// In a report, which takes no lock, a file may be one that is becoming a blob just now.
constexpr std::int64_t settled_after = 600;

enum Phase : std::int64_t { blobs, manifests, counts, files };
constexpr std::int64_t not_begun = -1;

Finding::Kind kind_of(BlobVerdict::Kind verdict) {
    switch (verdict) {
        case BlobVerdict::Kind::missing:
            return Finding::Kind::missing_blob;
        case BlobVerdict::Kind::unreadable:
        case BlobVerdict::Kind::unstable:
            return Finding::Kind::unreadable_blob;
        default:
            return Finding::Kind::damaged_blob;
    }
}

/// <root>/<algorithm>/<2 hex>, each as "algorithm/xx", in byte order.
std::set<std::string> shards(const fs::path& root) {
    std::set<std::string> found;
    std::error_code none;
    for (const auto& algorithm : fs::directory_iterator(root, none)) {
        if (!algorithm.is_directory()) continue;
        for (const auto& shard : fs::directory_iterator(algorithm.path(), none))
            found.insert(algorithm.path().filename() / shard.path().filename());
    }
    return found;
}

/// Moves a file to a name that is free, so that no damaged bytes replace others.
void move_aside(const fs::path& file, const fs::path& directory, const oci::Digest& digest) {
    store::make_directories(directory);
    const auto name = fmt::format("{}-{}", digest.algorithm_name(), digest.hex());
    for (int number = 0;; ++number) {
        const auto target = directory / (number == 0 ? name : fmt::format("{}.{}", name, number));
        if (::renameat2(AT_FDCWD, file.c_str(), AT_FDCWD, target.c_str(), RENAME_NOREPLACE) == 0)
            return;
        if (errno != EEXIST)
            throw system_error(fmt::format("moving {} aside", berth::quoted(file.native())), errno);
    }
}

bool has_row(Index& index, const oci::Digest& digest) {
    return index.database().read([&](db::Connection& connection) {
        return connection.prepare("SELECT 1 FROM blobs WHERE digest = $1", digest.text()).next();
    });
}

} // namespace

Scrub::Scrub(ScrubParts parts, Mode mode, Start start) : parts_(std::move(parts)), mode_(mode) {
    if (start == Start::where_it_stopped) cursor_ = read_cursor();
    saved_at_ = parts_.index.database().now();
}

ScrubStep Scrub::step() {
    ScrubStep step;
    switch (cursor_.phase) {
        case blobs:
            look_at_blobs(step);
            break;
        case manifests:
            look_at_manifests(step);
            break;
        case counts:
            look_at_counts(step);
            break;
        default:
            look_at_files(step);
    }
    const auto now = parts_.index.database().now();
    if (step.done || !step.findings.empty() || now - saved_at_ >= save_every)
        save_cursor(step.done);
    return step;
}

void Scrub::next_phase() {
    cursor_ = {.phase = cursor_.phase + 1, .number = 0, .name = {}};
}

bool Scrub::open_next_blob(ScrubStep& step) {
    return parts_.index.database().read([&](db::Connection& connection) {
        auto found = connection.prepare(
            "SELECT id, digest, size, damaged_at FROM blobs WHERE id > $1 AND links > 0 "
            "ORDER BY id LIMIT 1",
            cursor_.number);
        if (!found.next()) return false;
        const auto digest = oci::Digest::parse(found.text(1));
        if (!digest) {
            step.findings.push_back({Finding::Kind::wrong_count, berth::quoted(found.text(1)),
                                     "stands where a digest belongs"});
            cursor_.number = found.integer(0);
            return true;
        }
        marked_ = !found.is_null(3);
        blob_.emplace(parts_.blobs, found.integer(0), *digest,
                      static_cast<std::uint64_t>(found.integer(2)));
        return true;
    });
}

void Scrub::look_at_blobs(ScrubStep& step) {
    for (std::int64_t seen = 0; seen < step_rows && step.bytes < step_bytes; ++seen) {
        if (!blob_ && !open_next_blob(step)) return next_phase();
        if (!blob_) continue;
        auto verdict = blob_->read_some(step_bytes - step.bytes, step.bytes);
        if (verdict) end_blob(step, std::move(*verdict));
    }
}

void Scrub::end_blob(ScrubStep& step, BlobVerdict verdict) {
    const auto check = std::move(*blob_);
    blob_.reset();
    cursor_.number = check.id();
    using enum BlobVerdict::Kind;
    if (verdict.kind == sound && !marked_) return;
    const auto& digest = check.digest();
    std::unique_lock<std::mutex> lock;
    if (mode_ == Mode::mend) lock = std::unique_lock(parts_.lock_of(digest));
    if (!still_holds(check, verdict.kind)) return;
    if (mode_ == Mode::mend) mend(digest, verdict.kind);
    if (verdict.kind == sound) return;
    if (marked_ && verdict.kind == missing)
        verdict.detail = "was set aside earlier and has not been pushed again";
    step.findings.push_back({kind_of(verdict.kind), digest.text(), std::move(verdict.detail)});
}

bool Scrub::still_holds(const BlobCheck& check, BlobVerdict::Kind kind) {
    // Meanwhile it may have been collected, or a push may have put another file there.
    if (!parts_.index.is_linked(check.digest())) return false;
    if (kind == BlobVerdict::Kind::missing) return !parts_.blobs.open(check.digest());
    return !check.opened() || check.is_file(parts_.blobs.path_of(check.digest()));
}

void Scrub::mend(const oci::Digest& digest, BlobVerdict::Kind kind) {
    using enum BlobVerdict::Kind;
    if (kind == unstable) return;
    parts_.index.set_damaged(digest, kind != sound);
    if (kind == damaged) move_aside(parts_.blobs.path_of(digest), parts_.set_aside, digest);
}

void Scrub::look_at_manifests(ScrubStep& step) {
    const bool more = parts_.index.database().read([&](db::Connection& connection) {
        auto found = connection.prepare(
            "SELECT manifests.repository, manifests.digest, manifests.bytes, repositories.name "
            "FROM manifests CROSS JOIN repositories ON repositories.id = manifests.repository "
            "WHERE (manifests.repository, manifests.digest) > ($1, $2) "
            "ORDER BY manifests.repository, manifests.digest LIMIT $3",
            cursor_.number, cursor_.name, step_rows);
        std::int64_t seen = 0;
        while (step.bytes < step_bytes && found.next()) {
            ++seen;
            cursor_.number = found.integer(0);
            cursor_.name = found.text(1);
            const auto bytes = found.bytes(2);
            step.bytes += bytes.size();
            const auto digest = oci::Digest::parse(cursor_.name);
            if (digest && codec::digest_of(bytes, digest->algorithm()) == *digest) continue;
            step.findings.push_back({Finding::Kind::damaged_manifest,
                                     fmt::format("{}@{}", found.text(3), cursor_.name),
                                     "its bytes are not those of its digest"});
        }
        return seen == step_rows || step.bytes >= step_bytes;
    });
    if (!more) next_phase();
}

void Scrub::look_at_counts(ScrubStep& step) {
    // The name is the number of the comparison: a small one, in decimal.
    const auto check = parse_number(cursor_.name, recount_checks()).value_or(0);
    if (check >= recount_checks()) return next_phase();
    cursor_.number = parts_.index.database().read([&](db::Connection& connection) {
        return recount_page(connection, check, cursor_.number, step.findings);
    });
    if (cursor_.number == 0) cursor_.name = fmt::format("{}", check + 1);
}

void Scrub::look_at_files(ScrubStep& step) {
    const auto all = shards(parts_.blobs.root());
    const auto shard = all.upper_bound(cursor_.name);
    if (shard == all.end()) {
        step.done = true;
        return;
    }
    cursor_.name = *shard;
    std::error_code none;
    for (const auto& file : fs::directory_iterator(parts_.blobs.root() / *shard, none)) {
        if (auto finding = look_at_file(file.path())) step.findings.push_back(std::move(*finding));
    }
}

std::optional<Finding> Scrub::look_at_file(const fs::path& path) {
    struct stat found {};
    if (::lstat(path.c_str(), &found) != 0) return std::nullopt;
    const auto algorithm = path.parent_path().parent_path().filename().string();
    const auto digest = oci::Digest::parse(algorithm + ":" + path.filename().string());
    if (!digest || parts_.blobs.path_of(*digest) != path) {
        return Finding{Finding::Kind::stray_file, path.string(), "its name is not that of a blob"};
    }
    if (has_row(parts_.index, *digest)) return std::nullopt;
    if (mode_ == Mode::report) {
        if (parts_.index.database().now() - found.st_ctim.tv_sec < settled_after)
            return std::nullopt;
        return Finding{Finding::Kind::stray_file, path.string(),
                       fmt::format("{} bytes that no repository knows", found.st_size)};
    }
    const std::lock_guard lock(parts_.lock_of(*digest));
    if (has_row(parts_.index, *digest)) return std::nullopt;
    ::unlink(path.c_str());
    return Finding{Finding::Kind::stray_file, path.string(),
                   fmt::format("{} bytes that no repository knew, removed", found.st_size)};
}

Scrub::Cursor Scrub::read_cursor() {
    return parts_.index.database().read([](db::Connection& connection) -> Cursor {
        auto found = connection.prepare("SELECT phase, number, name FROM scrub WHERE id = 1");
        if (!found.next() || found.integer(0) == not_begun) return {};
        return {found.integer(0), found.integer(1), found.text(2)};
    });
}

void Scrub::save_cursor(bool done) {
    const auto now = parts_.index.database().now();
    saved_at_ = now;
    if (mode_ == Mode::report) return;
    parts_.index.database().write_blobs([&](db::Connection& connection) {
        return connection.run(
            "INSERT INTO scrub (id, phase, number, name, finished_at) "
            "VALUES (1, $1, $2, $3, $4) ON CONFLICT (id) DO UPDATE SET "
            "phase = $1, number = $2, name = $3, finished_at = coalesce($4, finished_at)",
            done ? not_begun : cursor_.phase, cursor_.number, cursor_.name,
            done ? std::optional(now) : std::nullopt);
    });
}

bool Scrub::due(Index& index, std::chrono::seconds every) {
    return index.database().read([&](db::Connection& connection) {
        auto found = connection.prepare("SELECT phase, finished_at FROM scrub WHERE id = 1");
        if (!found.next() || found.integer(0) != not_begun || found.is_null(1)) return true;
        return index.database().now() - found.integer(1) >= every.count();
    });
}

} // namespace berth::hosting
