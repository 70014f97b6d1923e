// The page that a browser sees at "/".
#pragma once

#include <string>
#include <string_view>

namespace berth::server {

/// One HTML document without scripts or outside resources. `version` is shown, escaped.
std::string start_page(std::string_view version);

} // namespace berth::server
