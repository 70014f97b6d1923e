// What is read of a request by hand: parameters, escapes, Range and Content-Range. Each either is
// refused as an Error, or gives values within their bounds.
#include "base/error.hpp"
#include "net/query.hpp"
#include "server/ranges.hpp"

#include <cstdlib>

using namespace berth;

namespace {

void check(bool holds) {
    if (!holds) std::abort();
}

template <class Try>
void refused_or(Try&& attempt) {
    try {
        attempt();
    } catch (const Error& error) {
        check(!error.message().empty());
    }
}

void read_query(std::string_view text) {
    refused_or([&] {
        const net::Query query(text);
        check(query.page_size("n", 1000) <= 1000);
        for (const auto& value : query.all("last")) check(value.size() <= text.size());
    });
    refused_or([&] { check(net::percent_decode(text, false).size() <= text.size()); });
}

void read_ranges(std::string_view text, std::uint64_t size) {
    net::Request request;
    request.headers.add("Range", "bytes=" + std::string(text));
    request.headers.add("Content-Range", std::string(text));
    request.content_length.reset();
    refused_or([&] {
        const auto range = server::wanted_range(request, size, "\"\"");
        if (range)
            check(range->length > 0 && range->first < size && range->length <= size - range->first);
    });
    refused_or([&] {
        const auto range = server::chunk_range(request);
        check(range.has_value());
        check(range->first + range->length >= range->first);
    });
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    read_query(text);
    read_ranges(text, size % 1000);
    return 0;
}
