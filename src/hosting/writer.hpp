// Writer: changes by many threads, committed together.
//
// A commit is on the disk before it is reported, and a disk syncs a few hundred times a second.
// While one commit is under way the changes that come are gathered, and the next commit takes them
// all.
#pragma once

#include "db/pool.hpp"

#include <condition_variable>
#include <deque>
#include <exception>
#include <functional>
#include <mutex>
#include <vector>

namespace berth::hosting {

/// Any thread.
class Writer {
public:
    using Change = std::function<void(db::Connection&)>;

    explicit Writer(db::Pool& pool) : pool_(pool) {}

    /// Runs `change` inside a transaction and returns once that is on the disk. It may run on
    /// another thread, beside changes of others, but never at the same time as one of them; what it
    /// throws is thrown here, and only what it did itself is taken back. If the transaction as a
    /// whole fails, all of its changes are told so. Must not be called from within a change.
    void run(const Change& change);
    /// As run(), but in a transaction of its own; `committed` is called once that is on the disk,
    /// before any other change begins. It must not throw.
    void run_alone(const Change& change, const std::function<void()>& committed);

private:
    struct Waiting {
        const Change& change;
        const std::function<void()>* committed = nullptr; ///< not null: alone
        std::exception_ptr failure = nullptr;
        bool done = false;
    };
    using Batch = std::vector<Waiting*>;

    void wait_for(Waiting& mine);
    Batch take();
    void commit(const Batch& batch) noexcept;
    static void apply(db::Connection& connection, Waiting& waiting);

    db::Pool& pool_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<Waiting*> queue_;
    bool committing_ = false;
};

} // namespace berth::hosting
