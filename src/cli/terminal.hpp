// The real terminal: streams, widths, prompts.
#pragma once

#include "base/secret.hpp"
#include "cli/console.hpp"

#include <functional>
#include <memory>
#include <stop_token>
#include <string_view>

namespace berth::cli {

/// Standard input, output and error of this process. A failed write to standard output is thrown.
/// `stop` ends a wait for input with Error cancelled.
std::unique_ptr<Console> process_console(std::stop_token stop);

/// Asks on the terminal itself, whatever stdin and stderr are, without echo. Empty if there is
/// no terminal.
Secret ask_secret(std::string_view prompt, std::stop_token stop);

} // namespace berth::cli
