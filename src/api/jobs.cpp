#include "api/jobs.hpp"

#include "base/error.hpp"
#include "base/uid.hpp"
#include "db/database_error.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <exception>

namespace berth::api {
namespace {

/// Nothing that its registry's people could mend, nor should read.
bool is_ours(const std::exception& error) {
    const auto* known = dynamic_cast<const Error*>(&error);
    return known == nullptr || known->code() == ErrorCode::internal ||
           dynamic_cast<const db::DatabaseError*>(&error) != nullptr;
}

} // namespace

std::string_view text_of(JobKind kind) noexcept {
    constexpr std::array<std::string_view, 3> texts{"sync", "validate", "fill"};
    return texts[static_cast<std::size_t>(kind)];
}

std::string_view text_of(JobStatus status) noexcept {
    constexpr std::array<std::string_view, 4> texts{"running", "done", "failed", "cancelled"};
    return texts[static_cast<std::size_t>(status)];
}

Jobs::Jobs(JobOptions options, Clock& clock, std::function<void(const Job&)> changed)
    : options_(options), clock_(clock), changed_(std::move(changed)) {
    for (std::size_t i = 0; i < options_.threads; ++i) threads_.emplace_back([this] { serve(); });
}

Jobs::~Jobs() {
    stop();
    for (std::thread& thread : threads_) thread.join();
}

std::int64_t Jobs::now_ms() {
    return std::chrono::duration_cast<std::chrono::milliseconds>(
               clock_.wall_now().time_since_epoch())
        .count();
}

/// Under the lock: what is told last of a job is how it is.
void Jobs::tell(const Entry& entry) {
    if (changed_) changed_(entry.job);
}

std::string Jobs::start(JobSubject subject, JobWork work) {
    const auto entry = std::make_shared<Entry>();
    const std::lock_guard lock(mutex_);
    for (const Shared& other : entries_) {
        const JobSubject& its = other->job.subject;
        const bool waits = !other->taken && !other->job.finished;
        if (waits && its.kind == subject.kind && its.registry_uid == subject.registry_uid)
            return other->job.uid;
    }
    if (stopping_) throw Error(ErrorCode::cancelled, "the server is stopping");
    entry->job = {.uid = random_uid(),
                  .subject = std::move(subject),
                  .phase = "waiting",
                  .started = now_ms()};
    entry->work = std::move(work);
    entries_.push_back(entry);
    forget_old();
    tell(*entry);
    work_.notify_one();
    return entry->job.uid;
}

/// Under the lock. Those that are not over stay, however many there are.
void Jobs::forget_old() {
    const auto over = [](const Shared& entry) { return entry->job.finished.has_value(); };
    auto surplus = std::count_if(entries_.begin(), entries_.end(), over) -
                   static_cast<std::ptrdiff_t>(options_.kept);
    for (auto at = entries_.begin(); at != entries_.end() && surplus > 0;) {
        if (!over(*at)) {
            ++at;
            continue;
        }
        at = entries_.erase(at);
        --surplus;
    }
}

bool Jobs::registry_is_busy(std::string_view registry_uid) const {
    return std::any_of(entries_.begin(), entries_.end(), [&](const Shared& entry) {
        return entry->taken && !entry->job.finished &&
               entry->job.subject.registry_uid == registry_uid;
    });
}

/// Nothing once it stops.
Jobs::Shared Jobs::take() {
    std::unique_lock lock(mutex_);
    while (true) {
        if (stopping_) return nullptr;
        for (const Shared& entry : entries_) {
            if (entry->taken || entry->job.finished) continue;
            if (registry_is_busy(entry->job.subject.registry_uid)) continue;
            entry->taken = true;
            return entry;
        }
        work_.wait(lock);
    }
}

void Jobs::serve() {
    while (const Shared entry = take()) run(entry);
}

void Jobs::run(const Shared& entry) {
    const JobProgress report(
        [&](std::string_view phase, const JobAmount& amount) { progress(entry, phase, amount); });
    try {
        std::string message = entry->work(report, entry->stop.get_token());
        finish(entry, JobStatus::done, std::move(message));
    } catch (const std::exception& error) {
        if (entry->stop.stop_requested()) {
            finish(entry, JobStatus::cancelled, "stopped on request");
            return;
        }
        fail(entry, error);
    }
}

void Jobs::fail(const Shared& entry, const std::exception& error) {
    const Job job = [&] {
        const std::lock_guard lock(mutex_);
        return entry->job;
    }();
    if (options_.failed) options_.failed(job, error);
    finish(entry, JobStatus::failed,
           is_ours(error) ? fmt::format("something went wrong inside Berth; the server's log has "
                                        "more under the job {}",
                                        job.uid)
                          : error.what());
}

void Jobs::progress(const Shared& entry, std::string_view phase, const JobAmount& amount) {
    const std::lock_guard lock(mutex_);
    entry->job.phase = phase;
    entry->job.done = amount.done;
    entry->job.total = amount.total;
    entry->job.bytes = amount.bytes;
    entry->job.bytes_total = amount.bytes_total;
    const auto now = clock_.now();
    if (now - entry->told < options_.quiet) return;
    entry->told = now;
    tell(*entry);
}

void Jobs::finish(const Shared& entry, JobStatus status, std::string message) {
    const std::lock_guard lock(mutex_);
    entry->job.status = status;
    entry->job.message = std::move(message);
    entry->job.finished = now_ms();
    entry->work = {};
    tell(*entry);
    forget_old();
    // Another job of this registry may wait for just this.
    work_.notify_all();
}

std::vector<Job> Jobs::list(std::string_view tenant, std::size_t limit) {
    std::vector<Job> found;
    const std::lock_guard lock(mutex_);
    for (auto at = entries_.rbegin(); at != entries_.rend() && found.size() < limit; ++at) {
        if ((*at)->job.subject.tenant == tenant) found.push_back((*at)->job);
    }
    return found;
}

std::optional<Job> Jobs::running(JobKind kind, std::string_view registry_uid) {
    const std::lock_guard lock(mutex_);
    std::optional<Job> waiting;
    for (const Shared& entry : entries_) {
        const Job& job = entry->job;
        const bool wanted =
            !job.finished && job.subject.kind == kind && job.subject.registry_uid == registry_uid;
        if (wanted && entry->taken) return job;
        if (wanted && !waiting) waiting = job;
    }
    return waiting;
}

bool Jobs::cancel(std::string_view tenant, std::string_view uid) {
    std::vector<Shared> cancelled;
    bool known = false;
    {
        const std::lock_guard lock(mutex_);
        for (const Shared& entry : entries_) {
            if (entry->job.uid != uid || entry->job.subject.tenant != tenant) continue;
            known = true;
            entry->stop.request_stop();
            if (!entry->taken && !entry->job.finished) cancelled.push_back(entry);
        }
        // Nobody takes it any more.
        for (const Shared& entry : cancelled) entry->taken = true;
    }
    for (const Shared& entry : cancelled)
        finish(entry, JobStatus::cancelled, "stopped before it began");
    return known;
}

void Jobs::cancel_registry(std::string_view registry_uid, std::optional<JobKind> kind) {
    std::vector<std::pair<std::string, std::string>> wanted;
    {
        const std::lock_guard lock(mutex_);
        for (const Shared& entry : entries_) {
            const JobSubject& subject = entry->job.subject;
            if (subject.registry_uid == registry_uid && !entry->job.finished &&
                (!kind || *kind == subject.kind))
                wanted.emplace_back(subject.tenant, entry->job.uid);
        }
    }
    for (const auto& [tenant, uid] : wanted) cancel(tenant, uid);
}

void Jobs::stop() {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    for (const Shared& entry : entries_) entry->stop.request_stop();
    work_.notify_all();
}

} // namespace berth::api
