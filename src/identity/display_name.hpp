// Names that people give to things of theirs.
#pragma once

#include <string_view>

namespace berth::identity {

/// Error usage for a name that is empty, longer than 128 bytes or holds control characters. `what`:
/// "an API key".
void check_display_name(std::string_view name, std::string_view what);

} // namespace berth::identity
