#include "ecr/region_fill.hpp"

#include "aws/error.hpp"
#include "aws/partition.hpp"
#include "registration/ecr_trial.hpp"
#include "registry/copy.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <memory>
#include <set>

namespace berth::ecr {
namespace {

constexpr std::size_t most_items = 1'000;
/// Without an answer, one after the other: then the region is taken to be gone.
constexpr int silences = 2;

registry::CopyOptions copy_options() {
    return {.referrers = true};
}

bool is_left_to_aws(const RegionVerdict& verdict, std::chrono::system_clock::time_point now) {
    return verdict.state == RegionState::lagging && verdict.since &&
           now - *verdict.since <= replication_grace;
}

bool is_silence(const Error& error) {
    return error.code() == ErrorCode::unreachable || error.code() == ErrorCode::timeout;
}

FillOutcome failed_with(const Error& error) {
    return {.result = FillResult::failed,
            .message = error.what(),
            .fix = error.hint(),
            .denied = error.code() == ErrorCode::denied};
}

class Planning {
public:
    Planning(const RegionMatrix& matrix, MakeRepositories make,
             std::chrono::system_clock::time_point now)
        : matrix_(matrix), make_(make), now_(now) {
        plan_.account = matrix.account;
        plan_.default_region = matrix.default_region;
        plan_.cut = matrix.cut;
    }

    FillPlan run() {
        for (const RegionRow& row : matrix_.rows)
            for (const RegionCell& cell : row.cells) take(row, cell);
        if (left_out_ > 0)
            plan_.cut.push_back(
                fmt::format("a fill takes {} items, and {} more are missing: fill "
                            "again after it",
                            most_items, left_out_));
        return std::move(plan_);
    }

private:
    void take(const RegionRow& row, const RegionCell& cell) {
        const RegionVerdict& verdict = cell.verdict;
        if (verdict.state == RegionState::in_sync) return;
        if (!can_be_filled(verdict.state) || is_left_to_aws(verdict, now_)) {
            plan_.left.push_back({cell.region, row.repository, row.tag, verdict.state,
                                  fmt::format("{}; {}", verdict.cause, verdict.remedy)});
            return;
        }
        if (verdict.state == RegionState::no_repository && !makes(row.repository, cell.region))
            return;
        if (plan_.items.size() == most_items) {
            ++left_out_;
            return;
        }
        plan_.items.push_back({.region = cell.region,
                               .repository = row.repository,
                               .tag = row.tag,
                               .digest = row.digest,
                               .state = verdict.state});
    }

    /// Once for each repository and region, whatever the answer.
    bool makes(const std::string& repository, const std::string& region) {
        const bool fresh = seen_.emplace(repository, region).second;
        if (make_ == MakeRepositories::yes && fresh)
            plan_.repositories.push_back({region, settings_of(repository)});
        else if (fresh)
            plan_.left.push_back({region, repository, "", RegionState::no_repository,
                                  fmt::format("there is no repository {} in {}, and making one was "
                                              "not asked for",
                                              repository, region)});
        return make_ == MakeRepositories::yes;
    }

    aws::RepositoryRecord settings_of(const std::string& repository) const {
        for (const aws::RepositoryRecord& each : matrix_.settings)
            if (each.name == repository) return each;
        aws::RepositoryRecord plain;
        plain.name = repository;
        return plain;
    }

    const RegionMatrix& matrix_;
    MakeRepositories make_;
    std::chrono::system_clock::time_point now_;
    FillPlan plan_;
    std::set<std::pair<std::string, std::string>> seen_;
    std::size_t left_out_ = 0;
};

} // namespace

std::string_view text_of(FillResult result) noexcept {
    constexpr std::array<std::string_view, 5> texts{"waiting", "copied", "present", "left",
                                                    "failed"};
    return texts[static_cast<std::size_t>(result)];
}

std::uint64_t FillPlan::bytes() const {
    std::uint64_t sum = 0;
    for (const FillItem& item : items) sum += item.bytes.value_or(0);
    return sum;
}

std::size_t FillReport::count(FillResult result) const {
    return static_cast<std::size_t>(std::count_if(
        items.begin(), items.end(), [&](const auto& each) { return each.result == result; }));
}

std::vector<std::string> FillReport::denied() const {
    std::set<std::string> arns;
    const auto add = [&](const std::string& region, const std::string& repository) {
        const aws::Partition* partition = aws::partition_of_region(region);
        if (partition == nullptr) return;
        arns.insert(fmt::format("arn:{}:ecr:{}:{}:repository/{}", partition->id, region,
                                plan.account, repository));
    };
    for (std::size_t at = 0; at < items.size(); ++at)
        if (items[at].denied) add(plan.items[at].region, plan.items[at].repository);
    for (std::size_t at = 0; at < repositories.size(); ++at)
        if (repositories[at].denied)
            add(plan.repositories[at].region, plan.repositories[at].like.name);
    return {arns.begin(), arns.end()};
}

FillPlan plan_fill(const RegionMatrix& matrix, MakeRepositories make,
                   std::chrono::system_clock::time_point now) {
    return Planning(matrix, make, now).run();
}

/// The opened regions of one call.
class RegionFill::Worker {
public:
    Worker(RegionFill& fill, const registration::Outside& outside, int attempts,
           std::stop_token stop)
        : fill_(fill), outside_(outside), attempts_(attempts), stop_(std::move(stop)) {
        home_ = fill_.report_.with([](auto& report) { return report.plan.default_region; });
    }

    void measure(std::chrono::milliseconds limit) {
        const auto end = outside_.clock.now() + limit;
        for (std::size_t at = 0; at < size(); ++at) {
            FillItem item = item_at(at);
            if (item.bytes) continue;
            if (outside_.clock.now() >= end)
                item.unmeasured = "there was no time to look";
            else if (is_gone(item.region))
                item.unmeasured = fmt::format("{} does not answer", item.region);
            else
                measure(item);
            fill_.report_.with([&](auto& report) { report.plan.items[at] = std::move(item); });
        }
    }

    void make_repositories() {
        const auto wanted =
            fill_.report_.with([](auto& report) { return report.plan.repositories; });
        for (std::size_t at = 0; at < wanted.size(); ++at) {
            FillOutcome outcome = make(wanted[at]);
            fill_.report_.with([&](auto& report) { report.repositories[at] = std::move(outcome); });
        }
    }

    void copy(const Told& told) {
        for (std::size_t at = 0; at < size(); ++at) {
            const FillItem item = item_at(at);
            FillOutcome outcome = is_gone(item.region) ? not_tried(item.region) : copy(item, told);
            fill_.report_.with([&](auto& report) { report.items[at] = std::move(outcome); });
            fill_.tell(told, "copying");
        }
    }

private:
    std::size_t size() {
        return fill_.report_.with([](auto& report) { return report.plan.items.size(); });
    }
    FillItem item_at(std::size_t at) {
        return fill_.report_.with([&](auto& report) { return report.plan.items[at]; });
    }

    registry::Registry& opened(const std::string& region) {
        std::unique_ptr<registration::Opened>& place = opened_[region];
        if (!place) {
            const registration::Access there = access_in_region(fill_.access_, region);
            client::RemoteOptions options = there.remote_options();
            if (attempts_ > 0) options.attempts = attempts_;
            place =
                std::make_unique<registration::Opened>(there, outside_, std::move(options), stop_);
        }
        return place->registry();
    }

    void measure(FillItem& item) {
        try {
            const auto source = opened(home_).repository(item.repository);
            const auto destination = opened(item.region).repository(item.repository);
            const registry::CopyPlan plan =
                registry::plan_copy(*source, item.digest, *destination, copy_options());
            std::uint64_t bytes = 0;
            std::set<std::string>& counted = counted_[{item.region, item.repository}];
            for (const registry::PlannedBlob& blob : plan.blobs)
                if (!blob.present && counted.insert(blob.descriptor.digest.text()).second)
                    bytes += blob.descriptor.size;
            for (const registry::Document& each : plan.manifests) bytes += each.bytes.size();
            item.bytes = bytes;
            item.unmeasured.clear();
        } catch (const Error& error) {
            if (error.code() == ErrorCode::cancelled) throw;
            item.unmeasured = error.what();
            if (is_silence(error)) ++silent_[item.region];
        }
    }

    FillOutcome make(const FillRepository& wanted) {
        try {
            const registration::Access there = access_in_region(fill_.access_, wanted.region);
            const registration::EcrLogin login =
                registration::ecr_login(there.spec, there.endpoint, there.secrets, *outside_.aws);
            const aws::EcrHost host = aws::parse_ecr_host(there.endpoint.origin.host).value();
            aws::EcrClient client(
                outside_.aws->api(), registration::shared_means(login, *outside_.aws).source,
                {.service = aws::Service::ecr, .region = host.region, .account = host.account});
            client.create_repository(wanted.like, stop_);
            return {.result = FillResult::copied};
        } catch (const aws::AwsError& error) {
            if (error.type == "RepositoryAlreadyExistsException")
                return {.result = FillResult::present};
            return failed_with(error);
        } catch (const Error& error) {
            if (error.code() == ErrorCode::cancelled) throw;
            return failed_with(error);
        }
    }

    /// Counts what goes over the wire.
    class Moved final : public registry::Progress {
    public:
        Moved(RegionFill& fill, const Told& told) : fill_(fill), told_(told) {}
        void expect(std::uint64_t, std::uint64_t) override {}
        void started(std::string_view, std::uint64_t) override {}
        void moved(std::string_view, std::uint64_t bytes) override {
            fill_.report_.with([&](auto& report) {
                report.moved += bytes;
                moved_ += bytes;
            });
            fill_.tell(told_, "copying");
        }
        void finished(std::string_view, std::string_view) override {}
        void note(std::string_view) override {}
        std::uint64_t bytes() {
            return fill_.report_.with([&](auto&) { return moved_; });
        }

    private:
        RegionFill& fill_;
        const Told& told_;
        std::uint64_t moved_ = 0; ///< under the report's lock
    };

    FillOutcome copy(const FillItem& item, const Told& told) {
        Moved moved(fill_, told);
        FillOutcome outcome;
        try {
            outcome = copy(item, moved);
            silent_[item.region] = 0;
        } catch (const Error& error) {
            if (stop_.stop_requested()) throw;
            outcome = failed_with(error);
            silent_[item.region] = is_silence(error) ? silent_[item.region] + 1 : 0;
        }
        outcome.moved = moved.bytes();
        return outcome;
    }

    FillOutcome copy(const FillItem& item, Moved& moved) {
        const auto source = opened(home_).repository(item.repository);
        const auto destination = opened(item.region).repository(item.repository);
        const registry::CopyOptions options = copy_options();
        const registry::CopyPlan plan =
            registry::plan_copy(*source, item.digest, *destination, options);
        // By digest first: the tag is looked at again when all is there, however long that took.
        registry::run_copy(plan, *source, *destination, "", options, moved, stop_);
        const auto found = destination->resolve(item.tag);
        if (found && found->digest == plan.root.digest)
            return {.result = moved.bytes() == 0 ? FillResult::present : FillResult::copied};
        if (found) return set_by_others(found->digest);
        destination->push_manifest(plan.manifests.back(), item.tag);
        return looked_at_after(*destination, item.tag, plan.root.digest);
    }

    static FillOutcome set_by_others(const oci::Digest& digest) {
        return {.result = FillResult::left,
                .message = fmt::format("the tag was set to {} there meanwhile; the image is "
                                       "there by its digest",
                                       digest.text())};
    }

    /// ECR sets a tag without conditions: only another look says whether it is still ours.
    static FillOutcome looked_at_after(registry::Repository& destination, const std::string& tag,
                                       const oci::Digest& digest) {
        try {
            const auto now = destination.resolve(tag);
            if (!now || now->digest == digest) return {.result = FillResult::copied};
            return set_by_others(now->digest);
        } catch (const Error& error) {
            if (error.code() == ErrorCode::cancelled) throw;
            return {.result = FillResult::copied,
                    .message = fmt::format("the tag was set, and could not be looked at after: {}",
                                           error.message())};
        }
    }

    bool is_gone(const std::string& region) { return silent_[region] >= silences; }

    static FillOutcome not_tried(const std::string& region) {
        return {.result = FillResult::failed,
                .message = fmt::format("not tried: {} does not answer", region),
                .fix = "fill again when the region is back"};
    }

    RegionFill& fill_;
    const registration::Outside& outside_;
    int attempts_; ///< of each request; 0: as the client has it
    std::stop_token stop_;
    std::string home_;
    std::map<std::string, std::unique_ptr<registration::Opened>> opened_; ///< by region
    std::map<std::pair<std::string, std::string>, std::set<std::string>> counted_;
    std::map<std::string, int> silent_;
};

RegionFill::RegionFill(registration::Access access, FillPlan plan) : access_(std::move(access)) {
    report_.with([&](FillReport& report) {
        report.repositories.resize(plan.repositories.size());
        report.items.resize(plan.items.size());
        report.plan = std::move(plan);
    });
}

void RegionFill::measure(const registration::Outside& outside, std::chrono::milliseconds limit,
                         std::stop_token stop) {
    Worker(*this, outside, 1, std::move(stop)).measure(limit);
}

void RegionFill::run(const registration::Outside& outside, const Told& told, std::stop_token stop) {
    Worker worker(*this, outside, 0, std::move(stop));
    struct Over {
        Synchronized<FillReport>& report;
        ~Over() {
            report.with([](FillReport& all) { all.over = true; });
        }
    } over{report_};
    tell(told, "making repositories");
    worker.make_repositories();
    tell(told, "looking what is missing");
    worker.measure(std::chrono::hours(1));
    report_.with([&](FillReport& all) { all.copying_since = outside.clock.now(); });
    worker.copy(told);
}

void RegionFill::tell(const Told& told, std::string_view phase) {
    if (!told) return;
    told(phase, report_.with([](const FillReport& report) {
        return FillProgress{.done = report.items.size() - report.count(FillResult::waiting),
                            .total = report.items.size(),
                            .moved = report.moved,
                            .bytes = report.plan.bytes()};
    }));
}

FillReport RegionFill::report() {
    return report_.with([](const FillReport& report) { return report; });
}

} // namespace berth::ecr
