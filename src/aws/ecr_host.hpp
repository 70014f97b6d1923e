// EcrHost: the name of an ECR registry, taken apart. The one place that knows these names.
#pragma once

#include "aws/partition.hpp"
#include "base/result.hpp"

#include <string>
#include <string_view>

namespace berth::aws {

/// A private registry (one account, one region), or ECR Public, which has neither in its name.
struct EcrHost {
    std::string account = {}; ///< 12 digits; empty for ECR Public
    std::string region = {};  ///< empty for ECR Public
    /// Of the region; "aws" for ECR Public. Never null.
    const Partition* partition = nullptr;
    bool fips = false;
    bool dual_stack = false;

    bool is_public() const { return account.empty(); }
    /// The host name: parsing it gives the same again.
    std::string text() const;
    bool operator==(const EcrHost&) const = default;
};

/// Parses a whole host name: letters of any case, a dot at its end allowed, no scheme, port or
/// path. Everything that is not exactly such a name is Error usage that says what is wrong with it,
/// with a hint that shows the right form; a name that only looks like AWS's says so.
Result<EcrHost> parse_ecr_host(std::string_view host);

/// Whether the name is meant to be ECR's: then a failed parse is worth showing. For others, such
/// as "ghcr.io", it isn't.
bool resembles_ecr(std::string_view host);

/// The 12 digits of an AWS account.
bool is_account_id(std::string_view text);

} // namespace berth::aws
