#include "hosting/glob.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

namespace berth::hosting {

namespace {

constexpr std::size_t longest = 1024;

std::size_t index_of(char c) {
    return static_cast<unsigned char>(c);
}

} // namespace

class Glob::Reader {
public:
    explicit Reader(std::string_view text) : text_(text) {}

    bool at_end() const { return at_ == text_.size(); }

    Part part() {
        const char c = take();
        if (c == '*') {
            if (!accept('*')) return {Kind::run_in_component};
            while (accept('*')) {
            }
            return {Kind::run};
        }
        Part one{Kind::one_of};
        if (c == '?') {
            one.set.set();
            one.set.reset(index_of('/'));
        } else if (c == '[') {
            one.set = set();
        } else {
            one.set.set(index_of(c == '\\' ? take() : c));
        }
        return one;
    }

private:
    [[noreturn]] void refuse(std::string_view why) const {
        throw Error(ErrorCode::usage, fmt::format("the pattern {} {}", berth::quoted(text_), why))
            .set_hint("* is any run without a slash, ** any run, ? one character, [a-z] a set");
    }
    char take() {
        if (at_end()) refuse("ends too early");
        return text_[at_++];
    }
    bool accept(char c) {
        if (at_end() || text_[at_] != c) return false;
        ++at_;
        return true;
    }

    std::bitset<256> set() {
        std::bitset<256> found;
        const bool outside = accept('!') || accept('^');
        if (accept(']')) refuse("has an empty set");
        do {
            char first = take();
            if (first == '\\') first = take();
            char last = first;
            const bool range = at_ + 1 < text_.size() && text_[at_] == '-' && text_[at_ + 1] != ']';
            if (range) {
                take();
                last = take();
                if (last == '\\') last = take();
            }
            if (index_of(last) < index_of(first)) refuse("has a range that goes backwards");
            for (auto c = index_of(first); c <= index_of(last); ++c) found.set(c);
        } while (!accept(']'));
        if (outside) found.flip();
        found.reset(index_of('/'));
        return found;
    }

    std::string_view text_;
    std::size_t at_ = 0;
};

Result<Glob> Glob::parse(std::string_view pattern) {
    if (pattern.size() > longest) {
        return Error(ErrorCode::usage, fmt::format("a pattern may have at most {} bytes, not {}",
                                                   longest, pattern.size()));
    }
    Glob glob;
    glob.text_ = pattern;
    Reader reader(pattern);
    try {
        while (!reader.at_end()) glob.parts_.push_back(reader.part());
    } catch (const Error& error) {
        return error;
    }
    return glob;
}

bool Glob::matches(std::string_view name) const {
    // reached[i]: the parts before i can stand for the name so far. Each step of the name is one
    // pass over the pattern, so no pattern can make matching slow.
    std::vector<char> reached(parts_.size() + 1, 0);
    const auto skip_runs = [&](std::size_t from) {
        for (auto i = from; i < parts_.size() && parts_[i].kind != Kind::one_of; ++i)
            reached[i + 1] = 1;
    };
    reached[0] = 1;
    skip_runs(0);
    for (const char c : name) {
        std::vector<char> before(parts_.size() + 1, 0);
        before.swap(reached);
        for (std::size_t i = 0; i < parts_.size(); ++i) {
            if (!before[i]) continue;
            const auto& part = parts_[i];
            const bool stays =
                part.kind == Kind::run || (part.kind == Kind::run_in_component && c != '/');
            if (stays) {
                reached[i] = 1;
                skip_runs(i);
            } else if (part.kind == Kind::one_of && part.set.test(index_of(c))) {
                reached[i + 1] = 1;
                skip_runs(i + 1);
            }
        }
    }
    return reached[parts_.size()] != 0;
}

} // namespace berth::hosting
