#include "identity/sessions.hpp"

#include "identity/token_text.hpp"

namespace berth::identity {
namespace {

constexpr std::chrono::minutes touch_session_every{1};
constexpr std::size_t longest_token = 64;

std::string mark_of(const access::User& user) {
    return hash_of("password", user.credential());
}

} // namespace

Secret Sessions::begin(const access::User& user) {
    Secret token(random_text());
    const auto now = database_.now();
    auto connection = database_.pool().lease();
    db::Transaction transaction(*connection);
    connection->run("DELETE FROM sessions WHERE created <= $1 OR last_used <= $2",
                    milliseconds(now - session_lifetime), milliseconds(now - session_idle));
    connection->run(
        "DELETE FROM sessions WHERE person = $1 AND hash NOT IN (SELECT hash FROM "
        "sessions WHERE person = $1 ORDER BY created DESC LIMIT $2)",
        std::string_view(user.name), sessions_limit - 1);
    connection->run(
        "INSERT INTO sessions (hash, person, password_mark, created, last_used) "
        "VALUES ($1, $2, $3, $4, $4)",
        std::string_view(hash_of("session", token.reveal())), std::string_view(user.name),
        std::string_view(mark_of(user)), milliseconds(now));
    transaction.commit();
    return token;
}

std::optional<access::User> Sessions::find(const Secret& token) {
    return look_up(token, Use::request);
}

bool Sessions::is_alive(const Secret& token) {
    return look_up(token, Use::none).has_value();
}

std::optional<access::User> Sessions::look_up(const Secret& token, Use use) {
    if (token.empty() || token.reveal().size() > longest_token) return std::nullopt;
    const auto hash = hash_of("session", token.reveal());
    auto connection = database_.pool().lease();
    std::string person;
    std::string mark;
    Time last_used;
    {
        db::Statement row = connection->prepare(
            "SELECT person, password_mark, created, last_used FROM sessions WHERE hash = $1",
            std::string_view(hash));
        if (!row.next()) return std::nullopt;
        const auto now = database_.now();
        last_used = time_of(row.integer(3));
        if (now - time_of(row.integer(2)) >= session_lifetime || now - last_used >= session_idle)
            return std::nullopt; // the next login takes it away
        person = row.text(0);
        mark = row.text(1);
    }
    auto user = users_.user(person);
    if (!user || mark_of(*user) != mark) {
        connection->run("DELETE FROM sessions WHERE hash = $1", std::string_view(hash));
        return std::nullopt;
    }
    if (use == Use::request) touch(*connection, hash, last_used);
    return user;
}

void Sessions::touch(db::Connection& connection, const std::string& hash, Time last_used) {
    const auto now = database_.now();
    if (now - last_used < touch_session_every) return;
    connection.run("UPDATE sessions SET last_used = $2 WHERE hash = $1", std::string_view(hash),
                   milliseconds(now));
}

bool Sessions::end(const Secret& token) {
    return database_.pool().lease()->run("DELETE FROM sessions WHERE hash = $1",
                                         std::string_view(hash_of("session", token.reveal()))) > 0;
}

void Sessions::end_all(std::string_view person) {
    database_.pool().lease()->run("DELETE FROM sessions WHERE person = $1", person);
}

std::int64_t Sessions::count() {
    auto connection = database_.pool().lease();
    db::Statement row = connection->prepare("SELECT count(*) FROM sessions");
    row.next();
    return row.integer(0);
}

std::string Sessions::csrf_of(const Secret& token) {
    return hash_of("csrf", token.reveal());
}

} // namespace berth::identity
