#include "cli/diagnosis_report.hpp"

#include "base/error.hpp"
#include "cli/management.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace berth::cli {
namespace {

std::size_t count(const json::Array& probes, std::string_view verdict) {
    return static_cast<std::size_t>(std::count_if(
        probes.begin(), probes.end(),
        [&](const json::Value& probe) { return text_at(probe, "verdict") == verdict; }));
}

std::string summary_of(const json::Array& probes) {
    std::string text =
        fmt::format("{} allowed, {} denied", count(probes, "allowed"), count(probes, "denied"));
    if (const auto unclear = count(probes, "inconclusive"); unclear > 0)
        text += fmt::format(", {} inconclusive", unclear);
    return text;
}

bool has_one_region(const json::Array& probes) {
    return std::all_of(probes.begin(), probes.end(), [&](const json::Value& probe) {
        return text_at(probe, "region") == text_at(probes.front(), "region");
    });
}

} // namespace

Report diagnosis_report(json::Value diagnosis) {
    const auto probes = list_at(diagnosis, "probes");
    if (diagnosis.is_object()) diagnosis.as_object()["summary"] = summary_of(probes);
    return {std::move(diagnosis),
            {{Section::Shape::rows,
              "probes",
              {{"ACTION", "action"},
               {"REGION", "region", Column::Kind::text, has_one_region(probes)},
               {"VERDICT", "verdict"},
               {"NEEDED FOR", "feature"},
               {"RESOURCE", "resource", Column::Kind::text, true},
               {"", "message", Column::Kind::below},
               {"fix", "fix", Column::Kind::below},
               {"grant", "statement", Column::Kind::below},
               {"AWS's request id", "requestId", Column::Kind::below}}},
             {Section::Shape::card,
              "",
              {{"Result", "summary"},
               {"Asked as", "arn"},
               {"Repository", "repository"},
               {"Account", "account"}}}},
            "summary"};
}

int diagnosis_status(const json::Value& diagnosis) {
    const auto probes = list_at(diagnosis, "probes");
    if (count(probes, "denied") > 0) return traits(ErrorCode::denied).exit_status;
    return count(probes, "inconclusive") > 0 ? traits(ErrorCode::partial).exit_status : 0;
}

} // namespace berth::cli
