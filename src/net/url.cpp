#include "net/url.hpp"

#include "base/text.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace berth::net {
namespace {

constexpr std::size_t max_url = 8 * 1024;
constexpr std::size_t max_host = 253;

bool is_alpha(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool is_digit(char c) {
    return c >= '0' && c <= '9';
}
bool is_unreserved(char c) {
    return is_alpha(c) || is_digit(c) || c == '-' || c == '.' || c == '_' || c == '~';
}

Error bad_url(std::string_view text, std::string_view cause) {
    return {ErrorCode::usage, fmt::format("URL {} {}", berth::quoted(text), cause)};
}

void append_encoded(std::string& out, char c) {
    fmt::format_to(std::back_inserter(out), "%{:02X}", static_cast<unsigned char>(c));
}

/// Length of the scheme before ":", or nothing if the text does not begin with one.
std::optional<std::size_t> scheme_length(std::string_view text) {
    const std::size_t colon = text.find(':');
    if (colon == std::string_view::npos || colon == 0 || !is_alpha(text[0])) return std::nullopt;
    const auto in_scheme = [](char c) {
        return is_alpha(c) || is_digit(c) || c == '+' || c == '-' || c == '.';
    };
    if (!std::all_of(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(colon), in_scheme))
        return std::nullopt;
    return colon;
}

bool is_reg_name(std::string_view host) {
    return !host.empty() && host.size() <= max_host && host != "." && host != ".." &&
           std::all_of(host.begin(), host.end(), [](char c) {
               return is_alpha(c) || is_digit(c) || c == '-' || c == '.' || c == '_';
           });
}

bool is_ipv6(const std::string& address) {
    in6_addr parsed{};
    return ::inet_pton(AF_INET6, address.c_str(), &parsed) == 1;
}

std::uint16_t default_port(std::string_view scheme) {
    return scheme == "https" ? 443 : 80;
}

/// Splits "host:port" or "[v6]:port"; the port may be empty. Returns the cause of a refusal.
std::string_view read_authority(std::string_view authority, Origin& origin) {
    if (authority.find('@') != std::string_view::npos)
        return "carries a user name or password, which does not belong in a URL";
    const std::size_t host_end = authority.starts_with('[') ? authority.find(']') : 0;
    if (host_end == std::string_view::npos) return "has an IPv6 address without \"]\"";
    const std::size_t colon = authority.find(':', host_end);
    const std::string_view host = authority.substr(0, colon);
    origin.host = to_lower(host);
    const bool ok = host.starts_with('[')
                        ? host.ends_with(']') && is_ipv6(std::string(host.substr(1, host_end - 1)))
                        : is_reg_name(host);
    if (!ok) return "has no valid host name";
    origin.port = default_port(origin.scheme);
    if (colon == std::string_view::npos || colon + 1 == authority.size()) return {};
    const auto port = parse_number(authority.substr(colon + 1), 65535);
    if (!port || *port == 0) return "has a port outside 1 to 65535";
    origin.port = static_cast<std::uint16_t>(*port);
    return {};
}

/// Bytes outside ASCII, as some servers send them in Location, become %XX.
std::string ascii_only(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (const char c : text) {
        if (static_cast<unsigned char>(c) < 0x80)
            out += c;
        else
            append_encoded(out, c);
    }
    return out;
}

bool has_forbidden_byte(std::string_view text) {
    return std::any_of(text.begin(), text.end(),
                       [](char c) { return static_cast<unsigned char>(c) <= ' ' || c == 0x7f; });
}

/// RFC 3986 section 5.2.4, for a path that starts with "/".
std::string without_dot_segments(std::string_view path) {
    std::vector<std::string_view> kept;
    const std::vector<std::string_view> segments = split(path.substr(1), '/');
    for (std::size_t i = 0; i < segments.size(); ++i) {
        const bool last = i + 1 == segments.size();
        const bool dot = segments[i] == ".";
        const bool dots = segments[i] == "..";
        if (dots && !kept.empty()) kept.pop_back();
        if (!dot && !dots) kept.push_back(segments[i]);
        if (last && (dot || dots)) kept.emplace_back();
    }
    std::string out;
    for (const std::string_view segment : kept) (out += '/') += segment;
    return out.empty() ? "/" : out;
}

struct Relative {
    std::string_view path;
    std::optional<std::string_view> query;
};

Relative split_query(std::string_view text) {
    const std::size_t mark = text.find('?');
    if (mark == std::string_view::npos) return {text, std::nullopt};
    return {text.substr(0, mark), text.substr(mark + 1)};
}

} // namespace

std::string Origin::text() const {
    if (port == default_port(scheme)) return fmt::format("{}://{}", scheme, host);
    return fmt::format("{}://{}:{}", scheme, host, port);
}

Result<Url> Url::parse(std::string_view text) {
    if (text.size() > max_url) return bad_url(text, "is longer than 8 KiB");
    if (has_forbidden_byte(text)) return bad_url(text, "contains a space or control character");
    const std::optional<std::size_t> scheme = scheme_length(text);
    Url url;
    if (scheme) url.origin.scheme = to_lower(text.substr(0, *scheme));
    if (url.origin.scheme != "http" && url.origin.scheme != "https")
        return bad_url(text, "does not start with http:// or https://");
    std::string_view rest = text.substr(*scheme + 1);
    if (!rest.starts_with("//")) return bad_url(text, "has no \"//\" after its scheme");
    rest = rest.substr(2, rest.find('#') - 2);
    const std::size_t authority_end = std::min(rest.find_first_of("/?"), rest.size());
    const std::string_view cause = read_authority(rest.substr(0, authority_end), url.origin);
    if (!cause.empty()) {
        // The text may hold a password: it is not repeated.
        if (rest.find('@') != std::string_view::npos)
            return Error(ErrorCode::usage, fmt::format("the URL {}", cause));
        return bad_url(text, cause);
    }
    const Relative target = split_query(rest.substr(authority_end));
    url.path = target.path.empty() ? "/" : ascii_only(target.path);
    url.query = ascii_only(target.query.value_or(""));
    if (url.text().size() > max_url) return bad_url(text, "is longer than 8 KiB when encoded");
    return url;
}

Result<Url> Url::resolve(std::string_view reference) const {
    if (scheme_length(reference)) {
        Result<Url> absolute = parse(reference);
        if (absolute) absolute->path = without_dot_segments(absolute->path);
        return absolute;
    }
    reference = reference.substr(0, reference.find('#'));
    if (reference.starts_with("//")) {
        Result<Url> absolute = parse(fmt::format("{}:{}", origin.scheme, reference));
        if (absolute) absolute->path = without_dot_segments(absolute->path);
        return absolute;
    }
    const Relative target = split_query(reference);
    std::string merged = path;
    if (target.path.starts_with('/'))
        merged = target.path;
    else if (!target.path.empty())
        merged = path.substr(0, path.rfind('/') + 1).append(target.path);
    const std::string_view new_query =
        target.query.value_or(target.path.empty() ? std::string_view(query) : std::string_view());
    std::string joined = origin.text() + without_dot_segments(merged);
    if (!new_query.empty()) (joined += '?') += new_query;
    return parse(joined);
}

std::string Url::text() const {
    return origin.text() + path_and_query();
}

std::string Url::path_and_query() const {
    return query.empty() ? path : path + '?' + query;
}

std::string percent_encode(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (const char c : text) {
        if (is_unreserved(c))
            out += c;
        else
            append_encoded(out, c);
    }
    return out;
}

void add_query(std::string& query, std::string_view key, std::string_view value) {
    if (!query.empty()) query += '&';
    query += percent_encode(key);
    query += '=';
    query += percent_encode(value);
}

} // namespace berth::net
