#include "base/utf8.hpp"
#include "base/json.hpp"

#include <doctest/doctest.h>

using namespace berth;

TEST_CASE("any bytes become text that JSON can hold") {
    CHECK(utf8_text("na\xC3\xAFve \xF0\x9F\x9A\xA2") == "na\xC3\xAFve \xF0\x9F\x9A\xA2");
    CHECK(utf8_text("\xFF|\xC3|\xED\xA0\x80") ==
          "\xEF\xBF\xBD|\xEF\xBF\xBD|\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD");
    CHECK(utf8_text("\xC0\xAF") == "\xEF\xBF\xBD\xEF\xBF\xBD");
    CHECK(json::parse("\"" + utf8_text("\xF4\x90\x80\x80 \xE2\x82") + "\"").has_value());
}
