// The flags by which a registry is reached: TLS, plain HTTP, credentials.
#pragma once

#include "cli/command.hpp"

#include <string_view>
#include <vector>

namespace berth::cli {

/// For commands with one registry.
std::vector<Flag> registry_flags();
/// For commands with two: those of registry_flags() for both sides, and each of them with
/// "src-" and "dest-" in front for one.
std::vector<Flag> two_sided_flags();
/// --store.
Flag store_flag();
/// --platform.
Flag platform_flag(std::string_view otherwise);
/// --jobs.
Flag jobs_flag();

/// --region and --repository, of an ECR registry that is in several regions.
std::vector<Flag> region_flags();

/// Several lists of flags as one.
std::vector<Flag> joined(std::vector<std::vector<Flag>> lists);

} // namespace berth::cli
