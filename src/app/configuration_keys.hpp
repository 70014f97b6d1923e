// The table of all keys: the only place that knows their names, bounds and meanings.
#pragma once

#include "app/configuration.hpp"
#include "app/configuration_field.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace berth::app {

using Key = Field<Configuration>;

/// In the order of documentation: "section.key", a section's together.
const std::vector<Key>& configuration_keys();

/// Whether a running server takes the key's new value (SIGHUP); others need a restart.
bool changes_while_serving(const Key& key);

/// "http.idle_timeout" as BERTH_HTTP__IDLE_TIMEOUT.
std::string variable_of(std::string_view key);

/// Every key and every part of a list's elements, with defaults.
std::vector<FieldRow> configuration_rows();
/// Those rows as the Markdown table of docs/configuration.md.
std::string configuration_markdown();
/// JSON Schema (2020-12) of a configuration file, for editors.
json::Value configuration_schema();

} // namespace berth::app
