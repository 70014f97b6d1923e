#include "net/forwarded.hpp"

#include "base/text.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace berth::net {
namespace {

using Bytes = std::array<std::uint8_t, 16>;

constexpr unsigned ipv4_offset = 96; // bits of ::ffff:0:0/96
constexpr std::size_t most_elements = 32;

bool is_ipv4(const Bytes& bytes) {
    constexpr std::array<std::uint8_t, 12> mapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
    return std::equal(mapped.begin(), mapped.end(), bytes.begin());
}

std::optional<Bytes> parse_address(std::string_view text) {
    const std::string copy(text.substr(0, text.find('%'))); // a zone is not part of the address
    Bytes bytes{};
    if (::inet_pton(AF_INET, copy.c_str(), bytes.data() + 12) == 1) {
        bytes[10] = bytes[11] = 0xff;
        return bytes;
    }
    if (::inet_pton(AF_INET6, copy.c_str(), bytes.data()) == 1) return bytes;
    return std::nullopt;
}

std::string text_of(const Bytes& bytes) {
    std::array<char, INET6_ADDRSTRLEN> text{};
    if (is_ipv4(bytes))
        ::inet_ntop(AF_INET, bytes.data() + 12, text.data(), text.size());
    else
        ::inet_ntop(AF_INET6, bytes.data(), text.data(), text.size());
    return text.data();
}

/// Some proxies add the port: "192.0.2.7:4711", "[2001:db8::1]:4711".
std::string_view without_port(std::string_view text) {
    if (text.starts_with('[')) return text.substr(1, std::min(text.find(']'), text.size()) - 1);
    const auto colon = text.find(':');
    const bool one_colon = colon != text.npos && text.find(':', colon + 1) == text.npos;
    return one_colon ? text.substr(0, colon) : text;
}

/// The elements of all fields, the last one first.
std::vector<std::string_view> elements_from_the_end(const Headers& headers) {
    std::vector<std::string_view> elements;
    for (const auto field : headers.all("X-Forwarded-For"))
        for (const auto element : split(field, ',')) elements.push_back(trimmed(element));
    std::reverse(elements.begin(), elements.end());
    if (elements.size() > most_elements) elements.resize(most_elements);
    return elements;
}

} // namespace

Result<AddressRange> AddressRange::parse(std::string_view text) {
    const auto slash = std::min(text.find('/'), text.size());
    const auto address = parse_address(text.substr(0, slash));
    const unsigned offset = address && is_ipv4(*address) ? ipv4_offset : 0;
    std::optional<std::uint64_t> bits = 128 - offset;
    if (slash < text.size()) bits = parse_number(text.substr(slash + 1), 128 - offset);
    if (!address || !bits || text.find('%') != text.npos) {
        return Error(ErrorCode::usage,
                     fmt::format("{} is neither an address nor a network", berth::quoted(text)))
            .set_hint("as in 192.0.2.7, 10.0.0.0/8 or fd00::/8");
    }
    AddressRange range;
    range.bytes_ = *address;
    range.bits_ = static_cast<unsigned>(*bits) + offset;
    return range;
}

bool AddressRange::contains(std::string_view address) const {
    const auto bytes = parse_address(address);
    if (!bytes) return false;
    for (unsigned bit = 0; bit < bits_; ++bit) {
        const unsigned mask = 0x80U >> bit % 8;
        if (((*bytes)[bit / 8] & mask) != (bytes_[bit / 8] & mask)) return false;
    }
    return true;
}

bool is_trusted(std::string_view address, const std::vector<AddressRange>& trusted) {
    return std::any_of(trusted.begin(), trusted.end(),
                       [&](const AddressRange& range) { return range.contains(address); });
}

Forwarded forwarded(const std::string& peer, bool tls, const Headers& headers,
                    const std::vector<AddressRange>& trusted) {
    Forwarded answer{peer, tls};
    if (!is_trusted(peer, trusted)) return answer;
    if (const auto scheme = headers.find("X-Forwarded-Proto"))
        answer.tls = equals_ignoring_case(trimmed(*scheme), "https");
    for (const auto element : elements_from_the_end(headers)) {
        const auto address = parse_address(without_port(element));
        if (!address) break;
        answer.client = text_of(*address);
        if (!is_trusted(answer.client, trusted)) break;
    }
    return answer;
}

} // namespace berth::net
