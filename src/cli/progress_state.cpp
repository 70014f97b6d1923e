#include "cli/progress_state.hpp"

#include <algorithm>

namespace berth::cli {
namespace {

constexpr std::chrono::seconds window{5};
constexpr std::chrono::milliseconds sample_interval{100};

std::uint64_t plus(std::uint64_t value, std::int64_t change) {
    if (change >= 0) return value + static_cast<std::uint64_t>(change);
    const auto less = static_cast<std::uint64_t>(-change);
    return value > less ? value - less : 0;
}

} // namespace

void ProgressState::expect(std::int64_t items, std::int64_t bytes) {
    items_ = plus(items_, items);
    bytes_ = plus(bytes_, bytes);
}

ProgressState::Item* ProgressState::find(std::string_view item) {
    const auto found = std::find_if(active_.begin(), active_.end(),
                                    [&](const Item& each) { return each.name == item; });
    return found == active_.end() ? nullptr : &*found;
}

void ProgressState::started(std::string_view item, std::uint64_t bytes, SteadyTime now) {
    sample(now);
    if (find(item)) return;
    active_.push_back({std::string(item), bytes, 0, now});
}

void ProgressState::moved(std::string_view item, std::uint64_t bytes, SteadyTime now) {
    if (auto* each = find(item)) each->moved += bytes;
    bytes_done_ += bytes;
    bytes_moved_ += bytes;
    sample(now);
}

void ProgressState::finished(std::string_view item, SteadyTime now) {
    auto* each = find(item);
    if (!each) return;
    if (each->bytes > each->moved) bytes_done_ += each->bytes - each->moved;
    ++items_done_;
    active_.erase(active_.begin() + (each - active_.data()));
    sample(now);
}

void ProgressState::sample(SteadyTime now) {
    if (!samples_.empty() && now - samples_.back().time < sample_interval) return;
    samples_.push_back({now, bytes_moved_});
    // one sample older than the window stays, so that the window is always covered
    while (samples_.size() > 2 && now - samples_[1].time > window) samples_.pop_front();
}

std::optional<unsigned> ProgressState::percent() const {
    if (bytes() > 0) {
        return static_cast<unsigned>(100.0 * static_cast<double>(bytes_done_) /
                                     static_cast<double>(bytes()));
    }
    if (items() > 0) return static_cast<unsigned>(100 * items_done_ / items());
    return std::nullopt;
}

double ProgressState::rate(SteadyTime now) const {
    if (samples_.empty()) return 0;
    const auto& first = samples_.front();
    const std::chrono::duration<double> elapsed = now - first.time;
    if (elapsed.count() < 0.05) return 0;
    return static_cast<double>(bytes_moved_ - first.bytes) / elapsed.count();
}

std::optional<std::chrono::seconds> ProgressState::time_left(SteadyTime now) const {
    const double speed = rate(now);
    const auto left = static_cast<double>(bytes() - bytes_done_);
    constexpr double longest = 99.0 * 3600;
    if (speed < 1 || left / speed > longest) return std::nullopt;
    return std::chrono::seconds(static_cast<long>(left / speed + 0.5));
}

} // namespace berth::cli
