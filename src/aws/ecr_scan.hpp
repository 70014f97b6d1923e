// What ECR's scan of an image found: its own scan ("basic"), or Inspector's ("enhanced").
#pragma once

#include "aws/ecr_records.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace berth::aws {

struct ScanFinding {
    std::string name;     ///< "CVE-2026-0001"
    std::string severity; ///< AWS's word
    std::string package = {};
    std::string version = {};
    std::string fixed_in = {}; ///< what Inspector knows of a version without it
    std::string uri = {};
};

struct ScanRecord {
    std::string status;           ///< "COMPLETE", "UNSUPPORTED_IMAGE", …
    std::string description = {}; ///< of the status
    std::optional<Time> completed = {};
    std::optional<Time> database = {}; ///< when what is known of weaknesses was last renewed
    std::map<std::string, std::uint64_t> counts = {}; ///< by severity, of all findings
    std::vector<ScanFinding> findings = {};           ///< of one page
    bool more = false;                                ///< there are further pages
};

/// 0 for the gravest; unknown words come after the known ones.
int rank_of_severity(std::string_view severity);

/// Reads the answer of DescribeImageScanFindings. Error content_invalid naming the field.
ScanRecord read_scan_findings(const json::Reader& data);

} // namespace berth::aws
