// Jobs: what the server does for a registry in the background, seen from outside: begun, under
// way, over; and cancelled.
//
// In memory: a restart forgets them, and what is due is begun again.
#pragma once

#include "base/clock.hpp"

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <exception>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace berth::api {

enum class JobKind { sync, validate, fill };
std::string_view text_of(JobKind kind) noexcept;

enum class JobStatus { running, done, failed, cancelled };
std::string_view text_of(JobStatus status) noexcept;

/// Whose job it is.
struct JobSubject {
    JobKind kind;
    std::string tenant;
    std::string registry_uid;
    std::string registry_name;
};

struct Job {
    std::string uid; ///< 24 hex digits
    JobSubject subject;
    JobStatus status = JobStatus::running; ///< also while it waits for its turn
    std::string phase = {};                ///< "waiting", then what the work says
    std::int64_t done = 0;
    std::int64_t total = 0;       ///< 0: not known
    std::int64_t bytes = 0;       ///< that were read for it
    std::int64_t bytes_total = 0; ///< 0: not known
    std::string message = {};
    std::int64_t started = 0; ///< wall-clock milliseconds
    std::optional<std::int64_t> finished = {};
};

/// How far a job is.
struct JobAmount {
    std::int64_t done = 0;
    std::int64_t total = 0; ///< 0: not known
    std::int64_t bytes = 0;
    std::int64_t bytes_total = 0; ///< 0: not known
};

/// What a job says while it runs. Any thread; good until the work returns.
class JobProgress {
public:
    using Report = std::function<void(std::string_view phase, const JobAmount& amount)>;
    explicit JobProgress(Report report) : report_(std::move(report)) {}
    void operator()(std::string_view phase, std::int64_t done, std::int64_t total,
                    std::int64_t bytes = 0) const {
        report_(phase, {.done = done, .total = total, .bytes = bytes});
    }
    void operator()(std::string_view phase, const JobAmount& amount) const {
        report_(phase, amount);
    }

private:
    Report report_;
};

/// The work of a job: returns a sentence on what came of it. An Error makes the job failed, or
/// cancelled after a stop request.
using JobWork = std::function<std::string(const JobProgress&, std::stop_token)>;

struct JobOptions {
    std::size_t threads = 2;
    std::size_t kept = 200; ///< jobs that are remembered after their end
    /// Between two tellings of one job's progress; its end is told at once.
    std::chrono::milliseconds quiet{250};
    /// Told of each job that failed, for the log: what() says all, also of errors of which viewers
    /// are not told more than that they happened. Any thread, under no lock. May be empty.
    std::function<void(const Job&, const std::exception&)> failed = {};
};

/// Any thread. Jobs of one registry run one after the other.
class Jobs {
public:
    /// `changed` is told of each change as it happens, by any thread, under the lock: it calls
    /// nothing of this. May be empty. `clock` must outlive this.
    Jobs(JobOptions options, Clock& clock, std::function<void(const Job&)> changed = {});
    /// stop() and wait.
    ~Jobs();
    Jobs(const Jobs&) = delete;
    Jobs& operator=(const Jobs&) = delete;

    /// Begins a job, or joins one of the same kind and registry that has not begun to run; its uid.
    std::string start(JobSubject subject, JobWork work);

    /// Newest first; of a tenant.
    std::vector<Job> list(std::string_view tenant, std::size_t limit);
    /// One that is not over, of this kind and registry; the one that runs before those that wait.
    std::optional<Job> running(JobKind kind, std::string_view registry_uid);

    /// False if the tenant has no such job. A job that is over stays as it is.
    bool cancel(std::string_view tenant, std::string_view uid);
    /// All jobs of a registry, of one kind if it is given.
    void cancel_registry(std::string_view registry_uid, std::optional<JobKind> kind = {});

    /// Cancels everything and begins nothing any more; does not wait. For the server's end.
    void stop();

private:
    struct Entry {
        Job job;
        JobWork work;
        std::stop_source stop = {};
        bool taken = false; ///< a thread is at it
        std::chrono::steady_clock::time_point told = {};
    };
    using Shared = std::shared_ptr<Entry>; // a thread's and the list's: a job may be forgotten

    void serve();
    Shared take();
    void run(const Shared& entry);
    void fail(const Shared& entry, const std::exception& error);
    void progress(const Shared& entry, std::string_view phase, const JobAmount& amount);
    void finish(const Shared& entry, JobStatus status, std::string message);
    bool registry_is_busy(std::string_view registry_uid) const;
    void forget_old();
    void tell(const Entry& entry);
    std::int64_t now_ms();

    const JobOptions options_;
    Clock& clock_;
    const std::function<void(const Job&)> changed_;
    std::mutex mutex_;
    std::condition_variable work_;
    std::deque<Shared> entries_; ///< oldest first
    bool stopping_ = false;
    std::vector<std::thread> threads_; ///< begun last
};

} // namespace berth::api
