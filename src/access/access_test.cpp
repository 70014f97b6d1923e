#include "access/decoy.hpp"
#include "access/password.hpp"
#include "access/users.hpp"
#include "base/file.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <thread>

namespace berth::access {

namespace {

std::filesystem::path make_directory() {
    std::string pattern = (std::filesystem::temp_directory_path() / "berth-access-XXXXXX").native();
    return ::mkdtemp(pattern.data());
}

struct Fixture {
    ~Fixture() { std::filesystem::remove_all(directory); }
    std::filesystem::path directory = make_directory();
    ManualClock clock;
    Users users{directory / "users.json", clock};
};

const Actions pull = Actions().with(Action::pull);

} // namespace

TEST_CASE("a password matches its own hash only") {
    const Secret password("correct horse");
    const auto hash = hash_password(password);
    CHECK(hash.starts_with("$argon2id$"));
    CHECK(password_matches(password, hash));
    CHECK_FALSE(password_matches(Secret("wrong horse"), hash));
    CHECK_FALSE(password_matches(password, "plain text is no hash"));
    CHECK_FALSE(password_matches(password, ""));
}

TEST_CASE("an unknown name costs what a user of those that are there costs") {
    const std::string bcrypt = "$2b$04$KDaNOWONwQRVzdqB8H821OyJSB4ilL4GY6jD6DVKHLGBetZSxRJUi";
    const std::string argon = hash_password(Secret("secret"));
    const std::string key(32, 'k');
    std::vector<User> users{{.name = "robot", .password_hash = bcrypt},
                            {.name = "from elsewhere", .password_hash = ""}};
    for (const auto* name : {"ada", "bob", "", "zoe"})
        CHECK(decoy_hash(users, name, key) == bcrypt);
    users.push_back({.name = "admin", .password_hash = argon});
    int kinds[2] = {};
    for (int i = 0; i < 200; ++i) {
        const auto name = fmt::format("user-{}", i);
        const auto decoy = decoy_hash(users, name, key);
        CHECK(decoy == decoy_hash(users, name, key));
        ++kinds[decoy == argon ? 0 : 1];
    }
    CHECK(kinds[0] > 50);
    CHECK(kinds[1] > 50);
    CHECK(decoy_hash({}, "ada", key).starts_with("$argon2id$"));
}

TEST_CASE_FIXTURE(Fixture, "a user without a password cannot log in, and nobody can by a decoy") {
    users.put({.name = "ada", .password_hash = hash_password(Secret("right"))});
    users.put({.name = "bob", .password_hash = ""});
    CHECK(users.authenticate("ada", Secret("right")).has_value());
    CHECK_FALSE(users.authenticate("bob", Secret("")).has_value());
    CHECK_FALSE(users.authenticate("bob", Secret("right")).has_value());
    CHECK_FALSE(users.authenticate("nobody", Secret("right")).has_value());
}

TEST_CASE("a bcrypt hash as htpasswd -B writes it is understood") {
    const std::string hash = "$2y$05$aDPgTEsJK0pUy8d6FA0WIOF28MqD4PQGtu23kUBxmJxyl9xyuj/d2";
    CHECK_FALSE(password_matches(Secret("wrong"), hash));
    CHECK_FALSE(password_matches(Secret(std::string("U*U\0more", 8)),
                                 "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"));
    // The widely published vector of crypt_blowfish.
    CHECK(password_matches(Secret("U*U"),
                           "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"));
}

TEST_CASE("generated passwords are long and differ") {
    CHECK(generate_password().reveal().size() == 24);
    CHECK(generate_password().reveal() != generate_password().reveal());
}

TEST_CASE("grants cover their prefix at slashes only, and add up") {
    const Identity identity{.name = "robot",
                            .grants = {{"team", pull}, {"team/app", Actions().with(Action::push)}}};
    CHECK(identity.may(Action::pull, "team"));
    CHECK(identity.may(Action::pull, "team/app"));
    CHECK(identity.may(Action::push, "team/app/sub"));
    CHECK_FALSE(identity.may(Action::push, "team/other"));
    CHECK_FALSE(identity.may(Action::pull, "teammate/app"));
    CHECK_FALSE(identity.may(Action::remove, "team/app"));
    CHECK(Identity{.name = "root", .admin = true}.may(Action::remove, "anything"));
}

TEST_CASE("actions are read from their names; unknown words are refused") {
    CHECK(Actions::parse({"pull", "delete"})->names() ==
          std::vector<std::string>{"pull", "delete"});
    CHECK(Actions::parse({"*"})->has(Action::remove));
    CHECK(Actions::parse({"own"}).has_error());
}

TEST_CASE_FIXTURE(Fixture, "the first start makes an administrator whose password works") {
    const auto password = users.create_admin();
    REQUIRE(password);
    CHECK_FALSE(users.create_admin());
    const auto admin = users.authenticate("admin", *password);
    REQUIRE(admin);
    CHECK(admin->admin);
    CHECK_FALSE(users.authenticate("admin", Secret("wrong")));
    CHECK_FALSE(users.authenticate("nobody", *password));
    struct stat found {};
    REQUIRE(::stat((directory / "users.json").c_str(), &found) == 0);
    CHECK((found.st_mode & 0777) == 0600);
    CHECK(read_file(directory / "users.json", 10'000).find(password->reveal()) ==
          std::string::npos);
}

TEST_CASE_FIXTURE(Fixture, "a changed password counts at once, also where the old was remembered") {
    users.put({.name = "ann", .password_hash = hash_password(Secret("old"))});
    REQUIRE(users.authenticate("ann", Secret("old")));
    REQUIRE(users.authenticate("ann", Secret("old")));
    users.put({.name = "ann", .password_hash = hash_password(Secret("new"))});
    CHECK_FALSE(users.authenticate("ann", Secret("old")));
    CHECK(users.authenticate("ann", Secret("new")));
    CHECK(users.remove("ann"));
    CHECK_FALSE(users.authenticate("ann", Secret("new")));
}

TEST_CASE_FIXTURE(Fixture, "adding does not replace, and changing one user leaves the others") {
    users.add({.name = "ann", .password_hash = "x"});
    users.add({.name = "bob", .password_hash = "y"});
    CHECK_THROWS_WITH(users.add({.name = "ann", .password_hash = "z"}),
                      doctest::Contains("there is a user \"ann\" already"));
    const auto changed = users.update("ann", [](User& user) {
        user.grants.push_back({"team", pull});
    });
    CHECK(changed.grants.size() == 1);
    CHECK(users.list().size() == 2);
    CHECK(users.find("ann")->may(Action::pull, "team/app"));
    CHECK_FALSE(users.find("bob")->may(Action::pull, "team/app"));
    CHECK_THROWS_AS(users.update("eve", [](User&) {}), Error);
}

TEST_CASE_FIXTURE(Fixture, "the last admin stays one") {
    users.add({.name = "ann", .password_hash = "x", .admin = true});
    users.add({.name = "bob", .password_hash = "y"});
    CHECK_THROWS_AS(users.remove("ann"), Error);
    CHECK_THROWS_AS(users.update("ann", [](User& user) { user.admin = false; }), Error);
    CHECK(users.find("ann")->admin);
    users.update("bob", [](User& user) { user.admin = true; });
    CHECK(users.remove("ann"));
    CHECK_FALSE(users.remove("ann"));
}

TEST_CASE_FIXTURE(Fixture, "a user of another tenant is kept as one, and has no rights here") {
    const Membership acme{.tenant = "acme", .admin = true};
    const auto pull = Actions().with(Action::pull);
    users.add({.name = "ann", .password_hash = "x", .admin = true});
    users.add({.name = "bob", .password_hash = "y", .membership = acme});
    users.add({.name = "eve", .password_hash = "z", .membership = Membership{"acme", false, pull}});
    Users again(directory / "users.json", clock);
    CHECK(again.user("bob")->membership == acme);
    CHECK(again.user("eve")->membership->actions == pull);
    CHECK_FALSE(again.find("bob")->admin);
    CHECK(again.find("bob")->on("team").none());
    CHECK_THROWS_AS(users.update("bob", [](User& user) { user.admin = true; }), Error);
    CHECK_THROWS_AS(users.update("bob", [&](User& user) { user.grants = {{"", pull}}; }), Error);
    CHECK_THROWS_AS(users.remove("bob"), Error); // the last who administers acme
    CHECK(users.remove("eve"));
    CHECK(users.remove_members("acme") == std::vector<std::string>{"bob"});
    CHECK(users.list().size() == 1);
}

TEST_CASE_FIXTURE(Fixture, "what another process changes at the same time is kept") {
    std::vector<std::jthread> writers;
    for (int writer = 0; writer < 4; ++writer) {
        writers.emplace_back([&, writer] {
            Users other(directory / "users.json", clock);
            for (int i = 0; i < 5; ++i)
                other.add({.name = fmt::format("u{}-{}", writer, i), .password_hash = "x"});
        });
    }
    writers.clear();
    CHECK(users.list().size() == 20);
}

TEST_CASE_FIXTURE(Fixture, "prefixes become public and private one by one") {
    CHECK(users.make_public("mirror"));
    CHECK_FALSE(users.make_public("mirror"));
    CHECK(users.make_public("charts"));
    CHECK(users.anonymous().may(Action::pull, "charts/web"));
    CHECK(users.make_private("charts"));
    CHECK_FALSE(users.make_private("charts"));
    CHECK_FALSE(users.anonymous().may(Action::pull, "charts/web"));
    CHECK(users.public_prefixes() == std::vector<std::string>{"mirror"});
}

TEST_CASE_FIXTURE(Fixture, "everybody may pull what is public and nothing else") {
    users.set_public_prefixes({"mirror"});
    CHECK(users.anonymous().may(Action::pull, "mirror/debian"));
    CHECK_FALSE(users.anonymous().may(Action::push, "mirror/debian"));
    CHECK_FALSE(users.anonymous().may(Action::pull, "team/app"));
    CHECK(users.anonymous().anonymous());
}

TEST_CASE_FIXTURE(Fixture, "names that could not be sent are refused") {
    for (const auto* name : {"", "a:b", "a b", "caf\xc3\xa9"})
        CHECK_THROWS_AS(users.put({.name = name, .password_hash = "x"}), Error);
}

TEST_CASE_FIXTURE(Fixture, "a broken file is an error that names it") {
    replace_file(directory / "users.json", "{", 0600);
    CHECK_THROWS_WITH(users.list(), doctest::Contains("users.json"));
}

} // namespace berth::access
