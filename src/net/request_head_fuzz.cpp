// A request head that is accepted says in one way only where its body ends, and reads the same when
// it is written again.
#include "net/field.hpp"
#include "net/request_head.hpp"

#include <cstdlib>

using namespace berth::net;

namespace {

void check(bool holds) {
    if (!holds) std::abort();
}

std::string written(const RequestHead& head) {
    std::string text = head.method + ' ' + head.path;
    if (!head.query.empty()) text += '?' + head.query;
    text += head.http_1_0 ? " HTTP/1.0\r\n" : " HTTP/1.1\r\n";
    for (const auto& [name, value] : head.headers.fields()) text += name + ": " + value + "\r\n";
    return text + "\r\n";
}

void check_invariants(const RequestHead& head) {
    check(head.path.starts_with('/') && head.path.find_first_of("?# ") == std::string::npos);
    check(is_field_name(head.method));
    check(head.headers.all("Host").size() <= 1);
    check(head.headers.all("Content-Length").size() +
              head.headers.all("Transfer-Encoding").size() <=
          1);
    check(head.chunked == head.headers.find("Transfer-Encoding").has_value());
    check(head.content_length.has_value() == head.headers.find("Content-Length").has_value());
    for (const auto& [name, value] : head.headers.fields())
        check(is_field_name(name) && is_field_value(value));
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const std::size_t end = text.find("\r\n\r\n");
    if (end == std::string_view::npos) return 0;
    const auto parsed = parse_request_head(text.substr(0, end + 4));
    const auto* head = std::get_if<RequestHead>(&parsed);
    if (head == nullptr) return 0;
    check_invariants(*head);
    const auto again = parse_request_head(written(*head));
    const auto* same = std::get_if<RequestHead>(&again);
    check(same != nullptr && same->path == head->path && same->query == head->query &&
          same->headers.fields() == head->headers.fields() &&
          same->content_length == head->content_length && same->chunked == head->chunked &&
          same->keep_alive == head->keep_alive);
    return 0;
}
