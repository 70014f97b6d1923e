// The steps of a validation: for a person who asked for them, on the way to something else, and as
// an error.
#pragma once

#include "cli/console.hpp"
#include "cli/report.hpp"

#include <optional>
#include <string_view>

namespace berth::cli {

/// All of what the management API answers to a validation; each step with its result, time and
/// cause, what was found and what to do about it.
Report validation_report(json::Value validation);

/// One line a step on stderr.
void tell_steps(Console& console, const json::Value& validation);

/// Of the step that failed, nothing if none did. Its code is what the step says of the registry:
/// unauthorized for a login, tls_invalid, unreachable and so on. `outcome` says what came of it:
/// "nothing was registered".
std::optional<Error> validation_error(const json::Value& validation, std::string_view outcome);

/// The exit status of a command that was asked to validate: 0, or that of validation_error().
int validation_status(const json::Value& validation);

} // namespace berth::cli
