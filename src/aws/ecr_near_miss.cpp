#include "aws/ecr_near_miss.hpp"

#include "aws/ecr_host.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

namespace berth::aws {
namespace {

constexpr std::string_view form =
    "a private registry is ACCOUNT.dkr.ecr.REGION.amazonaws.com, as in "
    "123456789012.dkr.ecr.eu-central-1.amazonaws.com; the public one is public.ecr.aws";

struct Miss {
    std::string cause;
    std::string hint = std::string(form);
};
using Found = std::optional<Miss>;

bool contains(std::string_view text, std::string_view part) {
    return text.find(part) != std::string_view::npos;
}

std::string_view after(std::string_view text, std::string_view mark) {
    const auto at = text.find(mark);
    return at == std::string_view::npos ? std::string_view{} : text.substr(at + mark.size());
}

Found more_than_a_host(std::string_view name) {
    if (contains(name, "{{") || contains(name, "}}"))
        return Miss{"still has a template variable in it",
                    "resolve the template for a region first"};
    if (contains(name, "://"))
        return Miss{"begins with a scheme",
                    fmt::format("write the host alone: {}", berth::quoted(after(name, "://")))};
    if (const auto slash = name.find('/'); slash != std::string_view::npos)
        return Miss{"goes on with a path",
                    fmt::format("write the host alone, {}, and the path as the base path",
                                berth::quoted(name.substr(0, slash)))};
    if (const auto colon = name.find(':'); colon != std::string_view::npos)
        return Miss{"has a port", fmt::format("ECR answers on 443 only; write {}",
                                              berth::quoted(name.substr(0, colon)))};
    const bool plain = std::all_of(name.begin(), name.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_';
    });
    if (!plain) return Miss{"has a blank or another character that no host name has"};
    return std::nullopt;
}

Found other_service(std::string_view name) {
    if (name.starts_with("api.ecr-public.") || name.starts_with("ecr-public.") ||
        name == "ecr.aws" || name.ends_with(".public.ecr.aws") || name.starts_with("public.ecr.") ||
        name.starts_with("public-ecr."))
        return Miss{"is not the registry of ECR Public",
                    "ECR Public's registry is public.ecr.aws; its aliases follow as a path"};
    if (name.starts_with("api.ecr.") || name.starts_with("ecr.") ||
        name.starts_with("api.ecr-fips."))
        return Miss{"is the host of ECR's API, not of a registry"};
    if (name.starts_with("dkr.ecr.") || name.starts_with("dkr-ecr."))
        return Miss{"lacks the account in front",
                    fmt::format("put the 12 digits of the registry's account and a dot in front: "
                                "{}",
                                form)};
    return std::nullopt;
}

Found wrong_account(std::string_view name) {
    const std::string_view account = name.substr(0, name.find('.'));
    if (is_account_id(account)) return std::nullopt;
    const bool digits = !account.empty() && std::all_of(account.begin(), account.end(), [](char c) {
        return (c >= '0' && c <= '9') || c == '-';
    });
    if (!digits)
        return Miss{fmt::format("begins with {}, where the 12 digits of an account belong",
                                berth::quoted(account))};
    if (contains(account, "-"))
        return Miss{"has dashes in the account", "write the 12 digits of the account together"};
    return Miss{fmt::format("has an account of {} digits; accounts have 12", account.size())};
}

/// What comes after the account: the words for the service.
struct NearService {
    std::string_view marker;
    bool dual_stack;
};

std::optional<NearService> service_of(std::string_view rest) {
    constexpr std::array<NearService, 4> services = {{{".dkr.ecr-fips.", false},
                                                      {".dkr.ecr.", false},
                                                      {".dkr-ecr-fips.", true},
                                                      {".dkr-ecr.", true}}};
    for (const NearService& service : services)
        if (rest.starts_with(service.marker)) return service;
    return std::nullopt;
}

Found wrong_region(std::string_view region) {
    if (partition_of_region(region) != nullptr) return std::nullopt;
    if (!region.empty() && region.back() >= 'a' && region.back() <= 'z' &&
        partition_of_region(region.substr(0, region.size() - 1)) != nullptr)
        return Miss{fmt::format("names the availability zone {}, not a region", region),
                    fmt::format("write the region: {}", region.substr(0, region.size() - 1))};
    return Miss{fmt::format("has {} where the region belongs, which has no region's form",
                            berth::quoted(region)),
                "a region is written as in eu-central-1 or us-gov-west-1"};
}

bool is_suffix_of_aws(std::string_view suffix) {
    return std::any_of(partitions().begin(), partitions().end(), [suffix](const Partition& each) {
        return suffix == each.dns_suffix || suffix == each.registry_dual_stack_suffix;
    });
}

Found wrong_suffix(std::string_view region, std::string_view suffix, bool dual_stack) {
    const Partition& partition = *partition_of_region(region);
    const std::string_view right =
        dual_stack ? partition.registry_dual_stack_suffix : partition.dns_suffix;
    if (right.empty())
        return Miss{
            fmt::format("is a dual-stack name, which partition {} does not have", partition.id),
            fmt::format("write …dkr.ecr.{}.{}", region, partition.dns_suffix)};
    if (!is_suffix_of_aws(suffix) && suffix.starts_with(std::string(right) + "."))
        return Miss{fmt::format("goes on after AWS's own {} with {}: it is not AWS's", right,
                                berth::quoted(suffix.substr(right.size()))),
                    "do not send keys to it"};
    const std::string_view other =
        dual_stack ? partition.dns_suffix : partition.registry_dual_stack_suffix;
    if (!other.empty() && suffix == other)
        return Miss{fmt::format("mixes two forms of name: \"{}\" goes with {}",
                                dual_stack ? "dkr-ecr" : "dkr.ecr", right),
                    fmt::format("write dkr.ecr.{0}.{1}, or for dual-stack dkr-ecr.{0}.{2}", region,
                                partition.dns_suffix, partition.registry_dual_stack_suffix)};
    return Miss{fmt::format("ends in {}, but region {} is in partition {}, whose names end in {}",
                            berth::quoted(suffix), region, partition.id, right),
                fmt::format("write …{}.{}", region, right)};
}

Found wrong_place(std::string_view name) {
    const std::string_view rest = name.substr(std::min(name.find('.'), name.size()));
    const auto service = service_of(rest);
    if (!service)
        return Miss{contains(rest, "ecr") ? "does not have \"dkr.ecr\" after the account"
                                          : "is not a name of ECR"};
    const std::string_view place = rest.substr(service->marker.size());
    const std::string_view region = place.substr(0, place.find('.'));
    if (region == "amazonaws")
        return Miss{"lacks the region",
                    "put the region before amazonaws.com: " + std::string(form)};
    if (auto miss = wrong_region(region)) return miss;
    const auto dot = place.find('.');
    if (dot == std::string_view::npos) return Miss{"ends after the region"};
    return wrong_suffix(region, place.substr(dot + 1), service->dual_stack);
}

Miss explain(std::string_view name) {
    if (name.empty()) return {"is empty"};
    if (name.size() > 253) return {"is longer than any host name"};
    for (const auto& rule : {more_than_a_host, other_service, wrong_account, wrong_place})
        if (auto miss = rule(name)) return *std::move(miss);
    return {"is not a name of ECR"};
}

} // namespace

Error near_miss(std::string_view host) {
    const std::string name = to_lower(host.substr(0, 300));
    const Miss miss = explain(name);
    Error error(ErrorCode::usage,
                fmt::format("the ECR endpoint {} {}", berth::quoted(host), miss.cause));
    error.set_hint(miss.hint);
    return error;
}

} // namespace berth::aws
