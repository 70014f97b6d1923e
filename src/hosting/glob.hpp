// Glob: a pattern over whole names, as policies are written with.
//
// `*` is any run of characters but a slash, `**` any run, `?` one character but a slash, `[abc]`,
// `[a-z]` one of a set and `[!a-z]` one outside of it (never a slash), `\x` is x itself. Everything
// else is itself.
#pragma once

#include "base/result.hpp"

#include <bitset>
#include <string>
#include <string_view>
#include <vector>

namespace berth::hosting {

/// A value. Matching takes time of the pattern's length times the name's, whatever the pattern.
class Glob {
public:
    /// Error usage: a set that does not end or is empty, a range backwards, a backslash at the
    /// end, more than 1024 bytes.
    static Result<Glob> parse(std::string_view pattern);

    bool matches(std::string_view name) const;
    const std::string& text() const { return text_; }

private:
    enum class Kind { one_of, run_in_component, run };
    struct Part {
        Kind kind;
        std::bitset<256> set = {}; ///< of one_of
    };
    class Reader;
    Glob() = default;

    std::string text_;
    std::vector<Part> parts_;
};

} // namespace berth::hosting
