// Query: the parameters of a request's address or form, decoded.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace berth::net {

class Query {
public:
    /// At most 200 parameters; a malformed escape or more is Error usage.
    explicit Query(std::string_view text);

    std::optional<std::string> find(std::string_view key) const;
    std::vector<std::string> all(std::string_view key) const;
    /// A page size: absent is `most`; more than `most` is `most`; no number is Error usage.
    std::size_t page_size(std::string_view key, std::size_t most) const;

private:
    std::vector<std::pair<std::string, std::string>> parameters_;
};

/// %XX decoded; in forms a plus sign is a space. Error usage for a malformed escape.
std::string percent_decode(std::string_view text, bool form);

} // namespace berth::net
