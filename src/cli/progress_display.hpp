// ProgressDisplay: shows a person or a program how far the work is, on stderr.
//
//   tty    a block of bars that is redrawn ten times a second at most
//   plain  one line per 10 % or 10 s, one a second at most
//   json   one event per line
//   none   notes only
#pragma once

#include "base/clock.hpp"
#include "cli/console.hpp"
#include "cli/progress_state.hpp"
#include "registry/progress.hpp"

#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

namespace berth::cli {

enum class ProgressMode { tty, plain, json, none };

/// --progress; "auto" is tty on a terminal that is not dumb, else plain.
ProgressMode progress_mode(std::string_view flag, bool is_terminal, std::string_view terminal_type);

class ProgressDisplay {
public:
    /// Nothing is shown in the first half second of tty mode, so that quick work leaves no trace.
    /// `console` and `clock` must outlive this.
    ProgressDisplay(ProgressMode mode, Console& console, Clock& clock);
    /// Stops drawing and clears the bars.
    ~ProgressDisplay();
    ProgressDisplay(const ProgressDisplay&) = delete;
    ProgressDisplay& operator=(const ProgressDisplay&) = delete;

    /// A watcher for one piece of work. What each of them expects is added up; within one of them
    /// a later expect() replaces the earlier. Any thread; the display must outlive it.
    std::unique_ptr<registry::Progress> part();

    /// Draws what has changed: called by a thread of its own, or by a test.
    void tick();
    /// Runs tick() ten times a second until destruction.
    void start();

private:
    class Part;
    void expect(std::int64_t items, std::int64_t bytes);
    void started(std::string_view item, std::uint64_t bytes);
    void moved(std::string_view item, std::uint64_t bytes);
    void finished(std::string_view item, std::string_view outcome);
    void note(std::string_view text);
    void print_plain(SteadyTime now);

    const ProgressMode mode_;
    Console& console_;
    Clock& clock_;
    std::mutex mutex_;
    ProgressState state_;
    const SteadyTime begun_;
    std::map<std::string, SteadyTime, std::less<>> last_event_; ///< of `moved`, per item
    unsigned printed_percent_ = 0;
    SteadyTime printed_; ///< when the last plain line was
    std::condition_variable_any wake_;
    std::jthread ticker_; ///< last: its thread uses all of the above
};

} // namespace berth::cli
