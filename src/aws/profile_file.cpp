#include "aws/profile_file.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

#include <optional>

namespace berth::aws {
namespace {

constexpr std::size_t most_profiles = 1000;

/// What a line "[…]" opens: a profile's name, or nothing for a section of another kind.
std::optional<std::string> profile_of(std::string_view section, ProfileFileKind kind) {
    constexpr std::string_view prefix = "profile";
    section = trimmed(section);
    if (kind == ProfileFileKind::credentials) return std::string(section);
    if (section == "default") return std::string(section);
    if (!section.starts_with(prefix)) return std::nullopt;
    section.remove_prefix(prefix.size());
    if (!section.starts_with(' ') && !section.starts_with('\t')) return std::nullopt;
    section = trimmed(section);
    if (section.size() >= 2 && (section.front() == '"' || section.front() == '\'') &&
        section.back() == section.front())
        section = section.substr(1, section.size() - 2);
    return std::string(section);
}

/// Without a comment: "#" or ";" after a blank.
std::string_view without_comment(std::string_view value) {
    for (std::size_t i = 1; i < value.size(); ++i)
        if ((value[i] == '#' || value[i] == ';') && (value[i - 1] == ' ' || value[i - 1] == '\t'))
            return trimmed(value.substr(0, i));
    return trimmed(value);
}

class ProfileReader {
public:
    ProfileReader(ProfileFileKind kind, std::string_view name) : kind_(kind), name_(name) {}

    void line(std::string_view text) {
        ++number_;
        if (text.ends_with('\r')) text.remove_suffix(1);
        const bool nested = text.starts_with(' ') || text.starts_with('\t');
        const std::string_view plain = trimmed(text);
        if (plain.empty() || plain[0] == '#' || plain[0] == ';') return;
        if (plain[0] == '[') return section(plain);
        if (nested && (seen_setting_ || current_ == nullptr)) return;
        setting(plain);
    }

    Profiles take() { return std::move(profiles_); }

private:
    [[noreturn]] void fail(std::string_view why) const {
        Error error(ErrorCode::content_invalid,
                    fmt::format("{}, line {}: {}", berth::quoted(name_), number_, why));
        error.set_hint("the file has sections [name] and settings key = value");
        throw error;
    }

    void section(std::string_view text) {
        const auto end = text.find(']');
        if (end == std::string_view::npos) fail("a section without \"]\"");
        const auto profile = profile_of(text.substr(1, end - 1), kind_);
        seen_section_ = true;
        seen_setting_ = false;
        current_ = nullptr;
        if (!profile) return;
        if (profiles_.size() >= most_profiles) fail("more than 1000 profiles");
        current_ = &profiles_[*profile];
    }

    void setting(std::string_view text) {
        const auto equals = text.find('=');
        if (!seen_section_) fail("a setting before the first section");
        if (equals == std::string_view::npos || equals == 0) fail("neither section nor setting");
        seen_setting_ = true;
        if (current_ == nullptr) return;
        (*current_)[to_lower(trimmed(text.substr(0, equals)))] =
            without_comment(text.substr(equals + 1));
    }

    ProfileFileKind kind_;
    std::string_view name_;
    int number_ = 0;
    bool seen_section_ = false;
    bool seen_setting_ = false;
    Profile* current_ = nullptr;
    Profiles profiles_;
};

} // namespace

Result<Profiles> parse_profiles(std::string_view text, ProfileFileKind kind,
                                std::string_view name) {
    try {
        ProfileReader reader(kind, name);
        for (const std::string_view line : split(text, '\n')) reader.line(line);
        return reader.take();
    } catch (const Error& error) {
        return error;
    }
}

Profiles merged(Profiles config, const Profiles& credentials) {
    for (const auto& [name, profile] : credentials)
        for (const auto& [key, value] : profile) config[name][key] = value;
    return config;
}

} // namespace berth::aws
