// Challenges: how a server says which authentication it wants (RFC 9110 section 11.6.1).
#pragma once

#include "net/http.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace berth::client {

struct Challenge {
    std::string scheme; ///< lower case: "basic", "bearer"
    /// Names in lower case; of a repeated name the first counts.
    std::map<std::string, std::string, std::less<>> parameters;

    /// The value of a parameter, "" if it is not there.
    std::string parameter(std::string_view name) const;
};

/// The challenges of one WWW-Authenticate value, in order. Text that breaks the grammar ends the
/// list: what was read before it is kept. At most 16 challenges are read from at most 16 KiB.
std::vector<Challenge> parse_challenges(std::string_view value);
/// Of all WWW-Authenticate fields of a response.
std::vector<Challenge> challenges_of(const net::Headers& headers);
/// The first with that scheme (lower case).
std::optional<Challenge> find_challenge(const std::vector<Challenge>& all, std::string_view scheme);

} // namespace berth::client
