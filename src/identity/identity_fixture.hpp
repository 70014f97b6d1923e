// For tests: people, a database and a clock that stands still.
#pragma once

#include "access/password.hpp"
#include "access/token.hpp"
#include "access/users.hpp"
#include "base/error.hpp"
#include "db/temporary_database.hpp"
#include "identity/realm.hpp"

#include <filesystem>
#include <optional>
#include <string>

namespace berth::identity {

/// admin (admin), ed (pushes below team/), vi (pulls everything); each has its own name as its
/// password. Hashes are cheap ones.
struct IdentityFixture {
    IdentityFixture() {
        const auto pull = access::Actions().with(access::Action::pull);
        users.put({.name = "admin", .password_hash = cheap("admin"), .admin = true});
        users.put({.name = "ed",
                   .password_hash = cheap("ed"),
                   .grants = {{"team", pull.with(access::Action::push)}}});
        users.put({.name = "vi", .password_hash = cheap("vi"), .grants = {{"", pull}}});
    }

    /// bcrypt at its least cost, which authenticate() takes as well.
    static std::string cheap(const std::string& password);

    access::User user(const std::string& name) { return *users.user(name); }

    db::TemporaryDatabase scratch;
    ManualClock clock;
    access::Users users{scratch.path().parent_path() / "users.json", clock};
    access::TokenIssuer tokens{Secret("0123456789abcdef0123456789abcdef"), "berth", clock};
    Realm realm{scratch.path(), users, tokens, clock};
};

/// What it throws; none if it does not.
template <class Act>
std::optional<ErrorCode> code_of(Act&& act) {
    try {
        act();
    } catch (const Error& error) {
        return error.code();
    }
    return std::nullopt;
}

inline std::string IdentityFixture::cheap(const std::string& password) {
    // htpasswd -nbB -C 4, once for each.
    if (password == "admin") return "$2y$04$YMOulAGVjGrTVK52rzy.2uchFg92ihozg/AkdtQC64/f592HIXTHq";
    if (password == "ed") return "$2y$04$xBLhWjy2IWFax7O0FVHgR.72grIsqIqvxT/gq5jcPAVCWmrPBs5nC";
    return "$2y$04$jo7CB/aUczwg5dNnzesGIONO3OdKqh8LJcicXbR41du000VS6eS3C";
}

} // namespace berth::identity
