#include "app/yaml_document.hpp"

#include "base/error.hpp"
#include "base/text.hpp"

#include <fmt/format.h>
#include <yaml.h>

#include <set>

namespace berth::app {
namespace {

constexpr std::size_t largest_document = 1024 * 1024;
constexpr std::size_t deepest = 16;

/// Thrown within this file only.
struct Refusal {
    YamlProblem problem;
};

std::string_view view(const yaml_char_t* bytes, std::size_t size) {
    return {reinterpret_cast<const char*>(bytes), size};
}

class Reader {
public:
    explicit Reader(std::string_view text) {
        if (yaml_parser_initialize(&parser_) == 0) throw std::bad_alloc();
        yaml_parser_set_input_string(&parser_, reinterpret_cast<const unsigned char*>(text.data()),
                                     text.size());
    }
    Reader(const Reader&) = delete;
    Reader& operator=(const Reader&) = delete;
    ~Reader() {
        release();
        yaml_parser_delete(&parser_);
    }

    YamlNode document() {
        next(); // the stream's start
        if (next().type == YAML_STREAM_END_EVENT) return {};
        next();
        YamlNode root = node(0);
        next(); // the document's end
        if (next().type != YAML_STREAM_END_EVENT) refuse("more than one document");
        return root;
    }

private:
    const yaml_event_t& next() {
        release();
        if (yaml_parser_parse(&parser_, &event_) == 0) {
            const auto& mark = parser_.problem_mark;
            throw Refusal{{mark.line + 1, mark.column + 1,
                           parser_.problem == nullptr ? "malformed YAML" : parser_.problem}};
        }
        held_ = true;
        return event_;
    }

    void release() {
        if (held_) yaml_event_delete(&event_);
        held_ = false;
    }

    [[noreturn]] void refuse(std::string message) const {
        throw Refusal{
            {event_.start_mark.line + 1, event_.start_mark.column + 1, std::move(message)}};
    }

    /// From the current event to the end of what it opens.
    YamlNode node(std::size_t depth) {
        if (depth > deepest) refuse(fmt::format("nested deeper than {} levels", deepest));
        YamlNode made;
        made.line = event_.start_mark.line + 1;
        made.column = event_.start_mark.column + 1;
        switch (event_.type) {
            case YAML_SCALAR_EVENT:
                read_scalar(made);
                break;
            case YAML_SEQUENCE_START_EVENT:
                made.kind = YamlNode::Kind::sequence;
                while (next().type != YAML_SEQUENCE_END_EVENT)
                    made.items.push_back(node(depth + 1));
                break;
            case YAML_MAPPING_START_EVENT:
                read_members(made, depth);
                break;
            default:
                refuse("aliases are not taken here; write the value out");
        }
        return made;
    }

    void read_scalar(YamlNode& made) const {
        const auto& scalar = event_.data.scalar;
        made.text = view(scalar.value, scalar.length);
        const bool plain = scalar.style == YAML_PLAIN_SCALAR_STYLE;
        const bool null = made.text.empty() || made.text == "~" || made.text == "null";
        made.kind = plain && null ? YamlNode::Kind::null : YamlNode::Kind::scalar;
    }

    void read_members(YamlNode& made, std::size_t depth) {
        made.kind = YamlNode::Kind::mapping;
        std::set<std::string, std::less<>> seen;
        while (next().type != YAML_MAPPING_END_EVENT) {
            if (event_.type != YAML_SCALAR_EVENT) refuse("a key must be text");
            YamlMember member;
            member.key = node(depth + 1);
            if (!seen.insert(member.key.text).second)
                refuse(fmt::format("the key {} comes twice", berth::quoted(member.key.text)));
            next();
            member.value = node(depth + 1);
            made.members.push_back(std::move(member));
        }
    }

    yaml_parser_t parser_;
    yaml_event_t event_;
    bool held_ = false;
};

} // namespace

std::variant<YamlNode, YamlProblem> parse_yaml(std::string_view text) {
    if (text.size() > largest_document)
        return YamlProblem{1, 1, fmt::format("larger than {}", human_size(largest_document))};
    try {
        return Reader(text).document();
    } catch (Refusal& refusal) {
        return std::move(refusal.problem);
    }
}

} // namespace berth::app
