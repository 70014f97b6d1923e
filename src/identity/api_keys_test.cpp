#include "identity/api_keys.hpp"
#include "base/error.hpp"
#include "base/file.hpp"
#include "identity/identity_fixture.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <array>

namespace berth::identity {

TEST_CASE("an API key is found by its text, and shows only how that begins") {
    IdentityFixture fixture;
    auto& keys = fixture.realm.keys();
    const auto made = keys.add(
        {.tenant = fixture.realm.tenant().uid, .owner = "ed", .name = "ci", .most = Right::use});
    CHECK(made.text.reveal().starts_with("berth_"));
    CHECK(made.text.reveal().size() == 49);
    CHECK(made.key.prefix == made.text.reveal().substr(0, 12));
    CHECK(made.key.uid.size() == 24);
    const auto found = keys.find_text(made.text);
    REQUIRE(found);
    CHECK(found->uid == made.key.uid);
    CHECK(found->most == Right::use);
    const auto bytes = read_file(fixture.scratch.path().native() + "-wal", 64 << 20);
    CHECK(bytes.find(made.key.prefix) != std::string::npos);
    CHECK(bytes.find(made.text.reveal().substr(0, 20)) == std::string::npos);
}

TEST_CASE("a text that is no key, or nearly one, is not found") {
    IdentityFixture fixture;
    auto& keys = fixture.realm.keys();
    const auto text =
        keys.add({.tenant = fixture.realm.tenant().uid, .owner = "ed", .name = "ci"}).text.reveal();
    auto other = text;
    other.back() = other.back() == 'A' ? 'B' : 'A';
    for (const auto& wrong : {std::string(), std::string("berth_"), other, text + "A",
                              text.substr(0, 48), std::string(1 << 20, 'b')})
        CHECK_FALSE(keys.find_text(Secret(wrong)).has_value());
}

TEST_CASE("inactive, expired and removed keys are not found") {
    IdentityFixture fixture;
    auto& keys = fixture.realm.keys();
    const auto tenant = fixture.realm.tenant().uid;
    const auto made = keys.add({.tenant = fixture.realm.tenant().uid,
                                .owner = "ed",
                                .name = "ci",
                                .expires = fixture.clock.wall_now() + std::chrono::hours(1)});
    CHECK(keys.find_text(made.text).has_value());
    keys.change(tenant, made.key.uid, {.active = false});
    CHECK_FALSE(keys.find_text(made.text).has_value());
    keys.change(tenant, made.key.uid, {.active = true});
    CHECK(keys.find_text(made.text).has_value());
    fixture.clock.advance(std::chrono::hours(1));
    CHECK_FALSE(keys.find_text(made.text).has_value());
    keys.change(tenant, made.key.uid, {.expires = std::optional<Time>()});
    CHECK(keys.find_text(made.text).has_value());
    CHECK(keys.remove(tenant, made.key.uid));
    CHECK_FALSE(keys.remove(tenant, made.key.uid));
    CHECK_FALSE(keys.find_text(made.text).has_value());
}

TEST_CASE("the last use is written at most once a minute") {
    IdentityFixture fixture;
    auto& keys = fixture.realm.keys();
    const auto made = keys.add({.tenant = fixture.realm.tenant().uid, .owner = "ed", .name = "ci"});
    const auto last = [&] { return keys.find(made.key.tenant, made.key.uid)->last_used; };
    CHECK_FALSE(last().has_value());
    keys.find_text(made.text);
    const auto first = last();
    REQUIRE(first);
    fixture.clock.advance(std::chrono::seconds(59));
    keys.find_text(made.text);
    CHECK(*last() == *first);
    fixture.clock.advance(std::chrono::seconds(1));
    keys.find_text(made.text);
    CHECK(*last() == *first + std::chrono::seconds(60));
}

TEST_CASE("names of keys are one person's own, and bounded") {
    IdentityFixture fixture;
    auto& keys = fixture.realm.keys();
    const auto first =
        keys.add({.tenant = fixture.realm.tenant().uid, .owner = "ed", .name = "ci"});
    keys.add({.tenant = fixture.realm.tenant().uid, .owner = "vi", .name = "ci"});
    const auto second =
        keys.add({.tenant = fixture.realm.tenant().uid, .owner = "ed", .name = "ci 2"});
    CHECK(code_of([&] {
              keys.add({.tenant = fixture.realm.tenant().uid, .owner = "ed", .name = "ci"});
          }) == ErrorCode::conflict);
    CHECK(code_of([&] { keys.change(first.key.tenant, second.key.uid, {.name = "ci"}); }) ==
          ErrorCode::conflict);
    CHECK(keys.change(first.key.tenant, second.key.uid, {.name = "ci 2"}).name == "ci 2");
    const std::array<std::string, 4> wrong{"", "   ", "a\nb", std::string(129, 'n')};
    for (const auto& name : wrong)
        CHECK(code_of([&] {
                  keys.add({.tenant = fixture.realm.tenant().uid, .owner = "ed", .name = name});
              }) == ErrorCode::usage);
}

TEST_CASE("a person has at most a hundred keys") {
    IdentityFixture fixture;
    auto& keys = fixture.realm.keys();
    for (std::int64_t i = 0; i < api_keys_limit; ++i)
        keys.add({.tenant = fixture.realm.tenant().uid,
                  .owner = "ed",
                  .name = fmt::format("key {}", i)});
    CHECK(code_of([&] {
              keys.add({.tenant = fixture.realm.tenant().uid, .owner = "ed", .name = "more"});
          }) == ErrorCode::limit_exceeded);
    CHECK_NOTHROW(keys.add({.tenant = fixture.realm.tenant().uid, .owner = "vi", .name = "more"}));
    CHECK(keys.list(fixture.realm.tenant().uid, "ed").size() == api_keys_limit);
    CHECK(keys.list(fixture.realm.tenant().uid, "").size() == api_keys_limit + 1);
}

TEST_CASE("keys of another tenant are not there") {
    IdentityFixture fixture;
    auto& keys = fixture.realm.keys();
    const auto made = keys.add({.tenant = fixture.realm.tenant().uid, .owner = "ed", .name = "ci"});
    CHECK_FALSE(keys.find("other", made.key.uid).has_value());
    CHECK_FALSE(keys.remove("other", made.key.uid));
    CHECK(keys.list("other", "").empty());
    CHECK(code_of([&] { keys.change("other", made.key.uid, {}); }) == ErrorCode::not_found);
}

} // namespace berth::identity
