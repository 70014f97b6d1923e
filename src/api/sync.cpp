#include "api/sync.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "base/utf8.hpp"
#include "registration/validate.hpp"
#include "registration/with_secrets.hpp"

#include <fmt/format.h>

namespace berth::api {
namespace {

using registration::Recheck;
using registration::Registration;

constexpr std::size_t page = 200;

Error gone(std::string_view uid) {
    return {ErrorCode::not_found, fmt::format("the registry {} is gone", berth::quoted(uid))};
}

std::int64_t now_ms(Clock& clock) {
    return std::chrono::duration_cast<std::chrono::milliseconds>(
               clock.wall_now().time_since_epoch())
        .count();
}

std::string sentence(const registration::RefreshReport& report) {
    std::string text = registration::amount_text(report);
    if (report.removed > 0) text += fmt::format(", {} gone", report.removed);
    if (!report.failures.empty())
        text += fmt::format("; {} could not be read: {}", report.failures.size(),
                            report.failures.front());
    return text;
}

} // namespace

Sync::Sync(SyncParts parts)
    : parts_(std::move(parts)),
      jobs_(parts_.jobs, parts_.clock, [this](const Job& job) { job_changed(job); }) {}

std::string Sync::begin_sync(const Registration& registration, Known known, Recheck recheck) {
    return jobs_.start({JobKind::sync, registration.tenant, registration.uid, registration.name},
                       [this, known, recheck, tenant = registration.tenant, uid = registration.uid](
                           const JobProgress& progress, std::stop_token stop) {
                           // Here and not before: a sync of what was registered before may still
                           // have written.
                           if (known == Known::forget) parts_.index.forget(uid);
                           return sync(tenant, uid, recheck, progress, std::move(stop));
                       });
}

std::string Sync::start_sync(const Registration& registration) {
    return begin_sync(registration, Known::keep, Recheck::all);
}

std::string Sync::start_validation(const Registration& registration) {
    return jobs_.start(
        {JobKind::validate, registration.tenant, registration.uid, registration.name},
        [this, tenant = registration.tenant, uid = registration.uid](const JobProgress& progress,
                                                                     std::stop_token stop) {
            return validate(tenant, uid, progress, std::move(stop));
        });
}

std::string Sync::sync(const std::string& tenant, const std::string& uid, Recheck recheck,
                       const JobProgress& progress, std::stop_token stop) {
    auto found = registration::find_with_secrets(parts_.book, tenant, uid);
    if (!found) throw gone(uid);
    progress("listing repositories", 0, 0);
    const registration::Access access =
        registration::access_of(found->registration, std::move(found->secrets));
    registration::Opened opened(access, parts_.outside, access.remote_options(), stop);
    registration::RefreshOptions options;
    options.recheck = recheck;
    options.on_progress = [&](const registration::RefreshProgress& so_far) {
        progress("reading repositories", so_far.done, so_far.total, so_far.bytes);
    };
    // Deleted while it ran: then nobody else takes away what this wrote.
    struct Forget {
        registration::Book& book;
        registration::ContentIndex& index;
        const std::string& tenant;
        const std::string& uid;
        ~Forget() {
            try {
                if (!book.find(tenant, uid)) index.forget(uid);
            } catch (const std::exception&) {
                // Rows of a registry that is gone harm nobody.
            }
        }
    } forget{parts_.book, parts_.index, tenant, uid};
    return sentence(registration::refresh(parts_.index, uid, opened.registry(),
                                          access.content_paths, options, parts_.clock,
                                          std::move(stop)));
}

std::string Sync::validate(const std::string& tenant, const std::string& uid,
                           const JobProgress& progress, std::stop_token stop) {
    const auto found = parts_.book.find(tenant, uid);
    if (!found) throw gone(uid);
    const auto steps = static_cast<std::int64_t>(registration::step_count(found->spec.kind));
    registration::ValidateOptions options;
    std::int64_t over = 0;
    options.on_step = [&](const registration::Step& step) { progress(step.name, ++over, steps); };
    const registration::Validation validation = registration::validate_registration(
        parts_.book, tenant, uid, parts_.outside, options, std::move(stop));
    if (const registration::Step* failed = validation.failed_step())
        return fmt::format("{}: {}", failed->name, failed->message);
    return "the registry works";
}

bool Sync::sync_due(const Registration& registration, std::int64_t now) {
    if (!registration.spec.is_sync_supported) return false;
    if (jobs_.running(JobKind::sync, registration.uid)) return false;
    const registration::IndexState state = parts_.index.state(registration.uid);
    // A sync that another run of this program did not bring to its end.
    if (!state.started || state.status == "InProgress") return true;
    return now - *state.started >= std::chrono::milliseconds(parts_.every).count();
}

bool Sync::validation_due(const Registration& registration) const {
    const auto& last = registration.last_validation;
    return !last || parts_.clock.wall_now() - last->at >= parts_.every;
}

void Sync::start_due(std::string_view tenant) {
    std::string after;
    while (true) {
        const auto some = parts_.book.list(tenant, after, page);
        const std::int64_t now = now_ms(parts_.clock);
        for (const Registration& each : some) {
            if (sync_due(each, now)) begin_sync(each, Known::keep, Recheck::some);
            if (validation_due(each) && !jobs_.running(JobKind::validate, each.uid))
                start_validation(each);
        }
        if (some.size() < page) return;
        after = some.back().name;
    }
}

void Sync::changed(const Registration& before, const Registration& after) {
    tell(after.tenant, after.uid);
    const auto where = [](const Registration& registration) {
        return fmt::format("{} {}", registration.endpoint.text(),
                           registration.spec.base_content_path);
    };
    const bool elsewhere = where(before).compare(where(after)) != 0;
    jobs_.cancel_registry(after.uid);
    parts_.opener.close(after.uid);
    if (elsewhere) parts_.index.forget(after.uid);
    if (after.spec.is_sync_supported)
        begin_sync(after, elsewhere ? Known::forget : Known::keep, Recheck::all);
}

void Sync::removed(const std::string& tenant, const std::string& registry_uid) {
    jobs_.cancel_registry(registry_uid);
    parts_.opener.close(registry_uid);
    parts_.index.forget(registry_uid);
    tell(tenant, registry_uid);
}

SyncView Sync::view(const Registration& registration) {
    return view(registration, parts_.index.state(registration.uid));
}

std::vector<SyncView> Sync::views(const std::vector<Registration>& registrations) {
    const auto states = parts_.index.states();
    const registration::IndexState never;
    std::vector<SyncView> all;
    for (const Registration& each : registrations) {
        const auto state = states.find(each.uid);
        all.push_back(view(each, state == states.end() ? never : state->second));
    }
    return all;
}

SyncView Sync::view(const Registration& registration, const registration::IndexState& state) {
    if (!registration.spec.is_sync_supported) return {};
    SyncView view{.status = state.status,
                  .message = utf8_text(state.message),
                  .started = state.started,
                  .succeeded = state.succeeded};
    if (const auto job = jobs_.running(JobKind::sync, registration.uid)) {
        view.status = "InProgress";
        view.message = job->total == 0
                           ? job->phase
                           : fmt::format("{}: {} of {}", job->phase, job->done, job->total);
        view.started = job->started;
    } else if (state.status == "InProgress") {
        view.status = "Pending";
        view.message = "the sync was interrupted and begins again soon";
    } else if (state.status.empty()) {
        view.status = "Pending";
    }
    return view;
}

void Sync::tell(std::string_view tenant, std::string_view registry_uid) {
    parts_.events.publish(tenant, "registry", json::write(json::Object{{"uid", registry_uid}}));
}

void Sync::job_changed(const Job& job) {
    parts_.events.publish(job.subject.tenant, "job", json::write(write_job(job)));
    if (job.finished) tell(job.subject.tenant, job.subject.registry_uid);
}

void Sync::stop() {
    jobs_.stop();
    parts_.events.close();
}

json::Object write_job(const Job& job) {
    json::Object written{{"uid", job.uid},
                         {"kind", text_of(job.subject.kind)},
                         {"registryUid", job.subject.registry_uid},
                         {"registryName", job.subject.registry_name},
                         {"status", text_of(job.status)},
                         {"phase", job.phase},
                         {"itemsDone", job.done},
                         {"itemsTotal", job.total},
                         {"bytesDone", job.bytes},
                         {"message", utf8_text(job.message)},
                         {"started", time_text(job.started)}};
    if (job.bytes_total > 0) written["bytesTotal"] = job.bytes_total;
    if (job.finished) written["finished"] = time_text(*job.finished);
    return written;
}

} // namespace berth::api
