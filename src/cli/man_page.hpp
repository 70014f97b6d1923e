// Man pages (section 1), made from the command table.
#pragma once

#include "cli/command.hpp"

#include <string>
#include <vector>

namespace berth::cli {

struct ManPage {
    std::string name; ///< "berth", "berth-auth-explain"
    std::string text; ///< roff with the man macros
};

/// "berth" first, then one per command.
std::vector<ManPage> man_pages(const std::vector<Command>& table);

} // namespace berth::cli
