// YamlNode: a YAML document as a tree that remembers where each value stood.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace berth::app {

struct YamlMember;

struct YamlNode {
    enum class Kind { null, scalar, sequence, mapping };
    Kind kind = Kind::null;
    std::string text = {}; ///< of a scalar, as written
    std::size_t line = 0;  ///< from 1; 0 for a value that does not come from a file
    std::size_t column = 0;
    std::vector<YamlNode> items = {};
    std::vector<YamlMember> members;
};

struct YamlMember {
    YamlNode key; ///< a scalar
    YamlNode value;
};

/// Why a text is no document that we take, and where.
struct YamlProblem {
    std::size_t line;
    std::size_t column;
    std::string message;
};

/// One document of at most 1 MiB and 16 levels. Refused are aliases (which could make a small file
/// a huge tree), keys that come twice, keys that are not scalars, and more than one document. An
/// empty text is null.
std::variant<YamlNode, YamlProblem> parse_yaml(std::string_view text);

} // namespace berth::app
