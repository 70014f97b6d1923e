#include "oci/platform.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace berth::oci {
namespace {

struct Alias {
    std::string_view given;
    std::string_view architecture;
    std::string_view variant;
};

// As containerd's platforms.Normalize reads them.
constexpr std::array aliases = {
    Alias{"x86_64", "amd64", ""}, Alias{"x86-64", "amd64", ""}, Alias{"aarch64", "arm64", ""},
    Alias{"i386", "386", ""},     Alias{"i686", "386", ""},     Alias{"armhf", "arm", "v7"},
    Alias{"armel", "arm", "v6"},
};

bool is_part(std::string_view part) {
    return !part.empty() && part.size() <= 64 && std::all_of(part.begin(), part.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '_' || c == '.' || c == '-';
    });
}

std::string_view effective_variant(const Platform& platform) {
    if (platform.architecture == "arm64" && platform.variant == "v8") return "";
    return platform.variant;
}

} // namespace

Result<Platform> Platform::parse(std::string_view text) {
    const auto parts = split(text, '/');
    if (parts.size() < 2 || parts.size() > 3 || !std::all_of(parts.begin(), parts.end(), is_part)) {
        Error error(ErrorCode::usage, fmt::format("{} is not a platform", berth::quoted(text)));
        error.set_hint("write os/architecture or os/architecture/variant, e.g. linux/arm64");
        return error;
    }
    Platform platform{.os = to_lower(parts[0]), .architecture = to_lower(parts[1])};
    if (parts.size() == 3) platform.variant = to_lower(parts[2]);
    const auto alias = std::find_if(aliases.begin(), aliases.end(), [&](const Alias& row) {
        return row.given == platform.architecture;
    });
    if (alias != aliases.end()) {
        platform.architecture = alias->architecture;
        if (platform.variant.empty()) platform.variant = alias->variant;
    }
    return platform;
}

Platform Platform::host() {
#if defined(__x86_64__)
    return {.os = "linux", .architecture = "amd64"};
#elif defined(__aarch64__)
    return {.os = "linux", .architecture = "arm64", .variant = "v8"};
#elif defined(__arm__)
    return {.os = "linux", .architecture = "arm", .variant = "v7"};
#elif defined(__i386__)
    return {.os = "linux", .architecture = "386"};
#elif defined(__riscv) && __riscv_xlen == 64
    return {.os = "linux", .architecture = "riscv64"};
#elif defined(__powerpc64__) && defined(__LITTLE_ENDIAN__)
    return {.os = "linux", .architecture = "ppc64le"};
#elif defined(__s390x__)
    return {.os = "linux", .architecture = "s390x"};
#else
#error "name this architecture as GOARCH does"
#endif
}

std::string Platform::text() const {
    return variant.empty() ? fmt::format("{}/{}", os, architecture)
                           : fmt::format("{}/{}/{}", os, architecture, variant);
}

bool Platform::accepts(const Platform& available) const {
    const auto asked = effective_variant(*this);
    return os == available.os && architecture == available.architecture &&
           (asked.empty() || asked == effective_variant(available));
}

} // namespace berth::oci
