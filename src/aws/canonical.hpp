// The parts of Signature Version 4's canonical request, each a pure text function.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace berth::aws {

/// Everything but letters, digits and "-_.~" becomes %XX; "/" too, unless `keep_slash`.
std::string uri_encode(std::string_view text, bool keep_slash);

/// Without "." and ".." segments and without doubled slashes; a trailing slash stays.
std::string normalized_path(std::string_view path);

/// Each key and value decoded and encoded again, in order of key and then of value, by bytes.
std::string canonical_query(std::string_view query);

struct CanonicalHeaders {
    std::string lines;        ///< "name:value\n" each
    std::string signed_names; ///< "name;name"
};

/// Names in lower case and in order; values trimmed, inner blanks one, repeated ones joined by
/// commas in order of appearance. Leaves out what a proxy or the transport may change.
CanonicalHeaders canonical_headers(const std::vector<std::pair<std::string, std::string>>& headers);

} // namespace berth::aws
