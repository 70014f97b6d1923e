#include "api/ecr_regions.hpp"

#include "api/aws_account.hpp"
#include "api/ecr_region_json.hpp"
#include "api/fields.hpp"
#include "api/refusal.hpp"
#include "base/text.hpp"
#include "base/utf8.hpp"
#include "ecr/region_fill.hpp"
#include "ecr/region_matrix.hpp"
#include "registration/field_error.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <memory>

namespace berth::api {
namespace {

using ecr::FillPlan;
using ecr::MatrixRequest;
using ecr::RegionFill;
using identity::Right;
using registration::Registration;

constexpr std::size_t most_names = 100;               ///< of repositories that are asked for
constexpr std::size_t kept_reports = 64;              ///< of all registries
constexpr std::size_t all_jobs = 1'000;               ///< more than are remembered
constexpr std::size_t longest_kept = 4 * 1024 * 1024; ///< bytes of a report
/// Of whoever waits for a plan.
constexpr std::chrono::seconds estimate_patience{20};

/// `repositories=team/app,charts/*`
std::vector<std::string> repositories_of(const Call& call) {
    const std::string asked = call.query.find("repositories").value_or("");
    std::vector<std::string> names;
    for (const std::string_view name : split(asked, ','))
        if (!trimmed(name).empty()) names.emplace_back(trimmed(name));
    if (names.size() > most_names)
        throw Error(ErrorCode::usage,
                    fmt::format("repositories names more than {}: name the beginning that they "
                                "share, as in team/*",
                                most_names));
    return names;
}

/// What a body asks to be filled.
struct FillBody {
    MatrixRequest what;
    ecr::MakeRepositories make;
};

FillBody fill_of(Call& call) {
    const json::Object body = body_of(call);
    FillBody fill{.what = {.regions = texts_field(body, "regions"),
                           .repositories = texts_field(body, "repositories"),
                           .limit = 500,
                           .gaps_only = true},
                  .make = boolean_field(body, "createRepositories").value_or(false)
                              ? ecr::MakeRepositories::yes
                              : ecr::MakeRepositories::no};
    if (fill.what.regions.size() > most_regions_asked)
        throw registration::FieldError(ErrorCode::usage, "regions",
                                       fmt::format("names more than {}", most_regions_asked));
    if (fill.what.repositories.size() > most_names)
        throw registration::FieldError(ErrorCode::usage, "repositories",
                                       fmt::format("names more than {}", most_names));
    return fill;
}

std::string sentence(const ecr::FillReport& report) {
    using ecr::FillResult;
    std::string text =
        fmt::format("{} copied, {}", report.count(FillResult::copied), human_size(report.moved));
    const auto add = [&](FillResult result, std::string_view word) {
        if (const std::size_t count = report.count(result); count > 0)
            text += fmt::format(", {} {}", count, word);
    };
    add(FillResult::present, "were there");
    add(FillResult::left, "left as they are");
    add(FillResult::failed, "failed");
    return text;
}

class EcrRegions {
public:
    explicit EcrRegions(RegistryParts parts) : parts_(parts) {}

    net::Response matrix(Call& call) {
        const Registration found = find_ecr_registry(parts_, call);
        const PageQuery page = page_of(call);
        const MatrixRequest request{
            .regions = regions_of(call),
            .repositories = repositories_of(call),
            .after = page.after,
            .limit = page.limit,
            .gaps_only = equals_ignoring_case(call.query.find("gaps").value_or(""), "true")};
        const auto place = outbound_place(parts_.outbound, call);
        const auto matrix = ecr::compare_regions(access_of(parts_.book, found), *parts_.outside.aws,
                                                 request, call.request.stop);
        json::Object written = write_region_matrix(matrix, parts_.clock.wall_now());
        written["listmeta"] = list_meta(page, matrix.repositories, {}, matrix.next);
        return reply(200, written);
    }

    net::Response plan(Call& call) {
        const Registration found = find_ecr_registry(parts_, call);
        const FillBody body = fill_of(call);
        const auto place = outbound_place(parts_.outbound, call);
        RegionFill fill(access_of(parts_.book, found), planned(found, body, call));
        fill.measure(parts_.outside, estimate_patience, call.request.stop);
        return reply(200, write_fill_plan(fill.report().plan));
    }

    net::Response start(Call& call) {
        const Registration found = find_ecr_registry(parts_, call);
        const FillBody body = fill_of(call);
        refuse_second(found);
        const auto place = outbound_place(parts_.outbound, call);
        FillPlan plan = planned(found, body, call);
        json::Object written = write_fill_plan(plan);
        // Shared by the job and by whoever asks how far it is.
        const auto fill =
            std::make_shared<RegionFill>(access_of(parts_.book, found), std::move(plan));
        const std::string job = parts_.sync.jobs().start(
            {JobKind::fill, found.tenant, found.uid, found.name},
            [fill, parts = parts_, uid = found.uid](const JobProgress& progress,
                                                    std::stop_token stop) {
                return run_kept({parts, uid, *fill}, progress, std::move(stop));
            });
        remember(found.uid, {.job = job, .fill = fill});
        call.audit.object = found.uid;
        call.audit.name = found.name;
        call.audit.after =
            json::Object{{"job", job}, {"items", written["items"].as_array().size()}};
        written["uid"] = job;
        return reply(201, written);
    }

    net::Response report(Call& call) {
        const Registration found = find_ecr_registry(parts_, call);
        const auto last = last_.with([&](const auto& all) -> std::optional<Last> {
            const auto at = all.find(found.uid);
            return at == all.end() ? std::nullopt : std::optional(at->second);
        });
        if (!last) return reply(200, report_before(found));
        json::Object written = write_fill_report(last->fill->report(), parts_.clock.now());
        written["job"] = last->job;
        put_job(written, found.tenant, last->job);
        return reply(200, written);
    }

private:
    /// The last fill of a registry.
    struct Last {
        std::string job;
        std::shared_ptr<RegionFill> fill;
    };

    /// A job that was cancelled before it began leaves nothing but this.
    void put_job(json::Object& written, const std::string& tenant, const std::string& uid) {
        for (const Job& job : parts_.sync.jobs().list(tenant, all_jobs)) {
            if (job.uid != uid) continue;
            written["status"] = text_of(job.status);
            if (!job.message.empty()) written["message"] = utf8_text(job.message);
            written["over"] = job.finished.has_value();
            return;
        }
        written["over"] = true;
    }

    FillPlan planned(const Registration& found, const FillBody& body, const Call& call) {
        const auto matrix = ecr::compare_regions(access_of(parts_.book, found), *parts_.outside.aws,
                                                 body.what, call.request.stop);
        FillPlan plan = ecr::plan_fill(matrix, body.make, parts_.clock.wall_now());
        if (!matrix.next.empty())
            plan.cut.push_back(
                fmt::format("repositories after {} were not looked at: name those "
                            "that are to be filled",
                            matrix.next));
        return plan;
    }

    void refuse_second(const Registration& found) {
        if (!parts_.sync.jobs().running(JobKind::fill, found.uid)) return;
        throw Error(ErrorCode::conflict,
                    fmt::format("gaps of {} are being filled already", berth::quoted(found.name)))
            .set_hint("wait for it, or cancel it first");
    }

    /// Where reports outlive this server.
    struct Kept {
        const RegistryParts& parts;
        std::string uid;
        RegionFill& fill;

        void keep(std::string_view status, std::string_view message) const {
            json::Object written = write_fill_report(fill.report(), parts.clock.now());
            written["status"] = status;
            if (!message.empty()) written["message"] = utf8_text(message);
            std::string text = json::write(written);
            if (text.size() > longest_kept) {
                written["left"] = json::Array();
                written["cut"].as_array().emplace_back("what was left alone is not kept");
                text = json::write(written);
            }
            parts.index.keep_fill_report(uid, text);
        }
    };

    static std::string run_kept(const Kept& kept, const JobProgress& progress,
                                std::stop_token stop) {
        kept.keep("running", "");
        try {
            std::string message = run(kept.fill, kept.parts.outside, progress, std::move(stop));
            kept.keep("done", message);
            return message;
        } catch (const Error& error) {
            kept.keep(error.code() == ErrorCode::cancelled ? "cancelled" : "failed",
                      error.message());
            throw;
        }
    }

    /// Of a fill that this server did not run itself since it was started.
    json::Object report_before(const Registration& found) {
        const auto text = parts_.index.fill_report(found.uid);
        if (!text)
            throw Error(ErrorCode::not_found,
                        fmt::format("no gaps of {} were filled yet", berth::quoted(found.name)));
        json::Object written = json::parse(*text).value().as_object();
        if (written["status"] == "running") {
            written["status"] = "failed";
            written["message"] = "the server ended while it ran: what waits was not done";
        }
        written["over"] = true;
        return written;
    }

    static std::string run(RegionFill& fill, const registration::Outside& outside,
                           const JobProgress& progress, std::stop_token stop) {
        fill.run(
            outside,
            [&](std::string_view phase, const ecr::FillProgress& now) {
                progress(phase, {.done = static_cast<std::int64_t>(now.done),
                                 .total = static_cast<std::int64_t>(now.total),
                                 .bytes = static_cast<std::int64_t>(now.moved),
                                 .bytes_total = static_cast<std::int64_t>(now.bytes)});
            },
            std::move(stop));
        const ecr::FillReport report = fill.report();
        if (report.count(ecr::FillResult::failed) > 0)
            throw Error(ErrorCode::partial, sentence(report));
        return sentence(report);
    }

    void remember(const std::string& uid, Last last) {
        last_.with([&](auto& all) {
            if (all.size() >= kept_reports && !all.contains(uid)) forget_one(all);
            all[uid] = std::move(last);
        });
    }

    /// One that is over, if there is one.
    static void forget_one(std::map<std::string, Last>& all) {
        auto over = std::find_if(all.begin(), all.end(),
                                 [](auto& each) { return each.second.fill->report().over; });
        all.erase(over == all.end() ? all.begin() : over);
    }

    RegistryParts parts_;
    Synchronized<std::map<std::string, Last>> last_; ///< by the registry's uid
};

} // namespace

Routes make_ecr_region_routes(RegistryParts parts) {
    // Shared by the operations, which are copied.
    const auto shared = std::make_shared<EcrRegions>(parts);
    using R = EcrRegions;
    const auto plain = [&](net::Response (R::*act)(Call&)) {
        return [shared, act](Call& call) { return (*shared.*act)(call); };
    };
    return {
        {"GET", "/v1/registries/oci/{uid}/ecr/regions", Right::see, plain(&R::matrix)},
        {"POST", "/v1/registries/oci/{uid}/ecr/regions/fill/plan", Right::use, plain(&R::plan),
         unrecorded},
        {"POST", "/v1/registries/oci/{uid}/ecr/regions/fill", Right::manage, plain(&R::start),
         "registry.fill"},
        {"GET", "/v1/registries/oci/{uid}/ecr/regions/fill", Right::see, plain(&R::report)},
    };
}

} // namespace berth::api
