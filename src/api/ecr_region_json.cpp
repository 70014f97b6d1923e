#include "api/ecr_region_json.hpp"

#include "api/registry_json.hpp"
#include "aws/policies.hpp"
#include "base/utf8.hpp"

#include <algorithm>

namespace berth::api {
namespace {

using ecr::FillOutcome;
using ecr::RegionVerdict;

void put_utf8(json::Object& object, const char* key, const std::string& value) {
    if (!value.empty()) object[key] = utf8_text(value);
}

json::Array write_utf8(const std::vector<std::string>& texts) {
    json::Array written;
    for (const std::string& text : texts) written.push_back(json::Value(utf8_text(text)));
    return written;
}

void put_verdict(json::Object& written, const RegionVerdict& verdict) {
    written["state"] = ecr::text_of(verdict.state);
    put_utf8(written, "cause", verdict.cause);
    put_utf8(written, "remedy", verdict.remedy);
    put_utf8(written, "failureCode", verdict.failure_code);
    if (verdict.since) written["since"] = time_text(*verdict.since);
}

json::Object write_row(const ecr::RegionRow& row) {
    json::Object written{{"repository", row.repository}, {"tag", row.tag}};
    put_utf8(written, "digest", row.digest);
    if (row.pushed) written["pushed"] = time_text(*row.pushed);
    json::Array cells;
    for (const ecr::RegionCell& cell : row.cells) {
        json::Object one{{"region", cell.region}};
        put_verdict(one, cell.verdict);
        put_utf8(one, "digest", cell.digest);
        cells.push_back(std::move(one));
    }
    written["cells"] = std::move(cells);
    return written;
}

json::Array write_rules(const std::vector<aws::ReplicationRule>& rules) {
    json::Array written;
    for (const aws::ReplicationRule& rule : rules) {
        json::Array destinations;
        for (const auto& each : rule.destinations)
            destinations.push_back(
                json::Object{{"region", each.region}, {"account", each.account}});
        written.push_back(json::Object{{"destinations", std::move(destinations)},
                                       {"prefixes", write_utf8(rule.prefixes)}});
    }
    return written;
}

json::Object write_counts(const ecr::RegionMatrix& matrix) {
    json::Object written;
    for (std::size_t at = 0; at < matrix.counts.size(); ++at)
        if (matrix.counts[at] > 0)
            written[ecr::text_of(static_cast<ecr::RegionState>(at))] = matrix.counts[at];
    return written;
}

json::Object write_item(const ecr::FillItem& item) {
    json::Object written{{"region", item.region},
                         {"repository", item.repository},
                         {"tag", item.tag},
                         {"digest", item.digest},
                         {"state", ecr::text_of(item.state)}};
    if (item.bytes) written["bytes"] = *item.bytes;
    put_utf8(written, "unmeasured", item.unmeasured);
    return written;
}

json::Object write_repository(const ecr::FillRepository& repository) {
    json::Object written{{"region", repository.region}, {"repository", repository.like.name}};
    put_utf8(written, "tagMutability", repository.like.tag_mutability);
    written["scanOnPush"] = repository.like.scan_on_push;
    // Keys are of one region: the new one is encrypted as the account has it there.
    put_utf8(written, "encryptionHere", repository.like.encryption);
    return written;
}

json::Array write_left(const std::vector<ecr::LeftAlone>& left) {
    json::Array written;
    for (const ecr::LeftAlone& each : left) {
        json::Object one{{"region", each.region}, {"repository", each.repository}};
        put_utf8(one, "tag", each.tag);
        one["state"] = ecr::text_of(each.state);
        one["reason"] = utf8_text(each.reason);
        written.push_back(std::move(one));
    }
    return written;
}

void put_outcome(json::Object& written, const FillOutcome& outcome) {
    written["result"] = ecr::text_of(outcome.result);
    if (outcome.moved > 0) written["bytesMoved"] = outcome.moved;
    put_utf8(written, "message", outcome.message);
    put_utf8(written, "fix", outcome.fix);
}

/// Bytes a second and the seconds that are left, while it copies.
void put_rate(json::Object& written, const ecr::FillReport& report,
              std::chrono::steady_clock::time_point now) {
    if (!report.copying_since || report.over) return;
    const double seconds = std::chrono::duration<double>(now - *report.copying_since).count();
    if (seconds <= 0 || report.moved == 0) return;
    const double rate = static_cast<double>(report.moved) / seconds;
    written["bytesPerSecond"] = static_cast<std::uint64_t>(rate);
    const std::uint64_t bytes = report.plan.bytes();
    if (bytes >= report.moved)
        written["secondsLeft"] =
            static_cast<std::uint64_t>(static_cast<double>(bytes - report.moved) / rate);
}

} // namespace

json::Object write_region_matrix(const ecr::RegionMatrix& matrix,
                                 std::chrono::system_clock::time_point now) {
    json::Object written{{"account", matrix.account},
                         {"defaultRegion", matrix.default_region},
                         {"regions", write_utf8(matrix.regions)},
                         {"repositories", matrix.repositories},
                         {"counts", write_counts(matrix)},
                         {"cut", write_utf8(matrix.cut)},
                         {"at", time_text(now)}};
    if (matrix.rules) written["rules"] = write_rules(*matrix.rules);
    put_utf8(written, "rulesUnread", matrix.rules_unread);
    json::Array items;
    for (const ecr::RegionRow& row : matrix.rows) items.push_back(write_row(row));
    written["items"] = std::move(items);
    json::Array problems;
    for (const ecr::RegionProblem& problem : matrix.problems) {
        json::Object one{{"region", problem.region}};
        put_utf8(one, "repository", problem.repository);
        put_verdict(one, problem.verdict);
        problems.push_back(std::move(one));
    }
    written["problems"] = std::move(problems);
    return written;
}

json::Object write_fill_plan(const ecr::FillPlan& plan) {
    json::Array repositories;
    for (const auto& each : plan.repositories) repositories.push_back(write_repository(each));
    json::Array items;
    for (const auto& each : plan.items) items.push_back(write_item(each));
    return {{"defaultRegion", plan.default_region},    {"bytes", plan.bytes()},
            {"repositories", std::move(repositories)}, {"items", std::move(items)},
            {"left", write_left(plan.left)},           {"cut", write_utf8(plan.cut)}};
}

json::Object write_fill_report(const ecr::FillReport& report,
                               std::chrono::steady_clock::time_point now) {
    json::Object written = write_fill_plan(report.plan);
    for (std::size_t at = 0; at < report.items.size(); ++at)
        put_outcome(written["items"].as_array()[at].as_object(), report.items[at]);
    for (std::size_t at = 0; at < report.repositories.size(); ++at)
        put_outcome(written["repositories"].as_array()[at].as_object(), report.repositories[at]);
    written["bytesMoved"] = report.moved;
    written["over"] = report.over;
    put_rate(written, report, now);
    if (const auto denied = report.denied(); !denied.empty())
        written["policy"] = aws::ecr_fill_policy(denied);
    return written;
}

} // namespace berth::api
