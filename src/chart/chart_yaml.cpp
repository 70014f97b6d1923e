#include "chart/chart_yaml.hpp"

#include "base/text.hpp"

#include <fmt/format.h>
#include <yaml.h>

#include <optional>

namespace berth::chart {
namespace {

constexpr std::size_t deepest = 64;

[[noreturn]] void refuse(std::string_view why) {
    throw Error(ErrorCode::content_invalid, fmt::format("Chart.yaml: {}", why));
}

class Events {
public:
    explicit Events(std::string_view text) {
        if (yaml_parser_initialize(&parser_) == 0) throw Error(ErrorCode::internal, "no memory");
        yaml_parser_set_input_string(&parser_, reinterpret_cast<const unsigned char*>(text.data()),
                                     text.size());
    }
    Events(const Events&) = delete;
    Events& operator=(const Events&) = delete;
    ~Events() {
        release();
        yaml_parser_delete(&parser_);
    }

    /// Good until the next call.
    const yaml_event_t& next() {
        release();
        if (yaml_parser_parse(&parser_, &event_) == 0)
            refuse(fmt::format("line {}: {}", parser_.problem_mark.line + 1,
                               parser_.problem == nullptr ? "malformed" : parser_.problem));
        held_ = true;
        return event_;
    }

private:
    void release() {
        if (held_) yaml_event_delete(&event_);
        held_ = false;
    }

    yaml_parser_t parser_;
    yaml_event_t event_;
    bool held_ = false;
};

bool opens(const yaml_event_t& event) {
    return event.type == YAML_MAPPING_START_EVENT || event.type == YAML_SEQUENCE_START_EVENT;
}

bool closes(const yaml_event_t& event) {
    return event.type == YAML_MAPPING_END_EVENT || event.type == YAML_SEQUENCE_END_EVENT;
}

std::optional<std::string> text_of(const yaml_event_t& event) {
    if (event.type != YAML_SCALAR_EVENT) return std::nullopt;
    const auto& scalar = event.data.scalar;
    return std::string(reinterpret_cast<const char*>(scalar.value), scalar.length);
}

/// Reads on until what `first` opened is closed.
void skip(Events& events, const yaml_event_t& first) {
    std::size_t depth = opens(first) ? 1 : 0;
    while (depth != 0) {
        const auto& event = events.next();
        if (opens(event) && ++depth > deepest)
            refuse(fmt::format("nested deeper than {} levels", deepest));
        if (closes(event)) --depth;
    }
}

void expect(Events& events, yaml_event_type_t type, std::string_view otherwise) {
    if (events.next().type != type) refuse(otherwise);
}

void take(std::optional<std::string>& member, std::string_view key,
          std::optional<std::string> value) {
    if (member) refuse(fmt::format("{} comes twice", key));
    if (!value) refuse(fmt::format("{} must be text", key));
    member = std::move(value);
}

Identity read_identity(Events& events) {
    expect(events, YAML_STREAM_START_EVENT, "no stream");
    expect(events, YAML_DOCUMENT_START_EVENT, "it is empty");
    expect(events, YAML_MAPPING_START_EVENT, "it must be a mapping");
    std::optional<std::string> name;
    std::optional<std::string> version;
    for (;;) {
        const auto& start = events.next();
        if (closes(start)) break;
        const auto key = text_of(start);
        skip(events, start);
        const auto& value = events.next();
        if (key == "name") take(name, "name", text_of(value));
        if (key == "version") take(version, "version", text_of(value));
        skip(events, value);
    }
    expect(events, YAML_DOCUMENT_END_EVENT, "text after the end of the document");
    expect(events, YAML_STREAM_END_EVENT, "more than one document");
    if (!name) refuse("name is missing");
    if (!version) refuse("version is missing");
    return {std::move(*name), std::move(*version)};
}

} // namespace

Result<Identity> parse_chart_yaml(std::string_view text) {
    try {
        if (text.size() > chart_yaml_limit)
            refuse(fmt::format("larger than the limit of {} bytes", chart_yaml_limit));
        Events events(text);
        return read_identity(events);
    } catch (const Error& error) {
        return error;
    }
}

} // namespace berth::chart
