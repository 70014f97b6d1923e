// Grants as people write them: "team=pull,push", "*=pull".
#pragma once

#include "access/users.hpp"

#include <string>
#include <string_view>

namespace berth::app {

/// "team", "team/" and "team/**" are the prefix "team"; "*" and "**" are everything. Error usage
/// for what no repository name begins with.
std::string prefix_of(std::string_view text);
/// How prefix_of() reads it: "*" for everything.
std::string shown_prefix(const std::string& prefix);

/// "pull,push", or "*". Error usage.
access::Actions actions_of(std::string_view text);
/// "PREFIX=ACTIONS". Error usage.
access::Grant grant_of(std::string_view text);

/// Rights on one prefix add up.
void add_grant(access::User& user, const access::Grant& grant);
/// False if the user had no such right.
bool take_grant(access::User& user, const access::Grant& grant);

} // namespace berth::app
