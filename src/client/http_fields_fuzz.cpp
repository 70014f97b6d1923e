// The parsers of what servers say in header fields and error bodies.
#include "base/text.hpp"
#include "client/challenge.hpp"
#include "client/content_range.hpp"
#include "client/error_body.hpp"
#include "client/link_header.hpp"
#include "client/retry_after.hpp"
#include "client/scope.hpp"

#include <fmt/format.h>

#include <cstdint>
#include <cstdlib>

using namespace berth;
using namespace berth::client;

namespace {

void require(bool truth) {
    if (!truth) std::abort();
}

std::string quoted_string(std::string_view text) {
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') out += '\\';
        out += c;
    }
    return out + '"';
}

/// What was read once is read again from its own text.
void check_challenges(std::string_view text) {
    for (const Challenge& challenge : parse_challenges(text)) {
        require(!challenge.scheme.empty() && challenge.scheme == to_lower(challenge.scheme));
        std::string written = challenge.scheme;
        const char* separator = " ";
        for (const auto& [name, value] : challenge.parameters) {
            written += separator + name + "=" + quoted_string(value);
            separator = ", ";
        }
        if (written.size() > 16 * 1024) continue;
        const auto again = parse_challenges(written);
        require(again.size() == 1);
        require(again[0].scheme == challenge.scheme);
        require(again[0].parameters == challenge.parameters);
    }
}

void check_link(std::string_view text) {
    const auto target = next_link(text);
    if (target.has_error() || !*target) return;
    require(text.find('<' + **target + '>') != std::string_view::npos);
    require(next_link('<' + **target + ">; rel=next").value() == *target);
}

void check_content_range(std::string_view text) {
    const auto range = parse_content_range(text);
    if (!range) return;
    require(range->first <= range->last && (!range->total || range->last < *range->total));
    const std::string total = range->total ? std::to_string(*range->total) : "*";
    const auto again =
        parse_content_range(fmt::format("bytes {}-{}/{}", range->first, range->last, total));
    require(again && again->first == range->first && again->last == range->last &&
            again->total == range->total);
}

void check_error_body(std::string_view text) {
    for (const int status : {400, 401, 404, 429, 503}) {
        const Error error = error_of_response(status, text, "server", "thing");
        for (const char c : error.message()) require(static_cast<unsigned char>(c) >= 0x20);
        require(traits(error.code()).retryable == (status >= 429) ||
                error.code() == ErrorCode::too_many_requests);
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    check_challenges(text);
    check_link(text);
    check_content_range(text);
    check_error_body(text);
    const Scopes scopes = Scopes::parse(text);
    require(Scopes::parse(scopes.text()).text() == scopes.text());
    const auto wait = parse_retry_after(text, {});
    require(!wait || (*wait >= 0 && *wait <= 86'400));
    return 0;
}
