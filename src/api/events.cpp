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
    Stream(Events& events, std::string_view tenant, std::uint64_t position, std::string first,
           std::stop_token stop)
        : events_(events),
          tenant_(tenant),
          position_(position),
          pending_(std::move(first)),
          stop_(std::move(stop)) {}
    ~Stream() override { events_.leave(); }

    std::size_t read(std::span<std::byte> out) override {
        if (sent_ == pending_.size()) {
            pending_ = events_.next(tenant_, position_, stop_);
            sent_ = 0;
        }
        const std::size_t count = std::min(out.size(), pending_.size() - sent_);
        std::memcpy(out.data(), pending_.data() + sent_, count);
        sent_ += count;
        return count;
    }

private:
    Events& events_;
    const std::string tenant_;
    std::uint64_t position_;
    std::string pending_;
    std::size_t sent_ = 0;
    std::stop_token stop_;
};

Events::Events(EventOptions options) : options_(options), run_(random_hex_16()) {}

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

std::unique_ptr<Source> Events::listen(std::string_view tenant, std::string_view last_id,
                                       std::stop_token stop) {
    const std::lock_guard lock(mutex_);
    if (closed_ || listeners_ >= options_.listeners) return nullptr;
    const auto position = position_after(last_id);
    std::string first(greeting);
    if (!position) first += fmt::format("id: {}-{}\nevent: reset\ndata: {{}}\n\n", run_, number_);
    auto stream = std::make_unique<Stream>(*this, tenant, position.value_or(number_),
                                           std::move(first), std::move(stop));
    ++listeners_;
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
    const auto until = std::chrono::steady_clock::now() + options_.heartbeat;
    std::unique_lock lock(mutex_);
    while (!closed_ && !stop.stop_requested()) {
        if (std::string text = collect(tenant, position); !text.empty()) return text;
        const bool woken =
            changed_.wait_until(lock, stop, until, [&] { return closed_ || position < number_; });
        if (!woken && !stop.stop_requested()) return std::string(heartbeat);
    }
    return {};
}

void Events::leave() {
    const std::lock_guard lock(mutex_);
    --listeners_;
}

void Events::close() {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    changed_.notify_all();
}

std::size_t Events::listeners() {
    const std::lock_guard lock(mutex_);
    return listeners_;
}

} // namespace berth::api
