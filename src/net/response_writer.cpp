#include "net/response_writer.hpp"

#include "base/text.hpp"
#include "net/field.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <ctime>
#include <iterator>

namespace berth::net {
namespace {

// A small body shares a segment with its head.
constexpr std::size_t joined_with_head = 16 * 1024;
constexpr std::size_t usual_head = 1024;

struct Reason {
    int status;
    std::string_view phrase;
};

constexpr std::array<Reason, 41> reasons = {{
    {200, "OK"},
    {201, "Created"},
    {202, "Accepted"},
    {204, "No Content"},
    {206, "Partial Content"},
    {301, "Moved Permanently"},
    {302, "Found"},
    {303, "See Other"},
    {304, "Not Modified"},
    {307, "Temporary Redirect"},
    {308, "Permanent Redirect"},
    {400, "Bad Request"},
    {401, "Unauthorized"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {406, "Not Acceptable"},
    {408, "Request Timeout"},
    {409, "Conflict"},
    {410, "Gone"},
    {411, "Length Required"},
    {412, "Precondition Failed"},
    {413, "Content Too Large"},
    {414, "URI Too Long"},
    {415, "Unsupported Media Type"},
    {416, "Range Not Satisfiable"},
    {417, "Expectation Failed"},
    {422, "Unprocessable Content"},
    {424, "Failed Dependency"},
    {426, "Upgrade Required"},
    {428, "Precondition Required"},
    {429, "Too Many Requests"},
    {431, "Request Header Fields Too Large"},
    {499, "Client Closed Request"},
    {500, "Internal Server Error"},
    {501, "Not Implemented"},
    {502, "Bad Gateway"},
    {503, "Service Unavailable"},
    {504, "Gateway Timeout"},
    {505, "HTTP Version Not Supported"},
    {507, "Insufficient Storage"},
}};

/// RFC 9110 section 5.6.7; the names of days and months must not depend on the locale.
std::string printed_date(std::time_t now) {
    static constexpr const char* days[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static constexpr const char* months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                             "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    std::tm utc{};
    ::gmtime_r(&now, &utc);
    return fmt::format("{}, {:02} {} {} {:02}:{:02}:{:02} GMT", days[utc.tm_wday], utc.tm_mday,
                       months[utc.tm_mon], utc.tm_year + 1900, utc.tm_hour, utc.tm_min, utc.tm_sec);
}

/// Printed once a second by each thread.
const std::string& http_date(std::time_t now) {
    thread_local std::time_t when = -1;
    thread_local std::string text;
    if (now != when) {
        text = printed_date(now);
        when = now;
    }
    return text;
}

bool never_has_body(int status) {
    return status == 204 || status == 304;
}

std::optional<std::uint64_t> body_size(const Response& response) {
    if (const auto* text = std::get_if<std::string>(&response.body)) return text->size();
    if (const auto* range = std::get_if<FileRange>(&response.body)) return range->length;
    return std::get<StreamedBody>(response.body).size;
}

bool is_framing_field(std::string_view name) {
    return equals_ignoring_case(name, "Content-Length") || equals_ignoring_case(name, "Date") ||
           equals_ignoring_case(name, "Transfer-Encoding") ||
           equals_ignoring_case(name, "Connection");
}

void append_field(std::string& head, std::string_view name, std::string_view value) {
    head.append(name).append(": ").append(value).append("\r\n");
}

std::string start_of_head(const Response& response) {
    if (response.status < 200 || response.status > 599)
        throw Error(ErrorCode::internal,
                    fmt::format("a handler returned the status {}", response.status));
    std::string head;
    head.reserve(usual_head);
    fmt::format_to(std::back_inserter(head), "HTTP/1.1 {} {}\r\n", response.status,
                   reason_phrase(response.status));
    for (const auto& [name, value] : response.headers.fields()) {
        if (!is_field_name(name) || !is_field_value(value))
            throw Error(ErrorCode::internal,
                        fmt::format("a handler returned the header field {}", berth::quoted(name)));
        if (!is_framing_field(name)) append_field(head, name, value);
    }
    append_field(head, "Date", http_date(std::time(nullptr)));
    return head;
}

/// What the body will need, decided once.
struct Plan {
    std::optional<std::uint64_t> length;
    bool chunked = false;
    bool send_body = false;
    bool keep_alive = false;
};

Plan plan_for(const Response& response, const Framing& framing) {
    Plan plan;
    plan.length = body_size(response);
    if (framing.head_only && plan.length == std::uint64_t{0}) {
        // A HEAD handler need not open the content in order to state its size.
        if (const auto stated = response.headers.find("Content-Length"))
            plan.length = parse_number(*stated, std::uint64_t{1} << 62);
    }
    const bool none = never_has_body(response.status);
    if (none) plan.length.reset();
    plan.send_body = !none && !framing.head_only;
    plan.chunked = !none && !plan.length && !framing.http_1_0;
    plan.keep_alive = framing.keep_alive && (plan.length || plan.chunked || !plan.send_body);
    return plan;
}

} // namespace

std::string_view reason_phrase(int status) noexcept {
    const auto found = std::find_if(reasons.begin(), reasons.end(),
                                    [&](const Reason& reason) { return reason.status == status; });
    return found == reasons.end() ? "Unknown" : found->phrase;
}

bool ResponseWriter::write(Response& response, const Framing& framing) {
    const Plan plan = plan_for(response, framing);
    std::string head = start_of_head(response);
    if (plan.length) append_field(head, "Content-Length", std::to_string(*plan.length));
    if (plan.chunked) append_field(head, "Transfer-Encoding", "chunked");
    if (!plan.keep_alive) append_field(head, "Connection", "close");
    if (plan.keep_alive && framing.http_1_0) append_field(head, "Connection", "keep-alive");
    head += "\r\n";
    auto* text = std::get_if<std::string>(&response.body);
    if (plan.send_body && text != nullptr && text->size() <= joined_with_head) {
        body_bytes_ = text->size();
        send(head.append(*text));
        return plan.keep_alive;
    }
    send(head);
    if (!plan.send_body) return plan.keep_alive;
    if (plan.chunked)
        send_source(std::get<StreamedBody>(response.body), true);
    else
        send_body(response);
    return plan.keep_alive;
}

void ResponseWriter::send(std::string_view bytes) {
    started_ = true;
    write_all(stream_, as_bytes(bytes), meter_);
}

void ResponseWriter::send_body(Response& response) {
    if (const auto* text = std::get_if<std::string>(&response.body)) {
        send(*text);
        body_bytes_ = text->size();
    } else if (const auto* range = std::get_if<FileRange>(&response.body)) {
        send_file(stream_, range->file.get(), range->offset, range->length, meter_);
        body_bytes_ = range->length;
    } else {
        send_source(std::get<StreamedBody>(response.body), false);
    }
}

void ResponseWriter::send_source(StreamedBody& body, bool chunked) {
    std::vector<std::byte> buffer(buffer_size);
    while (const std::size_t got = body.source->read(buffer)) {
        // Longer than stated: the surplus would be read as the next response.
        if (body.size && got > *body.size - body_bytes_)
            throw Error(ErrorCode::corrupt, "a body is longer than its stated length");
        if (chunked) send(fmt::format("{:x}\r\n", got));
        write_all(stream_, std::span(buffer).first(got), meter_);
        if (chunked) send("\r\n");
        body_bytes_ += got;
    }
    if (body.size && body_bytes_ != *body.size)
        throw Error(ErrorCode::corrupt, "a body is shorter than its stated length");
    if (chunked) send("0\r\n\r\n");
}

} // namespace berth::net
