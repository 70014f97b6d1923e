// What a password is compared with when nobody has the name.
#pragma once

#include "access/users.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace berth::access {

/// The hash of one of the users, always the same one for a name and a key. So an unknown name costs
/// what some user's wrong password costs, whatever kinds of hashes there are. What remains: where
/// users have hashes of several kinds, a name that costs another kind after a restart, which draws
/// a new key, belongs to nobody.
std::string decoy_hash(const std::vector<User>& users, std::string_view name,
                       const std::string& key);

} // namespace berth::access
