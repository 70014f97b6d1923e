// Advice: what to do about a registry's error, for those who have a form before them.
#pragma once

#include "base/error.hpp"

#include <string>

namespace berth::registration {

/// The error's hint; where that speaks of commands and flags, as the client's and the network's own
/// do, what it comes to in a form. May be empty.
std::string advice_of(const Error& error);

} // namespace berth::registration
