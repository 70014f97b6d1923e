#include "aws/endpoint_template.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

namespace berth::aws {
namespace {

constexpr std::string_view variable_name = ".spectro.system.aws.region";
constexpr std::size_t longest_template = 512;

Error wrong_template(std::string_view text, std::string_view cause, std::string hint) {
    Error error(ErrorCode::usage,
                fmt::format("the ECR endpoint {} {}", berth::quoted(text), cause));
    error.set_hint(std::move(hint));
    return error;
}

std::string write_variable() {
    return fmt::format("write the region as {}", region_variable);
}

struct Halves {
    std::string before;
    std::string after;
};

/// Where a brace is short: "{{.x}", "{.x}}", "{{.x", ".x}}".
std::optional<Error> brace_error(std::string_view text) {
    const auto open = text.find("{{");
    const auto close = text.find("}}");
    const bool none = text.find_first_of("{}") == std::string_view::npos;
    if (none) {
        if (text.find("spectro.system") == std::string_view::npos) return std::nullopt;
        return wrong_template(text, "has the variable without its braces", write_variable());
    }
    if (open == std::string_view::npos)
        return wrong_template(text, "has a variable that does not begin with two braces",
                              write_variable());
    if (close == std::string_view::npos)
        return wrong_template(text, "has a variable that does not end with two braces",
                              write_variable());
    if (close < open)
        return wrong_template(text, "has its braces in the wrong order", write_variable());
    return std::nullopt;
}

Result<Halves> cut(std::string_view text) {
    const auto open = text.find("{{");
    const auto close = text.find("}}");
    const std::string_view name = trimmed(text.substr(open + 2, close - open - 2));
    Halves halves{std::string(text.substr(0, open)), std::string(text.substr(close + 2))};
    if (name != variable_name)
        return wrong_template(
            text, fmt::format("names the variable {}, which is not known", berth::quoted(name)),
            fmt::format("the one variable of an endpoint is the region: {}", region_variable));
    if (halves.after.find("{{") != std::string::npos)
        return wrong_template(text, "has more than one variable",
                              "the region stands once in the name of a registry");
    if ((halves.before + halves.after).find_first_of("{}") != std::string::npos)
        return wrong_template(text, "has a brace too many", write_variable());
    if (!halves.before.ends_with('.') || !halves.after.starts_with('.') ||
        to_lower(halves.before).find("ecr") == std::string::npos)
        return wrong_template(
            text, "has the region's variable in another place than the region's",
            fmt::format("write ACCOUNT.dkr.ecr.{}.amazonaws.com", region_variable));
    return halves;
}

/// The suffix decides which partitions can be meant; the first example shows one.
const Partition* partition_of_suffix(std::string_view suffix) {
    for (const Partition& partition : partitions())
        if (suffix == partition.dns_suffix || suffix == partition.registry_dual_stack_suffix)
            return &partition;
    return nullptr;
}

/// Filled in with an example region, so that what is wrong besides the region shows first.
std::optional<Error> error_besides_the_region(const Halves& halves) {
    const Partition* partition = partition_of_suffix(halves.after.substr(1));
    const std::string_view example =
        partition == nullptr ? std::string_view("us-east-1") : partition->example_region;
    const auto host = parse_ecr_host(fmt::format("{}{}{}", halves.before, example, halves.after));
    if (host.has_error()) return host.error();
    return std::nullopt;
}

Result<EcrHost> filled(const Halves& halves, std::string_view region) {
    if (partition_of_region(region) == nullptr) {
        Error error(ErrorCode::usage,
                    fmt::format("{} is not the name of an AWS region", berth::quoted(region)));
        error.set_hint("a region is written as in eu-central-1 or us-gov-west-1");
        return error;
    }
    return parse_ecr_host(halves.before + std::string(region) + halves.after);
}

std::string without_scheme(std::string_view text) {
    constexpr std::string_view scheme = "https://";
    text = trimmed(text);
    if (to_lower(text.substr(0, scheme.size())) != scheme) return to_lower(text);
    text.remove_prefix(scheme.size());
    if (text.ends_with('/')) text.remove_suffix(1);
    return to_lower(text);
}

} // namespace

Result<EndpointTemplate> EndpointTemplate::parse(std::string_view text,
                                                 std::string_view default_region) {
    if (text.size() > longest_template)
        return wrong_template(text, "is too long", "a host name has at most 253 characters");
    const std::string plain = without_scheme(text);
    if (auto error = brace_error(plain)) return *error;
    EndpointTemplate result;
    result.default_region_ = default_region;
    if (plain.find("{{") == std::string::npos) {
        auto host = parse_ecr_host(plain);
        if (host.has_error()) return host.error();
        result.host_ = *host;
        if (!default_region.empty() && !host->is_public() && host->region != default_region)
            return wrong_template(
                text,
                fmt::format("names region {} while the default region is {}", host->region,
                            berth::quoted(default_region)),
                fmt::format("leave the default region out, or write {} in place of {}",
                            region_variable, host->region));
        if (!host->is_public()) result.default_region_ = host->region;
        return result;
    }
    const auto halves = cut(plain);
    if (halves.has_error()) return halves.error();
    if (auto error = error_besides_the_region(*halves)) return *error;
    if (default_region.empty())
        return wrong_template(text, "has the region as a variable, and there is no default region",
                              "set the default region: it serves where a deployment names none");
    auto host = filled(*halves, default_region);
    if (host.has_error()) return Error(host.error()).add_context("default region");
    result.before_ = halves->before;
    result.after_ = halves->after;
    result.host_ = *host;
    return result;
}

Result<ResolvedEndpoint> EndpointTemplate::resolve(std::string_view requested_region) const {
    if (!has_variable()) {
        ResolvedEndpoint fixed{
            .host = host_, .region = host_.region, .source = RegionSource::fixed};
        if (!requested_region.empty() && requested_region != host_.region)
            fixed.ignored_request = std::string(requested_region);
        return fixed;
    }
    if (requested_region.empty())
        return ResolvedEndpoint{
            .host = host_, .region = default_region_, .source = RegionSource::default_region};
    auto host = filled({before_, after_}, requested_region);
    if (host.has_error()) return Error(host.error()).add_context("requested region");
    return ResolvedEndpoint{
        .host = *host, .region = std::string(requested_region), .source = RegionSource::requested};
}

std::string EndpointTemplate::text() const {
    if (!has_variable()) return host_.text();
    return fmt::format("{}{}{}", before_, region_variable, after_);
}

} // namespace berth::aws
