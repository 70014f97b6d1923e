#include "app/value_type.hpp"

#include <doctest/doctest.h>

using namespace berth::app;

TEST_CASE("durations are numbers with units") {
    CHECK(parse_duration("0").value() == 0);
    CHECK(parse_duration("30s").value() == 30);
    CHECK(parse_duration("5m").value() == 300);
    CHECK(parse_duration("24h").value() == 86400);
    CHECK(parse_duration("7d").value() == 604800);
    CHECK(parse_duration("2w").value() == 1209600);
    CHECK(parse_duration("1h30m").value() == 5400);
    CHECK(parse_duration("5 m").value() == 300);
    for (const auto* bad : {"", "30", "s", "1x", "-1s", "1.5h", "1h30", "1h x", " ",
                            "99999999999999999999s", "18446744073709551615w"}) {
        CAPTURE(bad);
        CHECK(parse_duration(bad).has_error());
    }
}

TEST_CASE("sizes are whole numbers with or without a unit") {
    CHECK(parse_size("512").value() == 512);
    CHECK(parse_size("8MiB").value() == 8 * 1024 * 1024);
    CHECK(parse_size("8Mi").value() == 8 * 1024 * 1024);
    CHECK(parse_size("100GB").value() == 100'000'000'000);
    CHECK(parse_size("1 TiB").value() == std::uint64_t{1} << 40);
    CHECK(parse_size("0").value() == 0);
    for (const auto* bad : {"", "MiB", "1.5GiB", "8mib", "-1", "1GiB1MiB", "16384PiB", "0x10"}) {
        CAPTURE(bad);
        CHECK(parse_size(bad).has_error());
    }
}

TEST_CASE("what is shown is read again as the same") {
    for (const std::uint64_t seconds : {0, 1, 59, 60, 90, 3600, 86400, 172800, 604800, 700000}) {
        CHECK(parse_duration(format_duration(seconds)).value() == seconds);
        CHECK(parse_size(format_size(seconds)).value() == seconds);
    }
    CHECK(format_duration(86400) == "24h");
    CHECK(format_duration(604800) == "7d");
    CHECK(format_duration(90) == "90s");
    CHECK(format_size(8 * 1024 * 1024) == "8MiB");
    CHECK(format_size(100'000'000'000) == "100GB");
    CHECK(format_size(std::uint64_t{1} << 40) == "1TiB");
    CHECK(format_size(1025) == "1025");
}

TEST_CASE("values are bounded, and the message says how") {
    const auto type = ValueType::duration(1, 3600);
    CHECK(type.parse("30m").has_value());
    CHECK(type.parse("2h").error().message() == "\"2h\" is not within 1s to 1h");
    CHECK(type.parse("0").has_error());
    CHECK(type.description() == "duration from 1s to 1h");
    CHECK(ValueType::count(1, 10).parse("11").has_error());
    CHECK(ValueType::count(1, 10).parse("ten").has_error());
    CHECK(ValueType::boolean().parse("yes").has_error());
    CHECK(ValueType::choice({"a", "b"}).parse("c").error().message() == "\"c\" is not one of a, b");
    CHECK(ValueType::path().parse("relative").has_error());
    CHECK(ValueType::address().parse("8080").has_error());
    CHECK(ValueType::pattern().parse("team/[a").has_error());
    CHECK(ValueType::pattern().parse("team/**").has_value());
}
