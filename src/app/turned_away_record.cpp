#include "app/turned_away_record.hpp"

#include <optional>
#include <utility>

namespace berth::app {
namespace {

using observe::Level;

/// What an administrator may have to do something about.
bool is_ours(std::string_view reason) {
    return reason == "connections" || reason == "address" || reason == "requests" ||
           reason == "resources";
}

} // namespace

TurnedAwayRecord::TurnedAwayRecord(observe::Logger& log, observe::Metrics& metrics, Clock& clock)
    : log_(log),
      counts_(metrics.counters("berth_http_turned_away_total",
                               "Connections that were closed before a request of theirs was "
                               "answered by a handler.",
                               {"reason"})),
      clock_(clock) {}

void TurnedAwayRecord::operator()(const net::TurnedAway& turned_away) {
    counts_.of({turned_away.reason}).add();
    if (turned_away.reason == "malformed") return; // it has a line as a request
    const auto now = clock_.now();
    const auto unsaid = said_.with([&](auto& all) -> std::optional<std::uint64_t> {
        auto& said = all[turned_away.reason];
        if (now < said.next) {
            ++said.unsaid;
            return std::nullopt;
        }
        said.next = now + quiet_for;
        return std::exchange(said.unsaid, 0);
    });
    if (unsaid) write_line(turned_away, *unsaid);
}

void TurnedAwayRecord::write_line(const net::TurnedAway& turned_away, std::uint64_t unsaid) {
    log_.log(is_ours(turned_away.reason) ? Level::warn : Level::info, "connection turned away",
             {{"reason", turned_away.reason},
              {"detail", turned_away.detail},
              {"peer", turned_away.peer},
              {"more_before", unsaid}});
}

} // namespace berth::app
