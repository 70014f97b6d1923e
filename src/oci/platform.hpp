// Platform: for which machine an image is (image-spec image-index.md "platform").
#pragma once

#include "base/result.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace berth::oci {

struct Platform {
    std::string os;
    std::string architecture;
    std::string variant = {};
    std::string os_version = {};

    /// "linux/arm64/v8"; architecture aliases (x86_64, aarch64) become the specification's names.
    /// Two or three parts of [A-Za-z0-9_.-]; all else is Error usage.
    static Result<Platform> parse(std::string_view text);
    /// The platform that this binary was built for.
    static Platform host();

    std::string text() const;
    /// True if `available` can run where this platform is asked for: os and architecture equal,
    /// variant equal or not asked for; arm64 and arm64/v8 are the same.
    bool accepts(const Platform& available) const;

    bool operator==(const Platform&) const = default;
};

} // namespace berth::oci
