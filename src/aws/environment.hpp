// Environment: the variables that AWS's own tools read, handed in by the caller.
#pragma once

#include "aws/service_endpoint.hpp"
#include "base/error.hpp"

#include <map>
#include <string>
#include <string_view>

namespace berth::aws {

/// Name to value; what is empty counts as not set. HOME is needed beside those of AWS.
class Environment {
public:
    Environment() = default;
    explicit Environment(std::map<std::string, std::string> values) : values_(std::move(values)) {}

    /// "" if not set.
    std::string get(std::string_view name) const;
    bool has(std::string_view name) const { return !get(name).empty(); }
    /// true for "true" in any case; Error usage for anything but true and false.
    bool flag(std::string_view name) const;

    /// AWS_REGION, else AWS_DEFAULT_REGION, else "".
    std::string region() const;
    std::string config_file() const;      ///< AWS_CONFIG_FILE, else ~/.aws/config; or ""
    std::string credentials_file() const; ///< likewise
    EndpointSettings endpoints() const;

private:
    std::map<std::string, std::string> values_;
};

} // namespace berth::aws
