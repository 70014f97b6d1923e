// UserChanges: notices what administrators do to the users' file, whichever program they use.
#pragma once

#include "access/users.hpp"
#include "observe/audit.hpp"

#include <map>
#include <string>
#include <vector>

namespace berth::app {

/// One thread at a time.
class UserChanges {
public:
    /// Both must outlive this. What the file holds now is where changes are counted from.
    UserChanges(access::Users& users, observe::Audit& audit);

    /// Records what has changed since the last look: user.add, user.remove, user.password,
    /// user.rights, public.change.
    void check();

private:
    struct Seen {
        std::string password_hash;
        std::string rights;
    };
    struct State {
        std::map<std::string, Seen> users;
        std::string public_prefixes;
    };
    State look() const;
    void record(std::string_view action, std::string_view user, std::string_view detail) const;
    void compare(const std::string& name, const Seen* before, const Seen* after) const;

    access::Users& users_;
    observe::Audit& audit_;
    State seen_;
};

} // namespace berth::app
