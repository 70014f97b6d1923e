#include "aws/environment.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

namespace berth::aws {

std::string Environment::get(std::string_view name) const {
    const auto found = values_.find(std::string(name));
    return found == values_.end() ? std::string() : found->second;
}

bool Environment::flag(std::string_view name) const {
    const std::string value = get(name);
    if (value.empty() || equals_ignoring_case(value, "false")) return false;
    if (equals_ignoring_case(value, "true")) return true;
    Error error(ErrorCode::usage,
                fmt::format("{} is {}, neither true nor false", name, berth::quoted(value)));
    error.set_hint("set it to true or false, or unset it");
    throw error;
}

std::string Environment::region() const {
    const std::string region = get("AWS_REGION");
    return region.empty() ? get("AWS_DEFAULT_REGION") : region;
}

std::string Environment::config_file() const {
    if (has("AWS_CONFIG_FILE")) return get("AWS_CONFIG_FILE");
    return has("HOME") ? get("HOME") + "/.aws/config" : "";
}

std::string Environment::credentials_file() const {
    if (has("AWS_SHARED_CREDENTIALS_FILE")) return get("AWS_SHARED_CREDENTIALS_FILE");
    return has("HOME") ? get("HOME") + "/.aws/credentials" : "";
}

EndpointSettings Environment::endpoints() const {
    return {.fips = flag("AWS_USE_FIPS_ENDPOINT"),
            .dual_stack = flag("AWS_USE_DUALSTACK_ENDPOINT"),
            .global_sts = get("AWS_STS_REGIONAL_ENDPOINTS") == "legacy",
            .url = get("AWS_ENDPOINT_URL"),
            .sts_url = get("AWS_ENDPOINT_URL_STS"),
            .ecr_url = get("AWS_ENDPOINT_URL_ECR"),
            .ecr_public_url = get("AWS_ENDPOINT_URL_ECR_PUBLIC"),
            .ignore_urls = flag("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS")};
}

} // namespace berth::aws
