#include "access/lockout.hpp"

#include <algorithm>
#include <vector>

namespace berth::access {
namespace {

using std::chrono::seconds;

constexpr std::size_t longest_name = 128;

/// No name and no address holds a line feed.
std::string pair_of(std::string_view name, std::string_view address) {
    return std::string(name.substr(0, longest_name)) + '\n' + std::string(address);
}

} // namespace

std::string Lockout::key_of(const Counts& counts, std::string_view name, std::string_view address) {
    auto pair = pair_of(name, address);
    if (counts.contains(pair)) return pair;
    return std::string(name.substr(0, longest_name));
}

/// Half at a time, so that a flood of names costs each of them a constant.
void Lockout::make_room(Counts& counts) {
    if (counts.size() < most) return;
    std::vector<Time> times;
    times.reserve(counts.size());
    for (const auto& [key, count] : counts) times.push_back(count.last);
    const auto middle = times.begin() + static_cast<std::ptrdiff_t>(times.size() / 2);
    std::nth_element(times.begin(), middle, times.end());
    const auto limit = *middle;
    std::erase_if(counts, [&](const auto& each) { return each.second.last <= limit; });
}

Lockout::Duration Lockout::wait_of(const Count& count) const {
    if (after_ == 0 || count.failures < after_) return Duration::zero();
    const auto doublings = std::min(count.failures - after_, std::uint32_t{16});
    const auto wait = std::min(seconds(std::int64_t{1} << doublings), longest_wait);
    return std::max(count.last + wait - clock_.now(), Duration::zero());
}

Lockout::Duration Lockout::wait(std::string_view name, std::string_view address) {
    return counts_.with([&](const Counts& counts) {
        const auto found = counts.find(key_of(counts, name, address));
        return found == counts.end() ? Duration::zero() : wait_of(found->second);
    });
}

void Lockout::failed(std::string_view name, std::string_view address) {
    if (after_ == 0) return;
    counts_.with([&](Counts& counts) {
        const auto key = key_of(counts, name, address);
        make_room(counts);
        auto& count = counts[key];
        const auto now = clock_.now();
        if (now - count.last >= forget_after) count.failures = 0;
        ++count.failures;
        count.last = now;
    });
}

void Lockout::succeeded(std::string_view name, std::string_view address) {
    if (after_ == 0) return;
    counts_.with([&](Counts& counts) {
        auto pair = pair_of(name, address);
        // The count of the name alone stays: it is of others, who guess.
        if (!counts.contains(pair)) make_room(counts);
        counts[std::move(pair)] = {.failures = 0, .last = clock_.now()};
    });
}

std::size_t Lockout::size() {
    return counts_.with([](const Counts& counts) { return counts.size(); });
}

} // namespace berth::access
