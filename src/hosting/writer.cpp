#include "hosting/writer.hpp"

#include "base/error.hpp"

namespace berth::hosting {

namespace {

/// Bounds how long the first of a batch waits for the last.
constexpr std::size_t most_together = 64;

/// Each its own: several threads must not throw one and the same object.
std::exception_ptr copy_of_current() {
    try {
        throw;
    } catch (const Error& error) {
        return std::make_exception_ptr(error);
    } catch (const std::exception&) {
        return std::current_exception();
    }
}

} // namespace

void Writer::run(const Change& change) {
    Waiting mine{change};
    wait_for(mine);
}

void Writer::run_alone(const Change& change, const std::function<void()>& committed) {
    Waiting mine{change, &committed};
    wait_for(mine);
}

void Writer::wait_for(Waiting& mine) {
    std::unique_lock lock(mutex_);
    queue_.push_back(&mine);
    while (!mine.done) {
        changed_.wait(lock, [&] { return mine.done || !committing_; });
        if (mine.done) break;
        committing_ = true;
        const Batch batch = take();
        lock.unlock();
        commit(batch);
        lock.lock();
        for (Waiting* each : batch) each->done = true;
        committing_ = false;
        changed_.notify_all();
    }
    lock.unlock();
    if (mine.failure) std::rethrow_exception(mine.failure);
}

Writer::Batch Writer::take() {
    Batch batch;
    while (!queue_.empty() && batch.size() < most_together) {
        const bool alone = queue_.front()->committed != nullptr;
        if (alone && !batch.empty()) break;
        batch.push_back(queue_.front());
        queue_.pop_front();
        if (alone) break;
    }
    return batch;
}

void Writer::commit(const Batch& batch) noexcept {
    try {
        const auto connection = pool_.lease();
        db::Transaction transaction(*connection);
        if (batch.size() == 1) {
            batch.front()->change(*connection);
        } else {
            for (Waiting* each : batch) apply(*connection, *each);
        }
        transaction.commit();
        if (batch.front()->committed != nullptr) (*batch.front()->committed)();
    } catch (...) {
        for (Waiting* each : batch) {
            if (!each->failure) each->failure = copy_of_current();
        }
    }
}

void Writer::apply(db::Connection& connection, Waiting& waiting) {
    connection.run("SAVEPOINT change");
    try {
        waiting.change(connection);
    } catch (...) {
        waiting.failure = std::current_exception();
    }
    // After some errors (a full disk) the whole transaction is gone, and this fails for all.
    if (waiting.failure) connection.run("ROLLBACK TO change");
    connection.run("RELEASE change");
}

} // namespace berth::hosting
