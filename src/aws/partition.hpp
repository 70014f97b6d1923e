// Partitions: the separate clouds that AWS runs. Accounts, keys and names of one are worth nothing
// in another. Regions are known by their form, not by a list: a new region needs no release.
#pragma once

#include <span>
#include <string_view>

namespace berth::aws {

struct Partition {
    std::string_view id;                         ///< "aws", "aws-cn", "aws-us-gov", …: as in ARNs
    std::string_view dns_suffix;                 ///< "amazonaws.com"
    std::string_view dual_stack_suffix;          ///< of services: "api.aws"
    std::string_view registry_dual_stack_suffix; ///< of registries: "on.aws"; "" if none is known
    /// What regions begin with, separated by blanks: "us eu ap", then "-WORD-NUMBER".
    std::string_view region_prefixes;
    std::string_view example_region;
};

/// All of them.
std::span<const Partition> partitions();

/// The partition that a region of this form belongs to, or nullptr: the text is no region.
const Partition* partition_of_region(std::string_view region);

/// The partition with this id, or nullptr.
const Partition* partition_with_id(std::string_view id);

} // namespace berth::aws
