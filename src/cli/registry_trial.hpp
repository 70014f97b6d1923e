// Trying a registry at the server before it is registered or changed there.
#pragma once

#include "cli/management.hpp"

#include <optional>
#include <string_view>
#include <vector>

namespace berth::cli {

/// --no-validate, --dry-run.
std::vector<Flag> trial_flags();

/// Tries `body`, an object of the API as it would be sent, and tells each step on stderr. Where it
/// has no secrets the stored ones of `registry` are taken, if that has a uid. Null with
/// --no-validate. Errors: that of the step that failed, where `outcome` says what came of it.
json::Value tried(Invocation& invocation, Management& management, const RegistryName& registry,
                  const json::Object& body, std::string_view outcome);

/// What is printed of a registry that is stored now, with what tried() said.
Report stored_report(const RegistryName& registry, std::string_view endpoint,
                     json::Value validation);

/// With --dry-run: tries `body`, prints the steps and gives the command's exit status; otherwise
/// nothing.
std::optional<int> dry_run(Invocation& invocation, Management& management,
                           const RegistryName& registry, const json::Object& body);

} // namespace berth::cli
