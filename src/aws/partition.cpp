#include "aws/partition.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <array>

namespace berth::aws {
namespace {

// From botocore's partitions.json (Apache-2.0) and ECR's table of registry hosts; the test
// compares.
constexpr std::array<Partition, 8> partitions_known = {{
    {"aws", "amazonaws.com", "api.aws", "on.aws", "us eu ap sa ca me af il mx", "us-east-1"},
    {"aws-cn", "amazonaws.com.cn", "api.amazonwebservices.com.cn", "on.amazonwebservices.com.cn",
     "cn", "cn-north-1"},
    {"aws-us-gov", "amazonaws.com", "api.aws", "on.aws", "us-gov", "us-gov-west-1"},
    {"aws-eusc", "amazonaws.eu", "api.amazonwebservices.eu", "on.amazonwebservices.eu", "eusc-de",
     "eusc-de-east-1"},
    {"aws-iso", "c2s.ic.gov", "api.aws.ic.gov", "", "us-iso", "us-iso-east-1"},
    {"aws-iso-b", "sc2s.sgov.gov", "api.aws.scloud", "", "us-isob", "us-isob-east-1"},
    {"aws-iso-e", "cloud.adc-e.uk", "api.cloud-aws.adc-e.uk", "", "eu-isoe", "eu-isoe-west-1"},
    {"aws-iso-f", "csp.hci.ic.gov", "api.aws.hci.ic.gov", "", "us-isof", "us-isof-south-1"},
}};

bool is_word(std::string_view text) {
    return !text.empty() && text.size() <= 24 &&
           std::all_of(text.begin(), text.end(), [](char c) { return c >= 'a' && c <= 'z'; });
}

/// "-WORD-NUMBER" after a prefix.
bool is_rest_of_region(std::string_view rest) {
    if (!rest.starts_with('-')) return false;
    rest.remove_prefix(1);
    const auto dash = rest.find('-');
    if (dash == std::string_view::npos || !is_word(rest.substr(0, dash))) return false;
    const auto number = rest.substr(dash + 1);
    return number.size() <= 2 && parse_number(number, 99).has_value();
}

} // namespace

std::span<const Partition> partitions() {
    return partitions_known;
}

const Partition* partition_of_region(std::string_view region) {
    for (const Partition& partition : partitions_known)
        for (const std::string_view prefix : split(partition.region_prefixes, ' '))
            if (region.starts_with(prefix) && is_rest_of_region(region.substr(prefix.size())))
                return &partition;
    return nullptr;
}

const Partition* partition_with_id(std::string_view id) {
    const auto found =
        std::find_if(partitions_known.begin(), partitions_known.end(),
                     [id](const Partition& candidate) { return candidate.id == id; });
    return found == partitions_known.end() ? nullptr : &*found;
}

} // namespace berth::aws
