#include "base/text.hpp"

#include <doctest/doctest.h>

using namespace berth;

TEST_CASE("hex is lower-case") {
    const std::byte bytes[] = {std::byte{0}, std::byte{0x9f}, std::byte{0xff}};
    CHECK(to_hex(bytes) == "009fff");
    CHECK(to_hex({}) == "");
}

TEST_CASE("base64 follows the vectors of RFC 4648") {
    const std::pair<std::string_view, std::string_view> vectors[] = {
        {"", ""},
        {"f", "Zg=="},
        {"fo", "Zm8="},
        {"foo", "Zm9v"},
        {"foob", "Zm9vYg=="},
        {"fooba", "Zm9vYmE="},
        {"foobar", "Zm9vYmFy"},
    };
    for (const auto& [bytes, text] : vectors) {
        CHECK(to_base64(bytes) == text);
        CHECK(from_base64(text).value() == bytes);
        const auto unpadded = text.substr(0, text.find('='));
        CHECK(from_base64(unpadded).value() == bytes);
    }
    CHECK(from_base64("-_-_").value() == from_base64("+/+/").value());
}

TEST_CASE("what no encoder writes is not base64") {
    for (const std::string_view text :
         {"A", "Zg=", "Zg===", "Zm9v=", "Z!==", "Zm 8=", "Zm8=\n", "Zh==", "=", "Zg==Zg=="}) {
        CAPTURE(text);
        CHECK(from_base64(text).has_error());
    }
}

TEST_CASE("all bytes survive base64") {
    std::string bytes;
    for (int i = 0; i < 256; ++i) bytes += static_cast<char>(i);
    CHECK(from_base64(to_base64(bytes)).value() == bytes);
}

TEST_CASE("foreign text cannot steer a terminal") {
    const std::pair<std::string_view, std::string_view> rows[] = {
        {"plain", "\"plain\""},
        {"a\"b\\c", "\"a\\\"b\\\\c\""},
        {"a\nb\tc\r", "\"a\\nb\\tc\\r\""},
        {"\x1b[2J", "\"\\x1b[2J\""},
        {"\x7f", "\"\\x7f\""},
        {"grün", "\"grün\""},
        {"日本", "\"日本\""},
        {"\xc2\x9b"
         "31m",
         "\"\\u009b31m\""}, // a C1 control sequence introducer
        {"\xe2\x80\xae"
         "fdp",
         "\"\\u202efdp\""}, // right-to-left override
        {"\xff\xfe", "\"\\xff\\xfe\""},
        {"\xc0\xaf", "\"\\xc0\\xaf\""},          // overlong slash
        {"\xed\xa0\x80", "\"\\xed\\xa0\\x80\""}, // a surrogate
        {"\xe2\x82", "\"\\xe2\\x82\""},          // cut short
        {std::string_view("a\0b", 3), "\"a\\x00b\""},
    };
    for (const auto& [text, expected] : rows) CHECK(berth::quoted(text) == expected);
}

TEST_CASE("long foreign text is cut, never inside a character") {
    CHECK(berth::quoted(std::string(200, 'x')) == "\"" + std::string(200, 'x') + "\"");
    CHECK(berth::quoted(std::string(201, 'x')) == "\"" + std::string(200, 'x') + "…\"");
    const std::string text = std::string(199, 'x') + "ü";
    CHECK(berth::quoted(text) == "\"" + std::string(199, 'x') + "…\"");
}

TEST_CASE("sizes have three significant digits") {
    const std::pair<std::uint64_t, std::string_view> rows[] = {
        {0, "0 B"},
        {17, "17 B"},
        {1023, "1023 B"},
        {1024, "1 KiB"},
        {3277, "3.2 KiB"},
        {12'595, "12.3 KiB"},
        {1'048'064, "1 MiB"},
        {1'048'063, "1023 KiB"},
        {1'503'238'554, "1.4 GiB"},
        {10'234, "9.99 KiB"},
        {10'239, "10 KiB"},
        {~std::uint64_t{0}, "16 EiB"},
    };
    for (const auto& [bytes, text] : rows) CHECK(human_size(bytes) == text);
}

TEST_CASE("numbers are digits and nothing else, up to the bound") {
    CHECK(parse_number("0", 10) == 0);
    CHECK(parse_number("007", 10) == 7);
    CHECK(parse_number("65535", 65535) == 65535);
    CHECK(parse_number("18446744073709551615", ~std::uint64_t{0}) == ~std::uint64_t{0});
    for (const std::string_view text :
         {"", "-1", "+1", " 1", "1 ", "1a", "0x1", "1.0", "65536", "18446744073709551616"}) {
        CAPTURE(text);
        CHECK_FALSE(parse_number(text, 65535).has_value());
    }
    CHECK_FALSE(parse_number("18446744073709551616", ~std::uint64_t{0}).has_value());
    CHECK_FALSE(parse_number("9", 5).has_value());
}

TEST_CASE("text is compared, trimmed and split as ASCII") {
    CHECK(to_lower("Content-TYPE Ä") == "content-type Ä");
    CHECK(equals_ignoring_case("Bearer", "bEARER"));
    CHECK_FALSE(equals_ignoring_case("Bearer", "Beare"));
    CHECK(trimmed(" \t a b\t ") == "a b");
    CHECK(trimmed(" \t") == "");
    CHECK(trimmed("\na\n") == "\na\n");
    CHECK(split("", ',') == std::vector<std::string_view>{""});
    CHECK(split("a,,b,", ',') == std::vector<std::string_view>{"a", "", "b", ""});
}
