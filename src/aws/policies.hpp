// The policies that a customer writes at AWS, ready to paste.
#pragma once

#include "base/json.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace berth::aws {

/// What the user or role of a registry has to be allowed: all that Berth reads of ECR and ECR
/// Public. Nothing in it writes.
json::Object registry_policy();
/// The half of it that an account's registry needs, and the other.
json::Object ecr_policy();
json::Object ecr_public_policy();

/// What has to be allowed beside ecr_policy() where gaps of `resources`, ARNs of repositories or
/// "*", are to be filled. It writes.
json::Object ecr_fill_policy(const std::vector<std::string>& resources);

/// Who may take a role on: the account, with the external id.
json::Object trust_policy(std::string_view partition, const std::string& account,
                          const std::string& external_id);

} // namespace berth::aws
