#include "cli/display_width.hpp"
#include "cli/progress_display.hpp"
#include "cli/progress_text.hpp"

#include "base/json.hpp"
#include "base/text.hpp"

#include <doctest/doctest.h>

using namespace berth;
using namespace berth::cli;
using namespace std::chrono_literals;

namespace {

constexpr std::uint64_t mib = 1024 * 1024;

struct Screen {
    std::string written;
    ManualClock clock;
    Console console{
        {[](std::string_view) {}},
        {[this](std::string_view text) { written += text; }, true, [] { return std::size_t{60}; }},
        [] { return std::string(); }};

    std::size_t lines() const {
        return static_cast<std::size_t>(std::count(written.begin(), written.end(), '\n'));
    }
};

/// A copy of 100 MiB at 10 MiB/s, seen after `seconds`.
ProgressState after(int seconds) {
    ProgressState state;
    SteadyTime now{};
    state.expect(2, 100 * mib);
    state.started("layer 5d0da3dc9764", 100 * mib, now);
    for (int i = 0; i < seconds * 10; ++i) {
        now += 100ms;
        state.moved("layer 5d0da3dc9764", mib, now);
    }
    return state;
}

} // namespace

TEST_CASE("rate, percentage and time left follow from what was moved") {
    const auto state = after(4);
    const SteadyTime now{4s};
    CHECK(state.percent() == 40U);
    CHECK(state.rate(now) == doctest::Approx(10.0 * mib).epsilon(0.05));
    CHECK(state.time_left(now) == 6s);
    CHECK(total_line(state, now) == "40 %, 40 MiB of 100 MiB, 10 MiB/s, 6 s left");
}

TEST_CASE("a stalled transfer loses its rate") {
    const auto state = after(4);
    CHECK(state.rate(SteadyTime{64s}) < 1.0 * mib);
}

TEST_CASE("what was there already counts as done but not as speed") {
    ProgressState state;
    state.expect(2, 20 * mib);
    state.started("a", 10 * mib, SteadyTime{});
    state.finished("a", SteadyTime{1s});
    CHECK(state.percent() == 50U);
    CHECK(state.items_done() == 1);
    CHECK(state.rate(SteadyTime{1s}) == 0);
    CHECK_FALSE(state.time_left(SteadyTime{1s}).has_value());
}

TEST_CASE("a server that sends more than announced never leads beyond 100 %") {
    ProgressState state;
    state.expect(1, mib);
    state.started("a", mib, SteadyTime{});
    state.moved("a", 5 * mib, SteadyTime{1s});
    CHECK(state.percent() == 100U);
}

TEST_CASE("bars have one line per item and the total, none wider than the terminal") {
    auto state = after(4);
    for (int i = 0; i < 10; ++i) {
        state.started("layer " + std::to_string(i), mib, SteadyTime{4s});
    }
    for (const std::size_t width : {1U, 7U, 20U, 60U, 79U, 200U}) {
        const auto lines = bar_lines(state, SteadyTime{4s}, width, 8);
        CHECK(lines.size() == 10);
        for (const auto& line : lines) {
            CAPTURE(line);
            CHECK(display_width(line) <= width);
        }
    }
    const auto lines = bar_lines(after(4), SteadyTime{4s}, 79);
    CHECK(lines.at(0).starts_with("  layer 5d0da3dc9764     [#########"));
    CHECK(lines.at(0).ends_with("40 MiB / 100 MiB"));
    CHECK(lines.at(1).starts_with("0 of 2 done"));
}

TEST_CASE("times are for people") {
    CHECK(human_time(4s) == "4 s");
    CHECK(human_time(80s) == "1 min 20 s");
    CHECK(human_time(2h + 5min) == "2 h 5 min");
}

TEST_CASE("plain progress is one line per ten percent") {
    Screen screen;
    {
        ProgressDisplay display(ProgressMode::plain, screen.console, screen.clock);
        const auto part = display.part();
        part->expect(1, 100 * mib);
        part->started("a", 100 * mib);
        for (int i = 0; i < 1000; ++i) {
            screen.clock.advance(20ms);
            part->moved("a", mib / 10);
            display.tick();
        }
        part->finished("a", "copied");
    }
    CHECK(screen.lines() == 10);
    CHECK(screen.written.starts_with("10 %, "));
    CHECK(screen.written.find('\x1b') == std::string::npos);
}

TEST_CASE("plain progress of something quick is one line") {
    Screen screen;
    ProgressDisplay display(ProgressMode::plain, screen.console, screen.clock);
    const auto part = display.part();
    part->expect(1, 100);
    part->started("a", 100);
    for (int i = 0; i < 100; ++i) part->moved("a", 1);
    part->finished("a", "copied");
    CHECK(screen.written == "100 %, 100 B of 100 B\n");
}

TEST_CASE("plain progress of something slow is one line per ten seconds") {
    Screen screen;
    ProgressDisplay display(ProgressMode::plain, screen.console, screen.clock);
    const auto part = display.part();
    part->expect(1, 1000 * mib);
    part->started("a", 1000 * mib);
    for (int i = 0; i < 60; ++i) {
        screen.clock.advance(1s);
        part->moved("a", mib);
        display.tick();
    }
    CHECK(screen.lines() == 6);
}

TEST_CASE("every JSON line is an event, moves ten times a second at most") {
    Screen screen;
    ProgressDisplay display(ProgressMode::json, screen.console, screen.clock);
    const auto part = display.part();
    part->expect(1, 100);
    part->started("layer \"x\"", 100);
    for (int i = 0; i < 100; ++i) {
        screen.clock.advance(10ms);
        part->moved("layer \"x\"", 1);
    }
    part->finished("layer \"x\"", "copied");
    part->note("a word");
    std::vector<std::string> events;
    for (const auto line : split(screen.written, '\n')) {
        if (line.empty()) continue;
        const auto event = json::parse(line);
        REQUIRE(event.has_value());
        events.emplace_back(event->as_object().at("event").as_string());
    }
    CHECK(std::count(events.begin(), events.end(), "moved") == 10);
    CHECK(events.front() == "expect");
    CHECK(events.at(1) == "started");
    CHECK(events.back() == "note");
}

TEST_CASE("a bar appears only when work lasts, and leaves nothing behind") {
    Screen screen;
    {
        ProgressDisplay display(ProgressMode::tty, screen.console, screen.clock);
        const auto part = display.part();
        part->expect(1, 100);
        part->started("a", 100);
        display.tick();
        CHECK(screen.written.empty());
        screen.clock.advance(1s);
        display.tick();
        CHECK(screen.written.find("0 of 1 done") != std::string::npos);
        screen.written.clear();
        part->note("retrying");
        CHECK(screen.written.starts_with("\x1b[2A\r\x1b[Jretrying\n"));
        screen.written.clear();
    }
    CHECK(screen.written == "\x1b[2A\r\x1b[J");
}

TEST_CASE("parts add up, and a part that expects again replaces what it expected") {
    Screen screen;
    ProgressDisplay display(ProgressMode::json, screen.console, screen.clock);
    const auto one = display.part();
    const auto two = display.part();
    one->expect(1, 100);
    two->expect(2, 50);
    screen.written.clear();
    one->expect(3, 70);
    CHECK(screen.written == R"({"event":"expect","items":5,"bytes":120})"
                            "\n");
}

TEST_CASE("none shows notes only") {
    Screen screen;
    ProgressDisplay display(ProgressMode::none, screen.console, screen.clock);
    const auto part = display.part();
    part->expect(1, 1);
    part->started("a", 1);
    part->finished("a", "copied");
    display.tick();
    CHECK(screen.written.empty());
    part->note("a word");
    CHECK(screen.written == "a word\n");
}

TEST_CASE("auto draws bars on a terminal only") {
    CHECK(progress_mode("auto", true, "xterm") == ProgressMode::tty);
    CHECK(progress_mode("auto", true, "dumb") == ProgressMode::plain);
    CHECK(progress_mode("auto", false, "xterm") == ProgressMode::plain);
    CHECK(progress_mode("tty", false, "dumb") == ProgressMode::tty);
}

TEST_CASE("text is cut between code points") {
    CHECK(cut_to("äöü", 3) == "äöü");
    CHECK(cut_to("äöüß", 3) == "äö…");
    CHECK(cut_to("ab", 1) == "…");
    CHECK(cut_to("ab", 0) == "");
    CHECK(display_width("ä…") == 2);
}
