#include "aws/ecr_scan.hpp"

#include <algorithm>
#include <array>

namespace berth::aws {
namespace {

/// Basic findings keep what they are about in a list of names and values.
ScanFinding read_basic_finding(const json::Reader& data) {
    ScanFinding finding{.name = data.text("name").value_or(""),
                        .severity = data.text("severity").value_or(""),
                        .uri = data.text("uri").value_or("")};
    for (const json::Reader& each : data.objects("attributes")) {
        const std::string key = each.text("key").value_or("");
        if (key == "package_name") finding.package = each.text("value").value_or("");
        if (key == "package_version") finding.version = each.text("value").value_or("");
    }
    return finding;
}

ScanFinding read_enhanced_finding(const json::Reader& data) {
    ScanFinding finding{.name = data.text("title").value_or(""),
                        .severity = data.text("severity").value_or("")};
    const auto details = data.object("packageVulnerabilityDetails");
    if (!details) return finding;
    if (auto id = details->text("vulnerabilityId")) finding.name = *std::move(id);
    finding.uri = details->text("sourceUrl").value_or("");
    const auto packages = details->objects("vulnerablePackages");
    if (packages.empty()) return finding;
    finding.package = packages.front().text("name").value_or("");
    finding.version = packages.front().text("version").value_or("");
    finding.fixed_in = packages.front().text("fixedInVersion").value_or("");
    return finding;
}

} // namespace

int rank_of_severity(std::string_view severity) {
    constexpr std::array<std::string_view, 7> known{"CRITICAL",      "HIGH",      "MEDIUM",   "LOW",
                                                    "INFORMATIONAL", "UNTRIAGED", "UNDEFINED"};
    return static_cast<int>(std::find(known.begin(), known.end(), severity) - known.begin());
}

ScanRecord read_scan_findings(const json::Reader& data) {
    ScanRecord scan;
    if (const auto status = data.object("imageScanStatus")) {
        scan.status = status->text("status").value_or("");
        scan.description = status->text("description").value_or("");
    }
    scan.more = !data.text("nextToken").value_or("").empty();
    const auto found = data.object("imageScanFindings");
    if (!found) return scan;
    scan.completed = time_member(*found, "imageScanCompletedAt");
    scan.database = time_member(*found, "vulnerabilitySourceUpdatedAt");
    if (const auto counts = found->object("findingSeverityCounts"))
        for (const std::string& severity : found->keys("findingSeverityCounts"))
            scan.counts[severity] = count_member(*counts, severity);
    for (const json::Reader& each : found->objects("findings"))
        scan.findings.push_back(read_basic_finding(each));
    for (const json::Reader& each : found->objects("enhancedFindings"))
        scan.findings.push_back(read_enhanced_finding(each));
    return scan;
}

} // namespace berth::aws
