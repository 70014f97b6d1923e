#include "client/parallel_blob.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <condition_variable>
#include <cstring>
#include <deque>
#include <exception>
#include <functional>
#include <limits>
#include <mutex>
#include <thread>
#include <vector>

namespace berth::client {
namespace {

/// One connection reads past the blob's end: it finds out there whether the blob goes on.
constexpr auto no_end = std::numeric_limits<std::uint64_t>::max();

} // namespace

/// Workers take parts in order and fill them; the reader empties the oldest. No worker begins a
/// part before the one `connections` earlier was emptied: that bounds the memory.
class ParallelBlob::Parts {
public:
    using Open = std::function<std::unique_ptr<BlobSource>(BlobRange)>;

    Parts(Open open, BlobRange range, const ParallelLimits& limits)
        : open_(std::move(open)), range_(range), limits_(limits), next_(range.begin) {
        for (int i = 0; i < limits_.connections; ++i) {
            workers_.emplace_back([this] { work(); });
        }
    }

    ~Parts() {
        {
            const std::lock_guard lock(mutex_);
            stopping_ = true;
        }
        changed_.notify_all();
    }

    std::size_t read(std::span<std::byte> out) {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] {
            return (!parts_.empty() && parts_.front()->done) || (parts_.empty() && at_end());
        });
        if (parts_.empty()) return 0;
        const auto part = parts_.front();
        if (part->failure) std::rethrow_exception(part->failure);
        const auto count = std::min(out.size(), part->bytes.size() - part->taken);
        std::memcpy(out.data(), part->bytes.data() + part->taken, count);
        part->taken += count;
        if (part->taken == part->bytes.size()) {
            parts_.pop_front();
            changed_.notify_all();
        }
        return count;
    }

private:
    struct Part {
        explicit Part(BlobRange wanted) : range(wanted) {}

        BlobRange range;
        std::vector<std::byte> bytes = {};
        std::size_t taken = 0;
        bool done = false;
        std::exception_ptr failure = {};
    };

    bool at_end() const { return next_ == range_.end; }

    /// Nothing when there is no more to do.
    std::shared_ptr<Part> begin_part() {
        std::unique_lock lock(mutex_);
        const auto most = static_cast<std::size_t>(limits_.connections);
        changed_.wait(lock, [&] { return stopping_ || at_end() || parts_.size() < most; });
        if (stopping_ || at_end()) return nullptr;
        const auto end = next_ + std::min(limits_.part_bytes, range_.end - next_);
        parts_.push_back(std::make_shared<Part>(BlobRange{.begin = next_, .end = end}));
        next_ = end;
        return parts_.back();
    }

    void work() {
        while (const auto part = begin_part()) {
            std::exception_ptr failure;
            try {
                fill(*part);
            } catch (...) {
                failure = std::current_exception();
            }
            {
                const std::lock_guard lock(mutex_);
                part->failure = failure;
                part->done = true;
            }
            changed_.notify_all();
        }
    }

    void fill(Part& part) {
        const auto source = open_(part.range);
        part.bytes.resize(static_cast<std::size_t>(part.range.end - part.range.begin));
        std::span<std::byte> room(part.bytes);
        while (!room.empty()) {
            if (stopped()) throw Error(ErrorCode::cancelled, "stopped on request");
            room = room.subspan(source->read(room.first(std::min(room.size(), buffer_size))));
        }
        std::array<std::byte, 1> beyond{};
        source->read(beyond); // a last part that goes on is found out here
    }

    bool stopped() {
        const std::lock_guard lock(mutex_);
        return stopping_;
    }

    Open open_;
    BlobRange range_;
    ParallelLimits limits_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<std::shared_ptr<Part>> parts_; ///< begun and not yet emptied, in order
    std::uint64_t next_;
    bool stopping_ = false;
    std::vector<std::jthread> workers_; // last: they end before what they use goes
};

ParallelBlob::ParallelBlob(std::shared_ptr<Session> session, std::string repository,
                           oci::Descriptor blob, std::uint64_t offset, ParallelLimits limits)
    : session_(std::move(session)),
      repository_(std::move(repository)),
      blob_(std::move(blob)),
      limits_(limits),
      begin_(offset),
      position_(offset),
      started_(session_->dependencies().clock.now()) {
    read_alone(offset);
}

ParallelBlob::~ParallelBlob() = default;

void ParallelBlob::read_alone(std::uint64_t from) {
    single_ = std::make_unique<BlobSource>(session_, repository_, blob_,
                                           BlobRange{.begin = from, .end = blob_.size});
    single_end_ = no_end;
}

/// Asked until it has been answered once: then the blob is either fast, or in parts, or too short.
bool ParallelBlob::is_worth_parts() {
    if (decided_) return false;
    const auto connections = static_cast<std::uint64_t>(limits_.connections);
    const bool possible = limits_.connections > 1 && single_->can_send_parts() &&
                          blob_.size - position_ > connections * limits_.part_bytes;
    const auto passed = session_->dependencies().clock.now() - started_;
    if (possible && passed < limits_.patience) return false;
    decided_ = true;
    const double seconds = std::chrono::duration<double>(passed).count();
    return possible && static_cast<double>(position_ - begin_) <
                           seconds * static_cast<double>(limits_.slow_bytes_per_second);
}

/// The connection that is open goes on to the end of one more part.
void ParallelBlob::go_parallel() {
    single_end_ = position_ + limits_.part_bytes;
    session_->note(fmt::format("blob {} comes slowly: {} further connections",
                               blob_.digest.short_hex(), limits_.connections - 1));
    auto limits = limits_;
    --limits.connections;
    parts_ = std::make_unique<Parts>(
        [this](BlobRange range) {
            range.whole_is_refused = true;
            return std::make_unique<BlobSource>(session_, repository_, blob_, range);
        },
        BlobRange{.begin = single_end_, .end = blob_.size}, limits);
}

std::size_t ParallelBlob::read(std::span<std::byte> out) {
    if (!parts_ && is_worth_parts()) go_parallel();
    if (position_ >= single_end_) return read_parts(out);
    const auto count = single_->read(out.first(
        static_cast<std::size_t>(std::min<std::uint64_t>(out.size(), single_end_ - position_))));
    position_ += count;
    return count;
}

std::size_t ParallelBlob::read_parts(std::span<std::byte> out) try {
    single_.reset(); // its connection is closed, with the rest unread
    const auto count = parts_->read(out);
    position_ += count;
    return count;
} catch (const Error& error) {
    if (error.code() != ErrorCode::unsupported) throw;
    session_->note(fmt::format("blob {}: one connection again, {}", blob_.digest.short_hex(),
                               error.message()));
    parts_.reset();
    read_alone(position_);
    return read(out);
}

} // namespace berth::client
