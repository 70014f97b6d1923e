// A small strict reader of XML, for the answers of STS: elements and their text.
//
// Document types, and with them entities of one's own and files of others, are refused. Attributes
// and name spaces are read over; comments and processing instructions too.
#pragma once

#include "base/result.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace berth::aws {

struct XmlElement {
    std::string name; ///< without its name space's prefix
    std::string text; ///< all text directly in it, entities resolved, without blanks around it
    std::vector<XmlElement> children = {};

    /// The first child of that name, or nullptr.
    const XmlElement* find(std::string_view child) const;
    /// The text of the first child of that name, "" if there is none.
    std::string text_of(std::string_view child) const;
};

/// The document's one element. At most 16 deep and 4096 elements; the caller bounds the size.
/// Error content_invalid.
Result<XmlElement> parse_xml(std::string_view text);

} // namespace berth::aws
