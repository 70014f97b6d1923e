// Sessions: who has logged in with a browser.
//
// A session ends twelve hours after the login, after one hour without a request, at logout, and as
// soon as its user is gone, disabled or has another password. Only a hash of what the cookie holds
// is kept.
#pragma once

#include "access/users.hpp"
#include "base/secret.hpp"
#include "identity/database.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace berth::identity {

inline constexpr std::chrono::hours session_lifetime{12};
inline constexpr std::chrono::hours session_idle{1};
/// Of one person at once; the oldest ends when one more begins.
inline constexpr std::int64_t sessions_limit = 50;

/// Any thread. Errors: those of db.
class Sessions {
public:
    /// Both must outlive it.
    Sessions(Database& database, access::Users& users) : database_(database), users_(users) {}

    /// The token that stands for the new session.
    Secret begin(const access::User& user);

    /// Whose session it is; nothing if there is none, or no longer. Counts as a request in it.
    std::optional<access::User> find(const Secret& token);
    /// Whether find() would give somebody; lengthens nothing.
    bool is_alive(const Secret& token);

    /// False if there was none.
    bool end(const Secret& token);
    /// All of one person.
    void end_all(std::string_view person);
    /// Sessions that somebody could still use, and some that ended lately.
    std::int64_t count();

    /// What a page of ours shows to prove that it is one: derived from the token, so it is bound to
    /// the session, and does not give the token away.
    static std::string csrf_of(const Secret& token);

private:
    enum class Use { request, none };
    std::optional<access::User> look_up(const Secret& token, Use use);
    void touch(db::Connection& connection, const std::string& hash, Time last_used);

    Database& database_;
    access::Users& users_;
};

} // namespace berth::identity
