#include "api/sync_routes.hpp"

#include "api/refusal.hpp"
#include "api/registries.hpp"
#include "base/text.hpp"
#include "registration/field_error.hpp"

#include <fmt/format.h>

#include <memory>

namespace berth::api {
namespace {

using identity::Right;
using registration::Kind;
using registration::Registration;

class SyncOperations {
public:
    explicit SyncOperations(SyncRouteParts parts) : parts_(parts) {}

    net::Response start(Call& call, Kind kind) {
        const Registration found = find_registry(parts_.book, call, kind);
        call.audit.name = found.name;
        if (!found.spec.is_sync_supported)
            throw registration::FieldError(
                ErrorCode::usage, "spec.isSyncSupported",
                fmt::format("the registry {} is registered without synchronization",
                            berth::quoted(found.name)))
                .hint_is(
                    "its content is asked for when you look at it; register it again with "
                    "synchronization to have it listed and searched");
        parts_.sync.start_sync(found);
        return reply(202);
    }

    /// Palette's provider asks at …/basic for ECR registries too.
    net::Response status(Call& call, std::optional<Kind> kind) {
        const Registration found = find_registry(parts_.book, call, kind);
        return reply(200, write_sync_status(found, parts_.sync.view(found)));
    }

    net::Response jobs(Call& call) {
        json::Array items;
        for (const Job& job : parts_.sync.jobs().list(call.tenant(), page_of(call).limit))
            items.push_back(write_job(job));
        return reply(200, {{"items", std::move(items)}});
    }

    net::Response cancel(Call& call) {
        const std::string& uid = call.segment("uid");
        if (!parts_.sync.jobs().cancel(call.tenant(), uid))
            throw Error(ErrorCode::not_found,
                        fmt::format("there is no job {}", berth::quoted(uid)));
        return reply(204);
    }

    net::Response events(Call& call) {
        auto stream = parts_.events.listen(
            {.tenant = call.tenant(),
             .person = call.person->uid,
             .last_id = call.request.headers.find("Last-Event-ID").value_or(""),
             .stop = call.request.stop,
             .still_may = still_may(call.request)});
        if (!stream) {
            Refusal refusal(429, "TooManyRequests",
                            "as many clients listen to events as can be served");
            refusal.set_hint("close other windows, or ask again and again instead");
            refusal.set_retry_after(30);
            throw refusal;
        }
        net::Response response{.status = 200, .body = net::StreamedBody{std::move(stream)}};
        response.headers.add("Content-Type", "text/event-stream");
        response.headers.add("Cache-Control", "no-store");
        // nginx holds back what it takes for a page.
        response.headers.add("X-Accel-Buffering", "no");
        return response;
    }

private:
    std::function<bool()> still_may(const net::Request& request) const {
        if (!parts_.still_opens) return {};
        const auto asked = std::make_shared<net::Request>(); // the first one goes before the stream
        asked->headers = request.headers;
        return [asked, opens = parts_.still_opens] { return opens(*asked); };
    }

    SyncRouteParts parts_;
};

} // namespace

Routes make_sync_routes(SyncRouteParts parts) {
    // Shared by the operations, which are copied.
    const auto shared = std::make_shared<SyncOperations>(parts);
    using S = SyncOperations;
    const auto start = [&](Kind kind) {
        return [shared, kind](Call& call) { return shared->start(call, kind); };
    };
    const auto status = [&](std::optional<Kind> kind) {
        return [shared, kind](Call& call) { return shared->status(call, kind); };
    };
    const auto plain = [&](net::Response (S::*act)(Call&)) {
        return [shared, act](Call& call) { return (*shared.*act)(call); };
    };
    return {
        {"POST", "/v1/registries/oci/{uid}/basic/sync", Right::use, start(Kind::basic),
         "registry.sync"},
        {"POST", "/v1/registries/oci/{uid}/ecr/sync", Right::use, start(Kind::ecr),
         "registry.sync"},
        {"GET", "/v1/registries/oci/{uid}/basic/sync/status", Right::see, status({})},
        {"GET", "/v1/registries/oci/{uid}/ecr/sync/status", Right::see, status(Kind::ecr)},
        {"GET", "/v1/jobs", Right::see, plain(&S::jobs)},
        {"POST", "/v1/jobs/{uid}/cancel", Right::use, plain(&S::cancel), "job.cancel"},
        {"GET", "/v1/events", Right::see, plain(&S::events)},
    };
}

} // namespace berth::api
