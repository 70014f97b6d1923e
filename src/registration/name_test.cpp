#include "registration/name.hpp"

#include "registration/test_support.hpp"

using namespace berth;
using namespace berth::registration;
using namespace berth::registration::testing;

TEST_CASE("names of any script are kept as they are, spaces put in order") {
    CHECK(checked_name("harbor") == "harbor");
    CHECK(checked_name("  Team   Hafen ") == "Team Hafen");
    CHECK(checked_name("Häfen an der Elbe") == "Häfen an der Elbe");
    CHECK(checked_name("港口") == "港口");
    CHECK(checked_name("порт №7") == "порт №7");
    CHECK(checked_name("charts ⚓") == "charts ⚓");
    CHECK(checked_name("a\u00a0b") == "a b");
}

TEST_CASE("names that nobody could tell apart or type are refused with the reason") {
    const auto refused = [](std::string_view text) {
        return refusal_of([&] { checked_name(text); });
    };
    CHECK(refused("").says("empty"));
    CHECK(refused("   ").says("empty"));
    CHECK(refused("a\nb").says("U+000A"));
    CHECK(refused("a\u202eb").says("U+202E"));
    CHECK(refused("a\u200bb").says("U+200B"));
    CHECK(refused("\ufeffa").says("U+FEFF"));
    CHECK(refused("a\U000e0041").says("cannot be seen"));
    CHECK(refused("team/a").says("slash"));
    CHECK(refused("Ha\u0308fen").says("accent"));
    CHECK(refused("a\xff").says("UTF-8"));
    CHECK(refused("a\xc0\xaf").says("UTF-8"));
    CHECK(refused("a\xed\xa0\x80").says("UTF-8"));
    CHECK(refused("a\xf4\x90\x80\x80").says("UTF-8"));
    CHECK(refused(std::string(129, 'a')).says("longer"));
    CHECK(refused(std::string(1 << 20, 'a')).says("longer"));
    CHECK(refused("").field == "metadata.name");
    CHECK(checked_name(std::string(128, 'a')).size() == 128);
}

TEST_CASE("case does not make another name, in any script that has case") {
    CHECK(name_key("Harbor") == name_key("hARBOR"));
    CHECK(name_key("HÄFEN") == name_key("häfen"));
    CHECK(name_key("ПОРТ") == name_key("порт"));
    CHECK(name_key("ΛΙΜΑΝΙΣ") == name_key("λιμανις"));
    CHECK(name_key("λιμανις") == name_key("λιμανισ"));
    CHECK(name_key("hafen") != name_key("häfen"));
    CHECK(name_key("港口") == "港口");
}
