// Users: who may use this registry, in one small file.
//
//   {"users": [{"name": "admin", "password": "$argon2id$…", "admin": true,
//               "grants": [{"prefix": "team", "actions": ["pull", "push"]}]}],
//    "public": ["mirror"]}
//
// A user that is switched off has "disabled": true; one who logs in elsewhere has
// "external": {"provider": "corp", "subject": "…"} and the password "".
// One of another tenant than the one that the registry is for has "tenant": {"uid": "…",
// "admin": true} or {"uid": "…", "actions": ["pull", "push"]}, and no rights in the registry but
// everybody's.
//
// Mode 0600, replaced atomically; the file is read again when it has changed.
#pragma once

#include "access/rights.hpp"
#include "base/clock.hpp"
#include "base/secret.hpp"
#include "base/synchronized.hpp"

#include <array>
#include <atomic>
#include <filesystem>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace berth::access {

/// Who vouches for a user that has no password here.
struct External {
    std::string provider;
    std::string subject; ///< the provider's own name for them, which no other person ever has

    bool operator==(const External&) const = default;
};

/// Of a user of another tenant than the one that the registry is for.
struct Membership {
    std::string tenant;   ///< uid
    bool admin = false;   ///< may everything there
    Actions actions = {}; ///< what else they may do with the tenant's registries

    bool operator==(const Membership&) const = default;
};

struct User {
    std::string name;
    std::string password_hash; ///< "": no password is right, as for those who log in elsewhere
    bool admin = false;
    std::vector<Grant> grants = {};
    bool disabled = false; ///< is kept, and may nothing
    std::optional<External> external = {};
    std::string first_name = {};
    std::string last_name = {};
    /// Nothing: of the tenant that the registry is for. Otherwise neither an admin of the registry
    /// nor with grants in it.
    std::optional<Membership> membership = {};

    /// Whether they administer their tenant.
    bool administers() const { return membership ? membership->admin : admin; }
    /// What a login is worth as long as it stays the same: never shown, to be hashed.
    std::string credential() const;
};

/// Any thread, any number of processes.
class Users {
public:
    Users(std::filesystem::path file, Clock& clock);

    /// On the first start: makes the file with the user "admin" and gives its password, which is
    /// not kept anywhere else. Nothing if the file is there.
    std::optional<Secret> create_admin();

    /// The identity of a user with this password; nothing if there is no such pair, in the same
    /// time for a wrong name and a wrong password. A pair that was right is remembered for a
    /// minute, so that a busy client does not cost a hash per request; the memory is dropped when
    /// the file changes. Errors: too_many_requests while 64 others are being looked at.
    std::optional<Identity> authenticate(std::string_view name, const Secret& password);
    /// The identity of a user who was authenticated earlier; nothing if the user is gone or
    /// disabled.
    std::optional<Identity> find(std::string_view name);
    /// All that is kept of a user who may log in; nothing if there is none of this name, or it is
    /// disabled.
    std::optional<User> user(std::string_view name);
    /// What everybody may do: pull from the public prefixes.
    Identity anonymous();

    std::vector<User> list();
    /// Adds or replaces. Errors: usage for a name that is empty, too long or holds a colon, and for
    /// rights in the registry of a user of another tenant.
    void put(const User& user);
    /// Adds. Errors: as put(); conflict if there is a user of this name.
    void add(const User& user);
    /// Changes one user and gives it as it is then; what other processes change at the same time is
    /// kept. Errors: not_found; conflict if their tenant would have no admin left who is not
    /// disabled; usage as put(); what `change` throws.
    User update(std::string_view name, const std::function<void(User&)>& change);
    /// False if there is no such user. Errors: conflict if their tenant would have no admin left.
    bool remove(std::string_view name);
    /// Removes all users of another tenant than the registry's; gives their names.
    std::vector<std::string> remove_members(std::string_view tenant);
    /// Prefixes that anonymous clients may pull from; "" is everything.
    std::vector<std::string> public_prefixes();
    void set_public_prefixes(std::vector<std::string> prefixes);
    /// One prefix more, or less; false if it was there already, or was not.
    bool make_public(std::string_view prefix);
    bool make_private(std::string_view prefix);

private:
    struct Content {
        std::vector<User> users;
        std::vector<std::string> public_prefixes;
    };
    struct State {
        Content content;
        std::int64_t stamp = 0; ///< of the file that `content` was read from
        std::map<std::string, std::chrono::steady_clock::time_point> right_pairs;
    };
    template <class Use>
    auto with_content(Use&& use);
    template <class Change>
    auto change(Change&& change);
    static Content read(const std::filesystem::path& file);
    static std::string write(const Content& content);
    bool remembered(const std::string& key);

    std::filesystem::path file_;
    Clock& clock_;
    std::string pair_key_; ///< keys of remembered pairs are keyed hashes, of no use elsewhere
    Synchronized<State> state_;
    std::atomic<int> logins_{0}; ///< that wait for the next line's mutexes, or have one
    std::mutex hashing_[2]; ///< at most two password hashes at once: each takes 19 MiB and a core
};

} // namespace berth::access
