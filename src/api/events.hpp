// Events: what changed, told to whoever listens (Server-Sent Events).
//
// The last few hundred events are kept, so that a client whose connection broke continues where it
// was; one that comes too late is told to read everything again ("reset").
#pragma once

#include "base/source.hpp"

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

namespace berth::api {

struct EventOptions {
    std::size_t kept = 512;
    std::size_t listeners = 64;
    std::chrono::milliseconds heartbeat{15'000}; ///< a comment, when there is nothing to tell
};

/// Any thread. Must outlive its streams.
class Events {
public:
    explicit Events(EventOptions options = {});

    /// Tells all listeners of the tenant. `name` and `data` have no line breaks.
    void publish(std::string_view tenant, std::string_view name, std::string data);

    /// A stream of events from now on, or from after `last_id` (of Last-Event-ID, "" for none).
    /// read() waits; it ends with `stop` and with close(). Nothing if there are as many listeners
    /// as there may be, or after close().
    std::unique_ptr<Source> listen(std::string_view tenant, std::string_view last_id,
                                   std::stop_token stop);

    /// Ends all streams, for good: the server is about to wait for its requests to finish.
    void close();

    std::size_t listeners();

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
    void leave();

    const EventOptions options_;
    const std::string run_; ///< ids of another process mean nothing here
    std::mutex mutex_;
    std::condition_variable_any changed_;
    std::deque<Event> events_;
    std::uint64_t number_ = 0; ///< of the newest event
    std::size_t listeners_ = 0;
    bool closed_ = false;
};

} // namespace berth::api
