#include "identity/sessions.hpp"
#include "base/file.hpp"
#include "identity/identity_fixture.hpp"

#include <doctest/doctest.h>

namespace berth::identity {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

bool holds(IdentityFixture& fixture, const Secret& token) {
    return fixture.realm.sessions().find(token).has_value();
}

} // namespace

TEST_CASE("a session stands for who began it, and for nobody else's token") {
    IdentityFixture fixture;
    auto& sessions = fixture.realm.sessions();
    const auto first = sessions.begin(fixture.user("ed"));
    const auto second = sessions.begin(fixture.user("vi"));
    CHECK(first.reveal().size() == 43);
    CHECK(first.reveal() != second.reveal());
    CHECK(sessions.find(first)->name == "ed");
    CHECK(sessions.find(second)->name == "vi");
    CHECK_FALSE(holds(fixture, Secret("")));
    CHECK_FALSE(holds(fixture, Secret(std::string(43, 'A'))));
    CHECK_FALSE(holds(fixture, Secret(std::string(100'000, 'A'))));
}

TEST_CASE("a session that is not used for an hour ends, one that is used lasts twelve") {
    IdentityFixture fixture;
    auto& sessions = fixture.realm.sessions();
    const auto idle = sessions.begin(fixture.user("ed"));
    const auto used = sessions.begin(fixture.user("ed"));
    for (int i = 0; i < 23; ++i) {
        fixture.clock.advance(minutes(30));
        CHECK(holds(fixture, used));
    }
    CHECK_FALSE(holds(fixture, idle));
    fixture.clock.advance(minutes(29));
    CHECK(holds(fixture, used));
    fixture.clock.advance(minutes(1));
    CHECK_FALSE(holds(fixture, used));
}

TEST_CASE("to ask whether a session is alive does not keep it alive") {
    IdentityFixture fixture;
    auto& sessions = fixture.realm.sessions();
    const auto token = sessions.begin(fixture.user("ed"));
    fixture.clock.advance(minutes(40));
    CHECK(sessions.is_alive(token));
    fixture.clock.advance(minutes(20));
    CHECK_FALSE(sessions.is_alive(token));
    CHECK_FALSE(sessions.is_alive(Secret("other")));
}

TEST_CASE("a session ends once, and by another token not at all") {
    IdentityFixture fixture;
    auto& sessions = fixture.realm.sessions();
    const auto token = sessions.begin(fixture.user("ed"));
    CHECK_FALSE(sessions.end(Secret("other")));
    CHECK(holds(fixture, token));
    CHECK(sessions.end(token));
    CHECK_FALSE(sessions.end(token));
    CHECK_FALSE(holds(fixture, token));
}

TEST_CASE("another password ends all sessions of its user, and of nobody else") {
    IdentityFixture fixture;
    auto& sessions = fixture.realm.sessions();
    const auto eds = sessions.begin(fixture.user("ed"));
    const auto vis = sessions.begin(fixture.user("vi"));
    fixture.users.update(
        "ed", [](access::User& user) { user.password_hash = IdentityFixture::cheap("vi"); });
    CHECK_FALSE(holds(fixture, eds));
    CHECK(holds(fixture, vis));
    // Also if the old one comes back.
    fixture.users.update(
        "ed", [](access::User& user) { user.password_hash = IdentityFixture::cheap("ed"); });
    CHECK_FALSE(holds(fixture, eds));
}

TEST_CASE("a user who is gone has no session") {
    IdentityFixture fixture;
    const auto token = fixture.realm.sessions().begin(fixture.user("ed"));
    fixture.users.remove("ed");
    CHECK_FALSE(holds(fixture, token));
}

TEST_CASE("the oldest of very many sessions of one person ends") {
    IdentityFixture fixture;
    auto& sessions = fixture.realm.sessions();
    const auto vis = sessions.begin(fixture.user("vi"));
    const auto oldest = sessions.begin(fixture.user("ed"));
    for (std::int64_t i = 1; i < sessions_limit; ++i) {
        fixture.clock.advance(std::chrono::seconds(1));
        sessions.begin(fixture.user("ed"));
    }
    CHECK(holds(fixture, oldest));
    fixture.clock.advance(std::chrono::seconds(1));
    const auto newest = sessions.begin(fixture.user("ed"));
    CHECK_FALSE(holds(fixture, oldest));
    CHECK(holds(fixture, newest));
    CHECK(holds(fixture, vis));
    CHECK(sessions.count() == sessions_limit + 1);
}

TEST_CASE("sessions that have ended are swept out by the next login") {
    IdentityFixture fixture;
    auto& sessions = fixture.realm.sessions();
    for (int i = 0; i < 3; ++i) sessions.begin(fixture.user("ed"));
    fixture.clock.advance(hours(2));
    sessions.begin(fixture.user("vi"));
    CHECK(sessions.count() == 1);
}

TEST_CASE("what a page shows against forged requests is bound to the session") {
    const Secret token("one");
    CHECK(Sessions::csrf_of(token).size() == 64);
    CHECK(Sessions::csrf_of(token) == Sessions::csrf_of(Secret("one")));
    CHECK(Sessions::csrf_of(token) != Sessions::csrf_of(Secret("two")));
}

TEST_CASE("the database holds no token, but finds it after a restart") {
    IdentityFixture fixture;
    const auto token = fixture.realm.sessions().begin(fixture.user("ed"));
    Realm again(fixture.scratch.path(), fixture.users, fixture.tokens, fixture.clock);
    CHECK(again.sessions().find(token)->name == "ed");
    for (const auto* suffix : {"", "-wal"}) {
        const auto file = fixture.scratch.path().native() + suffix;
        if (!std::filesystem::exists(file)) continue;
        const auto bytes = read_file(file, 64 << 20);
        CHECK(bytes.find(token.reveal()) == std::string::npos);
        CHECK(bytes.find(Sessions::csrf_of(token)) == std::string::npos);
    }
}

} // namespace berth::identity
