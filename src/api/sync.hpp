// Sync: keeps what is known of registered registries up to date: what they hold (ContentIndex) and
// whether they work (the book's last validation); daily and on demand, as jobs.
#pragma once

#include "api/events.hpp"
#include "api/jobs.hpp"
#include "api/registry_json.hpp"
#include "registration/book.hpp"
#include "registration/content_index.hpp"
#include "registration/open.hpp"
#include "registration/refresh.hpp"

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

namespace berth::api {

/// All must outlive what is made from them.
struct SyncParts {
    registration::Book& book;
    registration::ContentIndex& index;
    registration::Outside& outside;
    registration::Opener& opener; ///< what it has open of a registry goes with that
    Events& events;
    Clock& clock;
    /// How old a sync or a validation may be before start_due() repeats it.
    std::chrono::hours every{24};
    JobOptions jobs = {};
};

/// Any thread.
class Sync {
public:
    explicit Sync(SyncParts parts);

    /// Brings the index of a registry up to date, whole: who asks for it has a reason. What it
    /// waits for, its tokens and its transport are its own. Returns the job's uid. A job that runs
    /// already with what was registered before is not joined: another one follows.
    std::string start_sync(const registration::Registration& registration);
    /// Tries the registry and records the outcome.
    std::string start_validation(const registration::Registration& registration);
    /// Both, for all registries of the tenant for which they are due; a sync that is only due looks
    /// at what is likely to have moved. Call it every few minutes.
    void start_due(std::string_view tenant);

    /// The endpoint, the login or the content paths may have changed: what is known says nothing.
    void changed(const registration::Registration& before, const registration::Registration& after);
    /// Cancels the registry's jobs and forgets what it holds.
    void removed(const std::string& tenant, const std::string& registry_uid);

    SyncView view(const registration::Registration& registration);
    /// Of several, in their order; one question to the index.
    std::vector<SyncView> views(const std::vector<registration::Registration>& registrations);
    Jobs& jobs() { return jobs_; }
    /// Tells listeners that a registry is not as it was.
    void tell(std::string_view tenant, std::string_view registry_uid);

    /// Cancels what runs and ends event streams; does not wait. Call it before the server waits
    /// for its requests.
    void stop();

private:
    /// Whether a sync begins with what is known of the registry.
    enum class Known { keep, forget };
    std::string begin_sync(const registration::Registration& registration, Known known,
                           registration::Recheck recheck);
    std::string sync(const std::string& tenant, const std::string& uid,
                     registration::Recheck recheck, const JobProgress& progress,
                     std::stop_token stop);
    std::string validate(const std::string& tenant, const std::string& uid,
                         const JobProgress& progress, std::stop_token stop);
    bool sync_due(const registration::Registration& registration, std::int64_t now);
    bool validation_due(const registration::Registration& registration) const;
    void job_changed(const Job& job);
    SyncView view(const registration::Registration& registration,
                  const registration::IndexState& state);

    SyncParts parts_;
    Jobs jobs_; ///< last: its threads use the rest
};

/// A job as GET /v1/jobs and the events have it.
json::Object write_job(const Job& job);

} // namespace berth::api
