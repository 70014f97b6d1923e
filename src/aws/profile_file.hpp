// AWS's shared files: ~/.aws/config and ~/.aws/credentials.
#pragma once

#include "base/result.hpp"

#include <map>
#include <string>
#include <string_view>

namespace berth::aws {

/// The settings of one profile; keys in lower case.
using Profile = std::map<std::string, std::string>;

/// By name. The credentials file says "[name]", the config file "[profile name]" and "[default]".
using Profiles = std::map<std::string, Profile>;

enum class ProfileFileKind { config, credentials };

/// Reads a file's text. Comments, blanks around "=", nested settings (which are read over) and
/// sections of other kinds are as AWS's own tools have them. Error content_invalid with the line
/// for a line that is none of these; `name` is the file, for the message.
Result<Profiles> parse_profiles(std::string_view text, ProfileFileKind kind, std::string_view name);

/// Both files as one: what the credentials file sets goes first.
Profiles merged(Profiles config, const Profiles& credentials);

} // namespace berth::aws
