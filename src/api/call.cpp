#include "api/call.hpp"

#include "api/refusal.hpp"
#include "base/source.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

namespace berth::api {
namespace {

constexpr std::uint64_t body_limit = 1024 * 1024;
constexpr std::size_t page_limit = 50;
constexpr std::size_t token_limit = 4096;

std::string read_body(net::Request& request) {
    const auto too_large = [] {
        return Refusal(413, "RequestTooLarge", "the body is longer than 1 MiB");
    };
    if (request.content_length.value_or(0) > body_limit) throw too_large();
    if (request.body == nullptr) return {};
    try {
        return read_all(*request.body, body_limit, "the body");
    } catch (const Error& error) {
        if (error.code() == ErrorCode::limit_exceeded) throw too_large();
        // No registry is: the client has gone, and nobody will read this.
        if (error.code() == ErrorCode::unreachable)
            throw Refusal(400, "BadRequest", "the body did not come to its end");
        throw;
    }
}

json::Value document_of(Call& call, std::string_view due) {
    const auto text = read_body(call.request);
    if (trimmed(text).empty())
        throw Error(ErrorCode::usage, fmt::format("the body is empty: a JSON {} is due", due));
    auto document = json::parse(text);
    if (!document)
        throw Error(ErrorCode::usage, fmt::format("the body: {}", document.error().message()));
    return std::move(*document);
}

std::string page_token(std::int64_t offset, std::string_view after) {
    return to_base64(json::write(json::Object{{"offset", offset}, {"after", after}}));
}

/// Takes what page_token() gave, in base64 or base64url.
void read_page_token(std::string_view token, PageQuery& page) {
    const Error refusal(ErrorCode::usage,
                        "continue is not what an answer of this list had in listmeta.continue");
    if (token.size() > token_limit) throw refusal;
    const auto text = from_base64(token);
    const auto document = text ? json::parse(*text) : Result<json::Value>(text.error());
    if (!document || !document->is_object()) throw refusal;
    const auto& members = document->get_object();
    const auto* offset = members.if_contains("offset");
    const auto* after = members.if_contains("after");
    if (members.size() != 2 || offset == nullptr || !offset->is_int64() ||
        offset->get_int64() < 0 || offset->get_int64() > std::numeric_limits<std::int32_t>::max() ||
        after == nullptr || !after->is_string() || after->get_string().empty())
        throw refusal;
    page.offset = offset->get_int64();
    page.after = std::string(after->get_string());
}

} // namespace

json::Object body_of(Call& call) {
    auto document = document_of(call, "object");
    if (!document.is_object())
        throw Error(ErrorCode::usage, "the body is JSON, but no object: {…} is due");
    return std::move(document.get_object());
}

json::Array list_of(Call& call) {
    auto document = document_of(call, "list");
    if (!document.is_array())
        throw Error(ErrorCode::usage, "the body is JSON, but no list: […] is due");
    return std::move(document.get_array());
}

net::Response reply(int status, const json::Object& body) {
    net::Response response{.status = status, .body = json::write(body)};
    response.headers.add("Content-Type", "application/json");
    response.headers.add("Cache-Control", "no-store");
    return response;
}

net::Response reply(int status) {
    net::Response response{.status = status};
    response.headers.add("Cache-Control", "no-store");
    return response;
}

PageQuery page_of(const Call& call) {
    PageQuery page{.limit = page_limit, .after = {}};
    if (const auto limit = call.query.find("limit"); limit && !limit->empty()) {
        const auto number = parse_number(*limit, std::numeric_limits<std::int64_t>::max());
        if (!number || *number == 0) {
            throw Error(ErrorCode::usage, fmt::format("limit={} is not a number from 1 to {}",
                                                      berth::quoted(*limit), page_limit));
        }
        page.limit = static_cast<std::size_t>(std::min<std::uint64_t>(*number, page_limit));
    }
    if (const auto token = call.query.find("continue"); token && !token->empty())
        read_page_token(*token, page);
    return page;
}

json::Object list_meta(const PageQuery& page, std::size_t fetched,
                       std::optional<std::int64_t> total, std::string_view next) {
    const auto end = page.offset + static_cast<std::int64_t>(fetched);
    return {{"continue", next.empty() ? std::string() : page_token(end, next)},
            {"count", total.value_or(end)},
            {"limit", fetched},
            {"offset", end}};
}

} // namespace berth::api
