#include "oci/digest.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

namespace berth::oci {
namespace {

struct Algorithm {
    DigestAlgorithm algorithm;
    std::string_view name;
    std::size_t hex_digits;
};

constexpr std::array algorithms = {
    Algorithm{DigestAlgorithm::sha256, "sha256", 64},
    Algorithm{DigestAlgorithm::sha512, "sha512", 128},
};

Error malformed(std::string_view text, std::string_view why) {
    return Error(ErrorCode::digest_invalid,
                 fmt::format("{} is not a digest: {}", berth::quoted(text), why));
}

bool is_lower_hex(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
}

std::optional<Error> check_hex(std::string_view text, std::string_view hex, const Algorithm& row) {
    if (hex.size() != row.hex_digits)
        return malformed(text, fmt::format("{} has {} hex digits, not {}", row.name, row.hex_digits,
                                           hex.size()));
    if (!std::all_of(hex.begin(), hex.end(), is_lower_hex))
        return malformed(text, "only the digits 0-9 and lower-case a-f are allowed");
    return std::nullopt;
}

} // namespace

Result<Digest> Digest::parse(std::string_view text) {
    const auto colon = text.find(':');
    if (colon == std::string_view::npos)
        return malformed(text, "an algorithm, a colon and hex digits are expected");
    const auto name = text.substr(0, colon);
    const auto row = std::find_if(algorithms.begin(), algorithms.end(),
                                  [&](const Algorithm& known) { return known.name == name; });
    if (row == algorithms.end()) return malformed(text, "the algorithm must be sha256 or sha512");
    if (auto error = check_hex(text, text.substr(colon + 1), *row)) return *error;
    return Digest(row->algorithm, std::string(text));
}

std::string_view Digest::algorithm_name() const noexcept {
    return std::string_view(text_).substr(0, text_.find(':'));
}

std::string_view Digest::hex() const noexcept {
    return std::string_view(text_).substr(text_.find(':') + 1);
}

} // namespace berth::oci
