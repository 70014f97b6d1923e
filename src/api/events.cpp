#include "api/events.hpp"

#include "base/file.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <limits>

namespace berth::api {
namespace {

/// The first bytes of each stream: they make the client's "open" come at once.
constexpr std::string_view greeting = "retry: 3000\n\n";
constexpr std::string_view heartbeat = ":\n\n";
/// Of one read, so that a slow client does not hold much.
constexpr std::size_t piece_limit = 64 * 1024;

} // namespace

class Events::Stream final : public Source {
public:
    Stream(Events& events, const Listener& listener, Places::Place place)
        : events_(events),
          place_(std::move(place)),
          tenant_(listener.tenant),
          stop_(listener.stop),
          still_may_(listener.still_may),
          asked_(events.clock_.now()) {}

    void begin(std::uint64_t position, std::string first) {
        position_ = position;
        pending_ = std::move(first);
    }

    std::size_t read(std::span<std::byte> out) override {
        if (sent_ == pending_.size()) {
            pending_ = may_go_on() ? events_.next(tenant_, position_, stop_) : std::string();
            sent_ = 0;
        }
        const std::size_t count = std::min(out.size(), pending_.size() - sent_);
        std::memcpy(out.data(), pending_.data() + sent_, count);
        sent_ += count;
        return count;
    }

private:
    bool may_go_on() {
        const auto now = events_.clock_.now();
        if (!still_may_ || now - asked_ < events_.options_.asked_again) return true;
        asked_ = now;
        return still_may_();
    }

    Events& events_;
    Places::Place place_;
    const std::string tenant_;
    std::stop_token stop_;
    std::function<bool()> still_may_;
    std::chrono::steady_clock::time_point asked_;
    std::uint64_t position_ = 0;
    std::string pending_ = {};
    std::size_t sent_ = 0;
};

Events::Events(Clock& clock, EventOptions options)
    : clock_(clock), options_(options), places_(options.listeners), run_(random_hex_16()) {}

void Events::publish(std::string_view tenant, std::string_view name, std::string data) {
    const std::lock_guard lock(mutex_);
    if (closed_) return;
    ++number_;
    events_.push_back(
        {number_, std::string(tenant),
         fmt::format("id: {}-{}\nevent: {}\ndata: {}\n\n", run_, number_, name, data)});
    if (events_.size() > options_.kept) events_.pop_front();
    changed_.notify_all();
}

std::optional<std::uint64_t> Events::position_after(std::string_view last_id) const {
    if (last_id.empty()) return number_;
    const std::size_t dash = last_id.find('-');
    if (dash == std::string_view::npos || last_id.substr(0, dash) != run_) return std::nullopt;
    const auto seen =
        parse_number(last_id.substr(dash + 1), std::numeric_limits<std::uint64_t>::max());
    const std::uint64_t oldest = events_.empty() ? number_ + 1 : events_.front().number;
    if (!seen || *seen > number_ || *seen + 1 < oldest) return std::nullopt;
    return seen;
}

std::unique_ptr<Source> Events::listen(const Listener& listener) {
    auto place = places_.take(listener.person);
    if (!place) return nullptr;
    auto stream = std::make_unique<Stream>(*this, listener, std::move(*place));
    const std::lock_guard lock(mutex_);
    if (closed_) return nullptr;
    const auto position = position_after(listener.last_id);
    std::string first(greeting);
    if (!position) first += fmt::format("id: {}-{}\nevent: reset\ndata: {{}}\n\n", run_, number_);
    stream->begin(position.value_or(number_), std::move(first));
    return stream;
}

std::string Events::collect(std::string_view tenant, std::uint64_t& position) const {
    std::string text;
    // Fell behind while its client did not read.
    if (!events_.empty() && position + 1 < events_.front().number) {
        position = number_;
        return fmt::format("id: {}-{}\nevent: reset\ndata: {{}}\n\n", run_, number_);
    }
    for (const Event& event : events_) {
        if (event.number <= position) continue;
        if (text.size() > piece_limit) break;
        position = event.number;
        if (event.tenant == tenant) text += event.text;
    }
    return text;
}

std::string Events::next(std::string_view tenant, std::uint64_t& position,
                         const std::stop_token& stop) {
    const auto until = clock_.now() + options_.heartbeat;
    std::unique_lock lock(mutex_);
    while (!closed_ && !stop.stop_requested()) {
        if (std::string text = collect(tenant, position); !text.empty()) return text;
        const bool woken =
            changed_.wait_until(lock, stop, until, [&] { return closed_ || position < number_; });
        if (!woken && !stop.stop_requested()) return std::string(heartbeat);
    }
    return {};
}

void Events::close() {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    changed_.notify_all();
}

} // namespace berth::api
