// Asset: one built file of the console, as it lies in the binary.
#pragma once

#include <span>
#include <string_view>

namespace berth::console {

/// All views have static storage.
struct Asset {
    std::string_view path; ///< "/assets/index-3f9c0a.js": what is asked for
    std::string_view type; ///< its Content-Type
    std::string_view hash; ///< of the plain bytes, 32 hex digits
    std::string_view plain;
    std::string_view gzip; ///< the same compressed; empty where that gains nothing
};

/// What web/ was built to, sorted by path. Generated when Berth is compiled.
std::span<const Asset> built_assets();

} // namespace berth::console
