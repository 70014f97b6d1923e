#include "net/request_head.hpp"

#include "base/text.hpp"
#include "net/field.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>

#include <algorithm>
#include <limits>

namespace berth::net {
namespace {

namespace beast = boost::beast;
namespace http = boost::beast::http;

using Parser = http::request_parser<http::empty_body>;
using Refusal = std::optional<HeadRefusal>;

std::string_view view(beast::string_view text) {
    return {text.data(), text.size()};
}

/// Where Beast is laxer than we are, looked for in the text itself.
Refusal check_text(std::string_view text) {
    if (text.size() > max_request_head) return HeadRefusal{431, "the head is larger than 64 KiB"};
    if (text.find("\r\n ") != std::string_view::npos ||
        text.find("\r\n\t") != std::string_view::npos)
        return HeadRefusal{400, "a header field is folded over several lines"};
    const std::size_t line_end = text.find("\r\n");
    if (line_end > max_request_target && text.substr(0, line_end).find(' ') < 32)
        return HeadRefusal{414, "the request's target is longer than 8 KiB"};
    if (std::count(text.begin(), text.end(), '\n') > static_cast<int>(max_request_fields) + 2)
        return HeadRefusal{431, "the request has more than 256 header fields"};
    return std::nullopt;
}

/// The absolute form of RFC 9112 section 3.2.2, which every server has to accept: its authority
/// stands in place of the field Host.
struct Target {
    std::string path_and_query;
    std::optional<std::string> authority = {};
};

Target split_target(std::string_view target) {
    for (const std::string_view scheme : {"http://", "https://"}) {
        if (!equals_ignoring_case(target.substr(0, scheme.size()), scheme)) continue;
        const auto rest = target.substr(scheme.size());
        const auto end = std::min(rest.find_first_of("/?#"), rest.size());
        std::string path(rest.substr(end));
        if (!path.starts_with('/')) path.insert(0, "/");
        return {std::move(path), std::string(rest.substr(0, end))};
    }
    return {std::string(target)};
}

Refusal check_target(std::string_view target) {
    const bool printable =
        std::all_of(target.begin(), target.end(), [](char c) { return c > ' ' && c < 0x7f; });
    if (!target.starts_with('/') || !printable || target.find('#') != std::string_view::npos)
        return HeadRefusal{400, "the request's target is not a path"};
    return std::nullopt;
}

bool is_host(std::string_view host) {
    return std::all_of(host.begin(), host.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               std::string_view("-._:[]").find(c) != std::string_view::npos;
    });
}

Refusal check_fields(const RequestHead& head) {
    for (const auto& [name, value] : head.headers.fields()) {
        if (!is_field_name(name) || !is_field_value(value))
            return HeadRefusal{400, "a header field is malformed"};
    }
    const auto hosts = head.headers.all("Host");
    if (hosts.size() > 1 || (hosts.empty() && !head.http_1_0) ||
        (!hosts.empty() && !is_host(hosts.front())))
        return HeadRefusal{400, "exactly one valid Host field is needed"};
    return std::nullopt;
}

/// How the body is framed: the fields that request smuggling lives on.
Refusal read_framing(RequestHead& head) {
    const auto codings = head.headers.all("Transfer-Encoding");
    const auto lengths = head.headers.all("Content-Length");
    if (!codings.empty()) {
        if (!lengths.empty() || codings.size() > 1 || head.http_1_0)
            return HeadRefusal{400, "the body's length is stated in contradictory ways"};
        if (!equals_ignoring_case(codings.front(), "chunked"))
            return HeadRefusal{501, "no transfer coding but chunked is supported"};
        head.chunked = true;
    }
    if (lengths.empty()) return std::nullopt;
    constexpr std::uint64_t most = std::numeric_limits<std::int64_t>::max();
    if (lengths.size() == 1) head.content_length = parse_number(lengths.front(), most);
    if (!head.content_length) return HeadRefusal{400, "Content-Length is not one number"};
    return std::nullopt;
}

Refusal read_expectation(RequestHead& head) {
    const auto expectation = head.headers.find("Expect");
    if (!expectation) return std::nullopt;
    if (!equals_ignoring_case(*expectation, "100-continue"))
        return HeadRefusal{417, "no expectation but 100-continue is supported"};
    head.expects_continue = head.has_body() && !head.http_1_0;
    return std::nullopt;
}

HeadRefusal refusal_for(const beast::error_code& code) {
    if (code == http::error::bad_version) return {505, "only HTTP/1.1 and HTTP/1.0 are supported"};
    if (code == http::error::header_limit) return {431, "the head is larger than 64 KiB"};
    if (code == http::error::bad_transfer_encoding)
        return {400, "the transfer coding is malformed"};
    return {400, "the request is malformed"};
}

Refusal take_authority(RequestHead& head, const std::optional<std::string>& authority) {
    if (!authority) return std::nullopt;
    if (authority->empty() || !is_host(*authority))
        return HeadRefusal{400, "the request's target names no valid host"};
    head.headers.set("Host", *authority);
    return std::nullopt;
}

RequestHead head_of(const Parser& parser, std::string_view target) {
    const auto& message = parser.get();
    RequestHead head;
    head.method = view(message.method_string());
    const std::size_t mark = std::min(target.find('?'), target.size());
    head.path = target.substr(0, mark);
    head.query = target.substr(std::min(mark + 1, target.size()));
    for (const auto& field : message)
        head.headers.add(std::string(view(field.name_string())), std::string(view(field.value())));
    head.keep_alive = parser.keep_alive();
    head.http_1_0 = message.version() == 10;
    return head;
}

} // namespace

std::variant<RequestHead, HeadRefusal> parse_request_head(std::string_view text) {
    if (const Refusal refusal = check_text(text)) return *refusal;
    Parser parser;
    parser.header_limit(static_cast<std::uint32_t>(max_request_head));
    parser.body_limit(boost::none);
    beast::error_code failed;
    parser.put(boost::asio::buffer(text.data(), text.size()), failed);
    if (failed) return refusal_for(failed);
    if (!parser.is_header_done()) return HeadRefusal{400, "the request is malformed"};
    const Target target = split_target(view(parser.get().target()));
    if (const Refusal refusal = check_target(target.path_and_query)) return *refusal;
    RequestHead head = head_of(parser, target.path_and_query);
    for (const auto& check : {check_fields(head), take_authority(head, target.authority),
                              read_framing(head), read_expectation(head)}) {
        if (check) return *check;
    }
    return head;
}

} // namespace berth::net
