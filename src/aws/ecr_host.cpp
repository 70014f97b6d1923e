#include "aws/ecr_host.hpp"

#include "aws/ecr_near_miss.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <vector>

namespace berth::aws {
namespace {

constexpr std::string_view public_host = "public.ecr.aws";
constexpr std::string_view public_dual_stack_host = "ecr-public.aws.com";
constexpr std::size_t longest_host = 253;

/// What stands between account and region.
struct Marker {
    std::string_view text;
    bool fips;
    bool dual_stack;
};
constexpr std::array<Marker, 4> markers = {{
    {".dkr.ecr.", false, false},
    {".dkr.ecr-fips.", true, false},
    {".dkr-ecr.", false, true},
    {".dkr-ecr-fips.", true, true},
}};

std::string_view suffix_of(const Partition& partition, bool dual_stack) {
    return dual_stack ? partition.registry_dual_stack_suffix : partition.dns_suffix;
}

/// "REGION.SUFFIX", the suffix being the one of the region's partition. Else false.
bool read_place(std::string_view place, EcrHost& host) {
    const auto dot = place.find('.');
    if (dot == std::string_view::npos) return false;
    host.region = place.substr(0, dot);
    host.partition = partition_of_region(host.region);
    if (host.partition == nullptr) return false;
    const std::string_view suffix = suffix_of(*host.partition, host.dual_stack);
    return !suffix.empty() && place.substr(dot + 1) == suffix;
}

std::optional<EcrHost> read_private(std::string_view name) {
    constexpr std::size_t account_length = 12;
    if (name.size() <= account_length || !is_account_id(name.substr(0, account_length)))
        return std::nullopt;
    const std::string_view rest = name.substr(account_length);
    for (const Marker& marker : markers) {
        if (!rest.starts_with(marker.text)) continue;
        EcrHost host{.account = std::string(name.substr(0, account_length)),
                     .fips = marker.fips,
                     .dual_stack = marker.dual_stack};
        if (read_place(rest.substr(marker.text.size()), host)) return host;
    }
    return std::nullopt;
}

} // namespace

std::string EcrHost::text() const {
    if (is_public()) return std::string(dual_stack ? public_dual_stack_host : public_host);
    const auto marker = std::find_if(markers.begin(), markers.end(), [this](const Marker& m) {
        return m.fips == fips && m.dual_stack == dual_stack;
    });
    return fmt::format("{}{}{}.{}", account, marker->text, region,
                       suffix_of(*partition, dual_stack));
}

Result<EcrHost> parse_ecr_host(std::string_view host) {
    std::string name = to_lower(host.substr(0, longest_host + 1));
    if (name.ends_with('.')) name.pop_back();
    if (name.size() <= longest_host && host.size() <= longest_host + 1) {
        if (name == public_host || name == public_dual_stack_host)
            return EcrHost{.partition = partition_with_id("aws"),
                           .dual_stack = name == public_dual_stack_host};
        if (auto found = read_private(name)) return *std::move(found);
    }
    return near_miss(host);
}

bool resembles_ecr(std::string_view host) {
    const std::string name = to_lower(host.substr(0, longest_host));
    const auto has = [&name](std::string_view part) {
        return name.find(part) != std::string::npos;
    };
    return has(".ecr.") || has("dkr.ecr") || has("dkr-ecr") || has("ecr-public") ||
           has(".ecr-fips.") || has("public.ecr") || name == "ecr.aws";
}

bool is_account_id(std::string_view text) {
    return text.size() == 12 &&
           std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

} // namespace berth::aws
