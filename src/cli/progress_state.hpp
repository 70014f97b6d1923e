// ProgressState: what is known about running work, as numbers.
//
// No output, no threads, no clock of its own: times come in with the events, so that rates and
// remaining times can be tested.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace berth::cli {

using SteadyTime = std::chrono::steady_clock::time_point;

class ProgressState {
public:
    struct Item {
        std::string name;
        std::uint64_t bytes;
        std::uint64_t moved = 0;
        SteadyTime since;
    };

    /// Adds to what is known to be done in sum; may be negative when a part corrects itself.
    void expect(std::int64_t items, std::int64_t bytes);
    void started(std::string_view item, std::uint64_t bytes, SteadyTime now);
    void moved(std::string_view item, std::uint64_t bytes, SteadyTime now);
    /// What an item did not need to move (it was present, or mounted) counts as done.
    void finished(std::string_view item, SteadyTime now);

    const std::vector<Item>& active() const { return active_; }
    std::uint64_t items_done() const { return items_done_; }
    std::uint64_t items() const { return std::max(items_, items_done_); }
    std::uint64_t bytes_done() const { return bytes_done_; }
    /// Never less than what is done: a server may send more than was announced.
    std::uint64_t bytes() const { return std::max(bytes_, bytes_done_); }
    /// 0 to 100; nothing while no total is known.
    std::optional<unsigned> percent() const;
    /// Bytes per second over the last five seconds.
    double rate(SteadyTime now) const;
    /// Nothing while there is no rate to go by.
    std::optional<std::chrono::seconds> time_left(SteadyTime now) const;

private:
    struct Sample {
        SteadyTime time;
        std::uint64_t bytes; ///< moved until then
    };
    Item* find(std::string_view item);
    void sample(SteadyTime now);

    std::vector<Item> active_;
    std::deque<Sample> samples_;
    std::uint64_t items_ = 0;
    std::uint64_t items_done_ = 0;
    std::uint64_t bytes_ = 0;
    std::uint64_t bytes_done_ = 0;
    std::uint64_t bytes_moved_ = 0; ///< bytes_done_ without what needed no moving
};

} // namespace berth::cli
