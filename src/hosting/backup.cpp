#include "hosting/backup.hpp"

#include "base/file.hpp"
#include "base/synchronized.hpp"
#include "base/text.hpp"
#include "codec/verifying_source.hpp"
#include "hosting/index_copy.hpp"
#include "registry/parallel.hpp"
#include "store/blob_directory.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <functional>

namespace berth::hosting {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view database_end = ".sqlite";
constexpr std::string_view mark = "berth-backup";
constexpr std::string_view index_name = "registry.sqlite";
constexpr std::string_view lock_name = "lock";
constexpr std::size_t blobs_at_once = 1000;

store::BlobDirectory blobs_of(const fs::path& directory) {
    return {directory / "blobs", store::BlobDirectory::Depth::sharded};
}

/// For what arrives; a server that starts on the directory empties this folder too.
fs::path incoming(const fs::path& directory) {
    return directory / "uploads";
}

/// Held until the result is closed. `path`: a directory, or a file in it that is made if need be.
UniqueFd lock(const fs::path& path, int flags) {
    UniqueFd handle = open_file(path, flags | O_NOFOLLOW, 0644);
    if (::flock(handle.get(), LOCK_EX | LOCK_NB) != 0) {
        throw Error(ErrorCode::conflict,
                    fmt::format("another process works with {}", berth::quoted(path.native())))
            .set_hint("berth serve must not run on a directory that is restored to");
    }
    return handle;
}

void require_apart(const fs::path& from, const fs::path& to) {
    const auto inner = fs::weakly_canonical(fs::absolute(to) / "").native();
    const auto outer = fs::weakly_canonical(fs::absolute(from) / "").native();
    if (!inner.starts_with(outer) && !outer.starts_with(inner)) return;
    throw Error(ErrorCode::usage,
                fmt::format("{} and {} lie one in the other", berth::quoted(from.native()),
                            berth::quoted(to.native())))
        .set_hint("keep backups on another disk");
}

/// Makes the directory, or takes an empty one or an earlier backup; locked while the result lives.
UniqueFd claim_backup(const fs::path& directory) {
    store::make_directories(directory);
    auto held = lock(directory, O_RDONLY | O_DIRECTORY);
    const bool backup = fs::exists(directory / mark) && !fs::exists(directory / lock_name);
    if (!backup && !fs::is_empty(directory)) {
        throw Error(ErrorCode::conflict, fmt::format("{} is not empty and holds no backup",
                                                     berth::quoted(directory.native())))
            .set_hint("name a new directory, or that of an earlier backup");
    }
    // Before the first blob: a backup that was interrupted can be gone on with.
    if (!backup) replace_file(directory / mark, "This directory is kept by berth backup.\n", 0600);
    return held;
}

/// Makes the directory, or takes one without a registry; locked as berth serve does.
UniqueFd claim_data(const fs::path& directory) {
    store::make_directories(directory);
    auto held = lock(directory / lock_name, O_RDWR | O_CREAT);
    if (fs::exists(directory / index_name)) {
        throw Error(ErrorCode::conflict,
                    fmt::format("{} holds a registry already", berth::quoted(directory.native())))
            .set_hint("stop berth serve, move that directory away, and restore once more");
    }
    return held;
}

/// A new file that is gone again unless keep() is called.
class NewFile {
public:
    explicit NewFile(const fs::path& folder)
        : path_(folder / random_hex_16()),
          file_(open_file(path_, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW)) {}
    NewFile(const NewFile&) = delete;
    NewFile& operator=(const NewFile&) = delete;
    ~NewFile() {
        if (!kept_) ::unlink(path_.c_str());
    }
    const fs::path& path() const { return path_; }
    int file() const { return file_.get(); }
    void keep() { kept_ = true; }

private:
    fs::path path_;
    UniqueFd file_;
    bool kept_ = false;
};

/// Replaces `target` by a copy with the same rights; `folder` holds it meanwhile.
void copy_file(const fs::path& from, const fs::path& target, const fs::path& folder) {
    UniqueFd file = open_file(from, O_RDONLY | O_NOFOLLOW);
    struct stat status {};
    if (::fstat(file.get(), &status) != 0) throw system_error(from.native(), errno);
    NewFile copy(folder);
    FileSource source(std::move(file), 0, static_cast<std::uint64_t>(status.st_size));
    write_source(copy.file(), source, target.native(), [](std::size_t) {});
    if (::fchmod(copy.file(), status.st_mode & 0777) != 0 || ::fsync(copy.file()) != 0 ||
        ::rename(copy.path().c_str(), target.c_str()) != 0)
        throw system_error(target.native(), errno);
    copy.keep();
}

/// The same for a database that somebody may be writing to.
void copy_database(const fs::path& from, const fs::path& target, const fs::path& folder) {
    const auto made = folder / random_hex_16();
    copy_index(from, made);
    const UniqueFd file = open_file(made, O_RDWR);
    if (::fchmod(file.get(), 0600) != 0 || ::fsync(file.get()) != 0 ||
        ::rename(made.c_str(), target.c_str()) != 0)
        throw system_error(target.native(), errno);
}

/// The files beside the index and the blobs: users, keys, other databases and what later versions
/// add.
void copy_small_files(const fs::path& from, const fs::path& to) {
    for (const auto& entry : fs::directory_iterator(from)) {
        const auto name = entry.path().filename().native();
        const bool regular = entry.symlink_status().type() == fs::file_type::regular;
        const bool hidden = name.starts_with('.'); // half-written ones of replace_file(), and marks
        if (!regular || hidden || name == mark || name == lock_name || name.starts_with(index_name))
            continue;
        if (name.ends_with(database_end))
            copy_database(entry.path(), to / name, incoming(to));
        else if (name.find(database_end) == name.npos) // -wal and -shm are in the database's copy
            copy_file(entry.path(), to / name, incoming(to));
    }
    sync_directory(to);
}

/// A stored blob, whose reading fails as content_invalid whatever the reason: a disk that gives one
/// blob up loses that blob, and is the day on which the rest is wanted.
class StoredBlob final : public Source {
public:
    StoredBlob(UniqueFd file, std::uint64_t size) : file_(std::move(file), 0, size) {}
    std::size_t read(std::span<std::byte> into) override {
        try {
            return file_.read(into);
        } catch (const Error& error) {
            throw Error(ErrorCode::content_invalid, error.what());
        }
    }

private:
    FileSource file_;
};

class Transfer {
public:
    Transfer(const BackupWork& work, registry::Progress& progress, std::stop_token stop)
        : threads_(work.threads),
          from_(blobs_of(work.from)),
          to_(blobs_of(work.to)),
          incoming_(incoming(work.to)),
          progress_(progress),
          stop_(std::move(stop)) {}

    /// Copies what `index` names and `to` lacks.
    void copy_blobs(IndexedBlobs& index) {
        report_.blobs = index.count();
        report_.bytes = index.bytes();
        progress_.expect(report_.blobs, report_.bytes);
        std::int64_t row = 0;
        for (auto blobs = index.after(row, blobs_at_once); !blobs.empty();
             blobs = index.after(row, blobs_at_once)) {
            copy_page(blobs);
            row = blobs.back().row;
        }
        report_.copied_blobs = copied_blobs_;
        report_.copied_bytes = copied_bytes_;
    }

    /// Removes what earlier backups copied and `index` names no more.
    void remove_others(IndexedBlobs& index) {
        if (!fs::exists(to_.root())) return;
        for (const auto& entry : fs::recursive_directory_iterator(to_.root())) {
            if (!entry.is_regular_file()) continue;
            const auto algorithm = entry.path().parent_path().parent_path().filename().native();
            const auto digest =
                oci::Digest::parse(algorithm + ":" + entry.path().filename().native());
            if (!digest || index.has(*digest)) continue;
            fs::remove(entry.path());
            ++report_.removed_blobs;
        }
    }

    BackupReport report() {
        report_.lost = lost_.with([](auto& digests) { return std::move(digests); });
        return std::move(report_);
    }

private:
    void copy_page(const std::vector<IndexedBlob>& blobs) {
        std::stop_source source;
        const std::stop_callback forward(stop_, [&] { source.request_stop(); });
        registry::for_each_parallel(blobs.size(), threads_, source,
                                    [&](std::size_t i) { copy_or_report(blobs[i]); });
    }

    void copy_or_report(const IndexedBlob& blob) {
        const auto item = fmt::format("blob {}", blob.digest.short_hex());
        progress_.started(item, blob.size);
        try {
            progress_.finished(item, copy(blob, item) ? "copied" : "present");
        } catch (const Error& error) {
            const bool content = error.code() == ErrorCode::digest_invalid ||
                                 error.code() == ErrorCode::size_invalid ||
                                 error.code() == ErrorCode::content_invalid ||
                                 error.code() == ErrorCode::not_found;
            if (!content) throw;
            lost_.with([&](auto& digests) { digests.push_back(blob.digest.text()); });
            progress_.note(fmt::format("lost: {}", error.what()));
            progress_.finished(item, "lost");
        }
    }

    bool copy(const IndexedBlob& blob, const std::string& item) {
        const auto present = to_.open(blob.digest);
        if (present && present->size == blob.size) return false;
        auto opened = from_.open(blob.digest);
        if (!opened) {
            throw Error(ErrorCode::not_found,
                        fmt::format("the file of blob {} is missing", blob.digest.text()));
        }
        NewFile file(incoming_);
        codec::VerifyingSource source(
            std::make_unique<StoredBlob>(std::move(opened->file), opened->size), blob.digest,
            blob.size, item);
        write_source(file.file(), source, item, [&](std::size_t bytes) {
            if (stop_.stop_requested()) throw Error(ErrorCode::cancelled, "stopped on request");
            progress_.moved(item, bytes);
        });
        to_.publish(file.file(), file.path(), blob.digest);
        file.keep();
        ++copied_blobs_;
        copied_bytes_ += blob.size;
        return true;
    }

    std::size_t threads_;
    store::BlobDirectory from_;
    store::BlobDirectory to_;
    fs::path incoming_;
    registry::Progress& progress_;
    std::stop_token stop_;
    BackupReport report_;
    std::atomic<std::uint64_t> copied_blobs_ = 0;
    std::atomic<std::uint64_t> copied_bytes_ = 0;
    Synchronized<std::vector<std::string>> lost_;
};

void publish_index(const fs::path& made, const fs::path& directory) {
    if (::fsync(open_file(made, O_RDWR).get()) != 0) throw system_error(made.native(), errno);
    fs::rename(made, directory / index_name);
    sync_directory(directory);
}

/// Fills work.to; `get_index` puts a copy of the index where it is told.
BackupReport transfer(const BackupWork& work, Clock& clock, Transfer& blobs,
                      const std::function<void(const fs::path&)>& get_index) {
    const auto folder = incoming(work.to);
    fs::remove_all(folder);
    store::make_directories(folder);
    const auto made = folder / index_name;
    get_index(made);
    tidy_index_copy(made, clock);
    {
        IndexedBlobs index(made);
        blobs.copy_blobs(index);
    }
    copy_small_files(work.from, work.to);
    publish_index(made, work.to);
    IndexedBlobs index(work.to / index_name);
    blobs.remove_others(index);
    fs::remove_all(folder);
    return blobs.report();
}

} // namespace

BackupReport back_up(const BackupWork& work, Clock& clock, registry::Progress& progress,
                     const std::stop_token& stop) {
    require_apart(work.from, work.to);
    const auto held = claim_backup(work.to);
    Transfer blobs(work, progress, stop);
    return transfer(work, clock, blobs,
                    [&](const fs::path& made) { copy_index(work.from / index_name, made); });
}

BackupReport restore(const BackupWork& work, Clock& clock, registry::Progress& progress,
                     const std::stop_token& stop) {
    require_apart(work.from, work.to);
    if (!fs::exists(work.from / mark) || !fs::exists(work.from / index_name)) {
        throw Error(ErrorCode::not_found,
                    fmt::format("{} holds no whole backup", berth::quoted(work.from.native())))
            .set_hint("name the directory that berth backup was given");
    }
    const auto source = lock(work.from, O_RDONLY | O_DIRECTORY);
    const auto held = claim_data(work.to);
    Transfer blobs(work, progress, stop);
    // Copied, not opened: a backup may lie on a disk that cannot be written.
    return transfer(work, clock, blobs, [&](const fs::path& made) {
        copy_file(work.from / index_name, made, incoming(work.to));
    });
}

} // namespace berth::hosting
