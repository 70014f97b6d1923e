// The chart's archive: what may be in it, and whether it is the chart that the config speaks of.
#pragma once

#include "base/source.hpp"
#include "chart/chart.hpp"
#include "codec/tar_reader.hpp"
#include "tree/extract.hpp"

#include <memory>
#include <string>

namespace berth::chart {

/// As Helm bounds charts: 100 MiB, compressed and unpacked.
inline constexpr std::uint64_t archive_limit = 100 * 1024 * 1024;
inline constexpr tree::ExtractLimits extract_limits{.total_bytes = archive_limit,
                                                    .entries = 20'000};

/// The tar inside the gzip. Other compressions are content_invalid.
std::unique_ptr<Source> open_archive(std::unique_ptr<Source> compressed);

/// Refuses (content_invalid) what has no place in a chart called `name`: anything but files and
/// directories, absolute names, "..", backslashes, which Helm reads as slashes, and whatever is
/// not below the directory `name`.
void check_entry(const codec::TarEntry& entry, const std::string& name);

/// Reads the archive to its end. It must hold one directory, the chart's name, with a Chart.yaml
/// that has the same name and version; no name may come twice. Errors: content_invalid,
/// limit_exceeded.
void check_archive(Source& archive, const Metadata& metadata);

} // namespace berth::chart
