#include "codec/read_ahead.hpp"

#include <algorithm>
#include <condition_variable>
#include <cstring>
#include <exception>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

namespace berth::codec {

/// Buffers go round: the thread fills the one after the last filled, the reader empties the first.
/// A buffer belongs to the thread until it is published and to the reader until it is given back;
/// only the counters are shared.
class ReadAheadSource::Ring {
public:
    Ring(std::unique_ptr<Source> inner, std::size_t buffers, std::size_t buffer_bytes)
        : inner_(std::move(inner)), buffer_bytes_(std::max<std::size_t>(buffer_bytes, 1)) {
        slots_.resize(std::max<std::size_t>(buffers, 1));
        for (Slot& slot : slots_) {
            slot.bytes = std::make_unique_for_overwrite<std::byte[]>(buffer_bytes_);
        }
        thread_ = std::thread([this] { run(); });
    }

    ~Ring() {
        {
            const std::lock_guard lock(mutex_);
            stopping_ = true;
        }
        changed_.notify_all();
        thread_.join();
    }

    std::size_t read(std::span<std::byte> out) {
        if (!holding_ && !take()) return 0;
        const Slot& slot = slots_[reading_];
        const std::size_t count = std::min(out.size(), slot.size - position_);
        std::memcpy(out.data(), slot.bytes.get() + position_, count);
        position_ += count;
        if (position_ == slot.size) give_back();
        return count;
    }

private:
    struct Slot {
        std::unique_ptr<std::byte[]> bytes;
        std::size_t size = 0;
    };

    /// The reader waits for a filled buffer. False at the end; throws what the inner source threw.
    bool take() {
        std::unique_lock lock(mutex_);
        reader_waits_ = true;
        changed_.wait(lock, [&] { return filled_ > 0 || ended_; });
        reader_waits_ = false;
        if (filled_ > 0) {
            holding_ = true;
            position_ = 0;
            return true;
        }
        if (failure_) std::rethrow_exception(failure_);
        return false;
    }

    void give_back() {
        holding_ = false;
        reading_ = (reading_ + 1) % slots_.size();
        {
            const std::lock_guard lock(mutex_);
            --filled_;
        }
        changed_.notify_all();
    }

    void run() {
        std::exception_ptr failure;
        try {
            std::size_t writing = 0;
            while (wait_for_room() && fill(slots_[writing])) {
                writing = (writing + 1) % slots_.size();
            }
        } catch (...) {
            failure = std::current_exception();
        }
        {
            const std::lock_guard lock(mutex_);
            ended_ = true;
            failure_ = failure;
        }
        changed_.notify_all();
    }

    bool wait_for_room() {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] { return filled_ < slots_.size() || stopping_; });
        return !stopping_;
    }

    /// Fills one buffer and publishes it: whole, or sooner when the reader has nothing to do. What
    /// came before an error is published too.
    bool fill(Slot& slot) {
        slot.size = 0;
        const std::span all(slot.bytes.get(), buffer_bytes_);
        bool more = true;
        while (more && slot.size < buffer_bytes_) {
            if (slot.size > 0 && wanted_now()) break;
            more = read_inner(slot, all.subspan(slot.size));
        }
        if (slot.size > 0) publish();
        return more;
    }

    bool read_inner(Slot& slot, std::span<std::byte> room) try {
        const std::size_t got = inner_->read(room);
        slot.size += got;
        return got > 0;
    } catch (...) {
        if (slot.size > 0) publish();
        throw;
    }

    bool wanted_now() {
        const std::lock_guard lock(mutex_);
        return reader_waits_ || stopping_;
    }

    void publish() {
        {
            const std::lock_guard lock(mutex_);
            ++filled_;
        }
        changed_.notify_all();
    }

    std::unique_ptr<Source> inner_;
    std::size_t buffer_bytes_;
    std::vector<Slot> slots_;

    // The reader's own.
    std::size_t reading_ = 0;
    std::size_t position_ = 0;
    bool holding_ = false;

    std::mutex mutex_;
    std::condition_variable changed_;
    std::size_t filled_ = 0;
    bool reader_waits_ = false;
    bool stopping_ = false;
    bool ended_ = false;
    std::exception_ptr failure_;

    std::thread thread_;
};

ReadAheadSource::ReadAheadSource(std::unique_ptr<Source> inner, std::size_t buffers,
                                 std::size_t buffer_bytes)
    : ring_(std::make_unique<Ring>(std::move(inner), buffers, buffer_bytes)) {}

ReadAheadSource::~ReadAheadSource() = default;

std::size_t ReadAheadSource::read(std::span<std::byte> out) {
    return ring_->read(out);
}

} // namespace berth::codec
