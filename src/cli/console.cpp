#include "cli/console.hpp"

#include "base/json.hpp"

#include <fmt/format.h>

namespace berth::cli {

namespace {

std::string back_to_top(std::size_t lines) {
    return lines == 0 ? "" : fmt::format("\x1b[{}A\r", lines);
}

std::string drawn(const std::vector<std::string>& lines) {
    std::string text;
    for (const auto& line : lines) text += line + "\x1b[K\n";
    return text;
}

std::string json_line(std::string_view level, std::string_view text, json::Object more = {}) {
    json::Object line{{"level", level}, {"msg", text}};
    for (auto& member : more) line.emplace(member.key(), std::move(member.value()));
    return json::write(line) + "\n";
}

} // namespace

void Console::tell(std::string_view text) {
    const std::lock_guard lock(mutex_);
    if (status_.empty()) return err_.write(text);
    err_.write(back_to_top(status_.size()) + "\x1b[J" + std::string(text) + drawn(status_));
}

void Console::set_status(std::vector<std::string> lines) {
    const std::lock_guard lock(mutex_);
    if (lines.empty() && status_.empty()) return;
    // one write, so that a terminal never shows the state in between
    err_.write(back_to_top(status_.size()) + drawn(lines) + "\x1b[J");
    status_ = std::move(lines);
}

void Console::inform(std::string_view text) {
    if (log_format_ == LogFormat::json) return tell(json_line("info", text));
    tell(fmt::format("{}\n", text));
}

void Console::warn(std::string_view text) {
    if (log_format_ == LogFormat::json) return tell(json_line("warn", text));
    tell(fmt::format("{} {}\n", styled("warning:", "33"), text));
}

void Console::detail(std::string_view text) {
    if (verbosity_ == 0) return;
    if (log_format_ == LogFormat::json) return tell(json_line("debug", text));
    tell(fmt::format("{}\n", text));
}

void Console::fail(std::string_view text, std::string_view hint, std::string_view code) {
    if (log_format_ == LogFormat::json) {
        json::Object more{{"code", code}};
        if (!hint.empty()) more["hint"] = hint;
        return tell(json_line("error", text, std::move(more)));
    }
    tell(fmt::format("{} {}\n", styled("berth: error:", "1;31"), text));
    if (!hint.empty()) tell(fmt::format("{} {}\n", styled("hint:", "1;36"), hint));
}

std::size_t Console::err_width() const {
    const auto width = err_.width ? err_.width() : 0;
    return width == 0 ? 80 : width;
}

std::string Console::styled(std::string_view text, std::string_view style) const {
    if (!colour_) return std::string(text);
    return fmt::format("\x1b[{}m{}\x1b[0m", style, text);
}

bool use_colour(std::string_view flag, std::string_view no_color, std::string_view clicolor_force,
                std::string_view terminal_type, bool is_terminal) {
    if (flag == "always") return true;
    if (flag == "never") return false;
    if (!no_color.empty()) return false;
    if (!clicolor_force.empty() && clicolor_force != "0") return true;
    return is_terminal && terminal_type != "dumb";
}

} // namespace berth::cli
