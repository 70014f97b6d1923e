// FieldCursor: reads the elements that header fields are made of (RFC 9110 section 5.6).
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace berth::client {

/// Walks over a field's value. Functions that find nothing leave the position where it was.
class FieldCursor {
public:
    explicit FieldCursor(std::string_view text) : text_(text) {}

    bool at_end() const { return position_ == text_.size(); }
    char peek() const { return at_end() ? '\0' : text_[position_]; }
    std::size_t position() const { return position_; }
    void move_to(std::size_t position) { position_ = position; }

    void skip_blanks();            ///< spaces and tabs
    void skip_blanks_and_commas(); ///< empty list elements too
    bool take(char wanted);
    std::string_view token();   ///< "" if there is none
    std::string_view token68(); ///< letters, digits, "-._~+/" and "=" at the end
    std::string_view until(char stop);
    /// The content of a quoted string, escapes resolved; nothing if it is not one or never ends.
    std::optional<std::string> quoted_string();
    /// A token or a quoted string.
    std::optional<std::string> value();

private:
    std::string_view text_;
    std::size_t position_ = 0;
};

} // namespace berth::client
