// TurnedAwayRecord: counts the connections that were turned away, and says so now and then.
#pragma once

#include "base/clock.hpp"
#include "base/synchronized.hpp"
#include "net/turned_away.hpp"
#include "observe/log.hpp"
#include "observe/metrics.hpp"

#include <chrono>
#include <cstdint>
#include <map>
#include <string_view>

namespace berth::app {

/// Each reason has one line in ten seconds, which says how many had none: whoever floods a server
/// shall not fill its disk as well. Any thread.
class TurnedAwayRecord {
public:
    static constexpr std::chrono::seconds quiet_for{10};

    /// All must outlive this.
    TurnedAwayRecord(observe::Logger& log, observe::Metrics& metrics, Clock& clock);

    void operator()(const net::TurnedAway& turned_away);

private:
    struct Said {
        std::chrono::steady_clock::time_point next = {}; ///< when a line may come again
        std::uint64_t unsaid = 0;
    };
    void write_line(const net::TurnedAway& turned_away, std::uint64_t unsaid);

    observe::Logger& log_;
    observe::Family<observe::Counter>& counts_;
    Clock& clock_;
    Synchronized<std::map<std::string_view, Said>> said_; ///< by reason: few
};

} // namespace berth::app
