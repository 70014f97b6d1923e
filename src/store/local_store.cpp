#include "store/local_store.hpp"

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/text.hpp"
#include "oci/reference.hpp"
#include "store/check.hpp"
#include "store/incoming_blob.hpp"
#include "store/leftovers.hpp"
#include "store/local_repository.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>

#include <algorithm>
#include <array>
#include <cerrno>

namespace berth::store {
namespace {

constexpr std::string_view format_mark = "berth store, format 1\n";

void lock(int file, int operation, const std::filesystem::path& path) {
    while (::flock(file, operation) != 0) {
        if (errno == EINTR) continue;
        throw system_error(fmt::format("locking {}", berth::quoted(path.native())), errno);
    }
}

/// A fetch that started in the middle may go wrong in these ways without anybody being at fault
/// but the bytes that were there, or a source that cannot start in the middle.
bool starting_anew_can_help(ErrorCode code) {
    constexpr std::array codes = {ErrorCode::digest_invalid, ErrorCode::size_invalid,
                                  ErrorCode::range_invalid, ErrorCode::unsupported,
                                  ErrorCode::response_invalid};
    return std::find(codes.begin(), codes.end(), code) != codes.end();
}

bool bytes_are_wrong(ErrorCode code) {
    return code == ErrorCode::digest_invalid || code == ErrorCode::size_invalid;
}

void transfer(IncomingBlob& incoming, const oci::Descriptor& blob, registry::Repository& from,
              const Moved& moved, const std::stop_token& stop) {
    // All bytes may be there already: only the commit is missing.
    if (incoming.received() < blob.size || blob.size == 0)
        incoming.receive(*from.fetch(blob, incoming.received()), moved, stop);
}

void check_repository_name(std::string_view name) {
    constexpr std::size_t longest = 512;
    if (name.size() > longest)
        throw Error(ErrorCode::name_invalid,
                    fmt::format("a repository's name has at most {} bytes", longest));
    // A registry's host may have a port and capitals, which a repository's name may not.
    const std::size_t slash = name.find('/');
    const std::string_view first = name.substr(0, slash);
    const bool host =
        slash != std::string_view::npos && (first.find_first_of(".:") != std::string_view::npos) &&
        std::all_of(first.begin(), first.end(), [](unsigned char c) {
            return std::isalnum(c) != 0 || c == '.' || c == ':' || c == '-' || c == '[' || c == ']';
        });
    oci::parse_repository_name(host ? name.substr(slash + 1) : name).value();
}

} // namespace

std::unique_ptr<Store> Store::open(const std::filesystem::path& directory) {
    return std::make_unique<LocalStore>(directory);
}

LocalStore::LocalStore(std::filesystem::path directory)
    : directory_(std::move(directory)),
      blobs_(directory_ / "blobs", BlobDirectory::Depth::sharded),
      index_(directory_ / "index.sqlite") {
    make_directories(directory_);
    create_or_check();
    make_directories(blobs_.root());
    make_directories(uploads());
    mark_ = open_file(directory_ / mark_name, O_RDONLY);
    lock(mark_.get(), LOCK_SH, directory_ / mark_name);
}

void LocalStore::create_or_check() {
    const UniqueFd creating = open_file(directory_, O_RDONLY | O_DIRECTORY);
    lock(creating.get(), LOCK_EX, directory_);
    const auto mark = directory_ / mark_name;
    if (!std::filesystem::exists(mark)) {
        remove_leftovers(directory_, mark_name);
        if (!std::filesystem::is_empty(directory_))
            throw Error(ErrorCode::corrupt, fmt::format("{} is neither empty nor a Berth store",
                                                        berth::quoted(directory_.native())))
                .set_hint("name an empty or new directory for the store");
        replace_file(mark, format_mark, 0644);
        return;
    }
    constexpr std::uint64_t mark_limit = 4096;
    if (const std::string found = read_file(mark, mark_limit); found != format_mark)
        throw Error(ErrorCode::corrupt,
                    fmt::format("{} is a store of another format: {}",
                                berth::quoted(directory_.native()), berth::quoted(found)))
            .set_hint("use the version of berth that wrote it, or another directory");
}

void LocalStore::ping() {
    index_.repositories("", 1);
}

std::unique_ptr<registry::Repository> LocalStore::repository(std::string_view repository_name) {
    check_repository_name(repository_name);
    return std::make_unique<LocalRepository>(*this, std::string(repository_name));
}

registry::Page LocalStore::repositories(std::string_view after, std::size_t limit) {
    return index_.repositories(after, limit);
}

std::optional<UniqueFd> LocalStore::open_blob(const oci::Digest& digest) {
    auto opened = blobs_.open(digest);
    if (!opened) return std::nullopt;
    return std::move(opened->file);
}

std::string_view LocalStore::fetch_blob(const oci::Descriptor& blob, registry::Repository& from,
                                        const std::function<void(std::uint64_t)>& moved,
                                        std::stop_token stop) {
    if (blobs_.has(blob)) return "present";
    const auto part = uploads() / fmt::format("{}.part", blob.digest.text());
    auto incoming = IncomingBlob::open_shared(part, blob, stop);
    if (blobs_.has(blob)) {
        incoming.discard();
        return "present";
    }
    incoming.take_over(moved, stop);
    bool resumed = incoming.received() > 0;
    for (;;) {
        try {
            transfer(incoming, blob, from, moved, stop);
            incoming.commit(blobs_);
            break;
        } catch (const Error& error) {
            if (!resumed || !starting_anew_can_help(error.code())) {
                if (bytes_are_wrong(error.code())) incoming.discard();
                throw;
            }
        }
        incoming.restart();
        resumed = false;
    }
    index_.record_blob(blob.digest, blob.size);
    return resumed ? "resumed" : "copied";
}

bool LocalStore::commit(const oci::Descriptor& blob, const registry::OpenContent& content) {
    if (blobs_.has(blob)) return false;
    auto incoming = IncomingBlob::create_temporary(uploads(), blob);
    incoming.receive(*content(), {}, {});
    incoming.commit(blobs_);
    return true;
}

std::vector<Finding> LocalStore::check(bool report_only,
                                       const std::function<void(std::uint64_t)>& read) {
    return check_store(*this, report_only ? Repair::no : Repair::yes, read);
}

void LocalStore::alone(const std::function<void()>& work) {
    struct CommonAgain {
        int mark;
        ~CommonAgain() { ::flock(mark, LOCK_SH); }
    };
    if (::flock(mark_.get(), LOCK_EX | LOCK_NB) != 0) {
        // The change of a lock gives up the old one first.
        lock(mark_.get(), LOCK_SH, directory_ / mark_name);
        throw Error(ErrorCode::conflict, fmt::format("the store {} is in use by another process",
                                                     berth::quoted(directory_.native())))
            .set_hint("try again when it has ended");
    }
    const CommonAgain after{mark_.get()};
    work();
}

} // namespace berth::store
