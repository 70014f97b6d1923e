#include "cli/progress_display.hpp"

#include "base/json.hpp"
#include "cli/progress_text.hpp"

#include <fmt/format.h>

namespace berth::cli {
namespace {

constexpr std::chrono::milliseconds redraw_interval{100};
constexpr std::chrono::milliseconds quiet_start{500};
constexpr std::chrono::seconds plain_interval{10};
constexpr std::chrono::seconds shortest_plain_interval{1};
constexpr unsigned plain_step = 10;

std::string event_line(std::string_view name, std::string_view item, json::Object more = {}) {
    json::Object event;
    event["event"] = name;
    if (!item.empty()) event["item"] = item;
    for (auto& member : more) event[member.key()] = std::move(member.value());
    return json::write(event) + "\n";
}

} // namespace

ProgressMode progress_mode(std::string_view flag, bool is_terminal,
                           std::string_view terminal_type) {
    if (flag == "tty") return ProgressMode::tty;
    if (flag == "plain") return ProgressMode::plain;
    if (flag == "json") return ProgressMode::json;
    if (flag == "none") return ProgressMode::none;
    const bool drawable = is_terminal && terminal_type != "dumb";
    return drawable ? ProgressMode::tty : ProgressMode::plain;
}

class ProgressDisplay::Part final : public registry::Progress {
public:
    explicit Part(ProgressDisplay& display) : display_(display) {}

    void expect(std::uint64_t items, std::uint64_t bytes) override {
        const std::lock_guard lock(mutex_);
        display_.expect(static_cast<std::int64_t>(items - items_),
                        static_cast<std::int64_t>(bytes - bytes_));
        items_ = items;
        bytes_ = bytes;
    }
    void started(std::string_view item, std::uint64_t bytes) override {
        display_.started(item, bytes);
    }
    void moved(std::string_view item, std::uint64_t bytes) override { display_.moved(item, bytes); }
    void finished(std::string_view item, std::string_view outcome) override {
        display_.finished(item, outcome);
    }
    void note(std::string_view text) override { display_.note(text); }

private:
    ProgressDisplay& display_;
    std::mutex mutex_;
    std::uint64_t items_ = 0;
    std::uint64_t bytes_ = 0;
};

ProgressDisplay::ProgressDisplay(ProgressMode mode, Console& console, Clock& clock)
    : mode_(mode), console_(console), clock_(clock), begun_(clock.now()), printed_(begun_) {}

ProgressDisplay::~ProgressDisplay() {
    if (ticker_.joinable()) {
        ticker_.request_stop();
        ticker_.join();
    }
    if (mode_ == ProgressMode::tty) console_.set_status({});
}

std::unique_ptr<registry::Progress> ProgressDisplay::part() {
    return std::make_unique<Part>(*this);
}

void ProgressDisplay::start() {
    if (mode_ != ProgressMode::tty && mode_ != ProgressMode::plain) return;
    ticker_ = std::jthread([this](const std::stop_token& stop) {
        std::mutex sleeping;
        std::unique_lock lock(sleeping);
        while (!stop.stop_requested()) {
            wake_.wait_for(lock, stop, redraw_interval, [] { return false; });
            if (!stop.stop_requested()) tick();
        }
    });
}

void ProgressDisplay::tick() {
    const auto now = clock_.now();
    const std::lock_guard lock(mutex_);
    if (mode_ == ProgressMode::plain) return print_plain(now);
    if (mode_ != ProgressMode::tty || now - begun_ < quiet_start) return;
    if (state_.items() == 0 && state_.active().empty()) return;
    console_.set_status(bar_lines(state_, now, console_.err_width() - 1));
}

void ProgressDisplay::print_plain(SteadyTime now) {
    const auto percent = state_.percent();
    if (!percent) return;
    // quick work is told of once, at its end, rather than ten times in a second
    const bool soon = now - printed_ < shortest_plain_interval && *percent < 100;
    const bool step = *percent / plain_step > printed_percent_ / plain_step && !soon;
    const bool time = now - printed_ >= plain_interval && !state_.active().empty();
    if (!step && !time) return;
    printed_percent_ = *percent;
    printed_ = now;
    console_.tell(total_line(state_, now) + "\n");
}

void ProgressDisplay::expect(std::int64_t items, std::int64_t bytes) {
    const std::lock_guard lock(mutex_);
    state_.expect(items, bytes);
    // a total that grows takes the percentage back; later lines start from there
    printed_percent_ = std::min(printed_percent_, state_.percent().value_or(0));
    if (mode_ != ProgressMode::json) return;
    console_.tell(event_line("expect", "", {{"items", state_.items()}, {"bytes", state_.bytes()}}));
}

void ProgressDisplay::started(std::string_view item, std::uint64_t bytes) {
    const std::lock_guard lock(mutex_);
    state_.started(item, bytes, clock_.now());
    if (mode_ == ProgressMode::json) {
        console_.tell(event_line("started", item, {{"bytes", bytes}}));
    }
}

void ProgressDisplay::moved(std::string_view item, std::uint64_t bytes) {
    const auto now = clock_.now();
    const std::lock_guard lock(mutex_);
    state_.moved(item, bytes, now);
    if (mode_ == ProgressMode::plain) return print_plain(now);
    if (mode_ != ProgressMode::json) return;
    const auto found = last_event_.find(item);
    if (found != last_event_.end() && now - found->second < redraw_interval) return;
    last_event_.insert_or_assign(std::string(item), now);
    json::Object numbers{{"done", state_.bytes_done()},
                         {"bytes", state_.bytes()},
                         {"rate", static_cast<std::uint64_t>(state_.rate(now))}};
    for (const auto& each : state_.active()) {
        if (each.name == item) numbers["item_done"] = each.moved;
    }
    console_.tell(event_line("moved", item, std::move(numbers)));
}

void ProgressDisplay::finished(std::string_view item, std::string_view outcome) {
    const auto now = clock_.now();
    const std::lock_guard lock(mutex_);
    state_.finished(item, now);
    if (mode_ == ProgressMode::plain) print_plain(now);
    if (mode_ != ProgressMode::json) return;
    if (const auto found = last_event_.find(item); found != last_event_.end()) {
        last_event_.erase(found);
    }
    console_.tell(event_line("finished", item, {{"outcome", outcome}}));
}

void ProgressDisplay::note(std::string_view text) {
    if (mode_ == ProgressMode::json) {
        console_.tell(event_line("note", "", {{"text", text}}));
    } else {
        console_.tell(fmt::format("{}\n", text));
    }
}

} // namespace berth::cli
