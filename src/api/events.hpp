// Events: what changed, told to whoever listens (Server-Sent Events).
//
// The last few hundred events are kept, so that a client whose connection broke continues where it
// was; one that comes too late is told to read everything again ("reset").
#pragma once

#include "api/places.hpp"
#include "base/clock.hpp"
#include "base/source.hpp"

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

namespace berth::api {

struct EventOptions {
    std::size_t kept = 512;
    /// A stream that its reader has left keeps its place until the next heartbeat: one person may
    /// load the page anew many times meanwhile.
    Places::Limits listeners{.all = 96, .each = 32};
    std::chrono::milliseconds heartbeat{15'000}; ///< a comment, when there is nothing to tell
    /// How long after its end a login still hears what comes.
    std::chrono::milliseconds asked_again{60'000};
};

/// Who listens.
struct Listener {
    std::string_view tenant;
    std::string_view person = {};  ///< uid
    std::string_view last_id = {}; ///< of Last-Event-ID, "" for none
    std::stop_token stop = {};
    /// Whether they still may; asked now and then, by the thread that reads. Empty: always.
    std::function<bool()> still_may = {};
};

/// Any thread. Must outlive its streams.
class Events {
public:
    /// `clock` must outlive it.
    explicit Events(Clock& clock, EventOptions options = {});

    /// Tells all listeners of the tenant. `name` and `data` have no line breaks.
    void publish(std::string_view tenant, std::string_view name, std::string data);

    /// A stream of events from now on, or from after `last_id`. read() waits; it ends with `stop`,
    /// with close(), and when the listener may not listen any more. Nothing if there are as many
    /// listeners, in all or of one person, as there may be, or after close().
    std::unique_ptr<Source> listen(const Listener& listener);

    /// Ends all streams, for good: the server is about to wait for its requests to finish.
    void close();

private:
    class Stream;
    struct Event {
        std::uint64_t number;
        std::string tenant;
        std::string text; ///< as sent
    };

    /// What comes after `position`, which moves on; waits for it. "" at the end.
    std::string next(std::string_view tenant, std::uint64_t& position, const std::stop_token& stop);
    std::string collect(std::string_view tenant, std::uint64_t& position) const;
    /// Where a listener begins; nothing if what it has seen last is not known any more.
    std::optional<std::uint64_t> position_after(std::string_view last_id) const;

    Clock& clock_;
    const EventOptions options_;
    Places places_;
    const std::string run_; ///< ids of another process mean nothing here
    std::mutex mutex_;
    std::condition_variable_any changed_;
    std::deque<Event> events_;
    std::uint64_t number_ = 0; ///< of the newest event
    bool closed_ = false;
};

} // namespace berth::api
