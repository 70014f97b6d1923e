#include "cli/progress_text.hpp"

#include "base/text.hpp"
#include "cli/display_width.hpp"

#include <fmt/format.h>

namespace berth::cli {
namespace {

std::string bar(double fraction, std::size_t width) {
    const auto full =
        static_cast<std::size_t>(std::clamp(fraction, 0.0, 1.0) * static_cast<double>(width));
    std::string text = "[";
    for (std::size_t i = 0; i < width; ++i) text += i < full ? '#' : i == full ? '>' : ' ';
    return text + "]";
}

std::string padded(std::string text, std::size_t width) {
    const auto used = display_width(text);
    if (used > width) return cut_to(text, width);
    return text + std::string(width - used, ' ');
}

/// Name, bar if there is room, and numbers; cut to the width whatever comes.
std::string line(std::string_view name, double fraction, const std::string& numbers,
                 std::size_t width) {
    constexpr std::size_t name_width = 24;
    constexpr std::size_t widest_bar = 30;
    constexpr std::size_t narrowest_bar = 6;
    auto text = padded(std::string(name), std::min(name_width, width / 2)) + " ";
    const auto used = display_width(text) + display_width(numbers) + 3;
    if (width > used + narrowest_bar) {
        text += bar(fraction, std::min(widest_bar, width - used - 1)) + " ";
    }
    return cut_to(text + numbers, width);
}

double fraction_of(std::uint64_t part, std::uint64_t whole) {
    return whole == 0 ? 0.0 : static_cast<double>(part) / static_cast<double>(whole);
}

std::string item_line(const ProgressState::Item& item, std::size_t width) {
    const auto numbers =
        item.bytes == 0 ? human_size(item.moved)
                        : fmt::format("{} / {}", human_size(item.moved), human_size(item.bytes));
    return line("  " + item.name, fraction_of(item.moved, item.bytes), numbers, width);
}

std::string rate_text(const ProgressState& state, SteadyTime now) {
    return human_size(static_cast<std::uint64_t>(state.rate(now))) + "/s";
}

} // namespace

std::string human_time(std::chrono::seconds time) {
    const auto seconds = time.count();
    if (seconds < 60) return fmt::format("{} s", seconds);
    if (seconds < 3600) return fmt::format("{} min {} s", seconds / 60, seconds % 60);
    return fmt::format("{} h {} min", seconds / 3600, seconds % 3600 / 60);
}

std::string total_line(const ProgressState& state, SteadyTime now) {
    if (!state.percent()) return "planning";
    auto text = fmt::format("{} %, {} of {}", *state.percent(), human_size(state.bytes_done()),
                            human_size(state.bytes()));
    if (state.rate(now) >= 1) text += ", " + rate_text(state, now);
    const auto left = state.time_left(now);
    if (left && left->count() > 0) text += fmt::format(", {} left", human_time(*left));
    return text;
}

std::vector<std::string> bar_lines(const ProgressState& state, SteadyTime now, std::size_t width,
                                   std::size_t most_items) {
    std::vector<std::string> lines;
    const auto& items = state.active();
    const auto shown = std::min(items.size(), most_items);
    for (std::size_t i = 0; i < shown; ++i) lines.push_back(item_line(items[i], width));
    if (items.size() > shown) {
        lines.push_back(cut_to(fmt::format("  and {} more", items.size() - shown), width));
    }
    const auto name = fmt::format("{} of {} done", state.items_done(), state.items());
    lines.push_back(
        line(name, fraction_of(state.bytes_done(), state.bytes()), total_line(state, now), width));
    return lines;
}

} // namespace berth::cli
