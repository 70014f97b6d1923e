#include "base/date_time.hpp"

#include <doctest/doctest.h>

namespace berth {

TEST_CASE("times are read with decimals and offsets") {
    const std::pair<const char*, const char*> rows[] = {
        {"2026-11-27T16:43:16Z", "2026-11-27T16:43:16.000Z"},
        {"2026-11-27t16:43:16.5z", "2026-11-27T16:43:16.500Z"},
        {"2026-11-27T16:43:16.123456789Z", "2026-11-27T16:43:16.123Z"},
        {"2026-11-27T00:30:00+01:00", "2026-11-26T23:30:00.000Z"},
        {"2026-11-27T23:30:00-01:00", "2026-11-28T00:30:00.000Z"},
        {"2024-02-29T12:00:00Z", "2024-02-29T12:00:00.000Z"},
    };
    for (const auto& [text, normal] : rows) {
        CAPTURE(text);
        const auto read = parse_date_time(text);
        REQUIRE(read.has_value());
        CHECK(*read == *parse_date_time(normal));
    }
}

TEST_CASE("what is no time is refused") {
    for (const auto* text :
         {"", "tomorrow", "2026-11-27", "2026-11-27T16:43:16", "2026-11-27T16:43Z",
          "2026-02-29T00:00:00Z", "2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z",
          "2026-11-27T24:00:00Z", "2026-11-27T16:60:00Z", "2026-11-27T16:43:61Z",
          "2026-11-27T16:43:16.Z", "2026-11-27T16:43:16+0100", "2026-11-27T16:43:16Z ",
          "+026-11-27T16:43:16Z", "20261-11-27T16:43:16Z", "0000-01-01T00:00:00Z"}) {
        CAPTURE(text);
        CHECK(parse_date_time(text).has_error());
    }
}

} // namespace berth
