// HttpConnection: one client, served request by request, set aside in between.
#pragma once

#include "net/address_count.hpp"
#include "net/drip_meter.hpp"
#include "net/forwarded.hpp"
#include "net/http_message.hpp"
#include "net/incoming_body.hpp"
#include "net/input.hpp"
#include "net/request_head.hpp"
#include "net/response_writer.hpp"
#include "net/stream.hpp"
#include "net/turned_away.hpp"

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <stop_token>
#include <vector>

namespace berth::net {

/// What all connections of a server share. `draining` ends each connection after its current
/// response.
struct Service {
    Handler handle;
    /// The response for what a handler threw. Must not throw.
    std::function<Response(const Error&, const Request&)> render_error;
    std::function<void(const Exchange&)> on_exchange;      ///< may be empty
    std::function<void(const TurnedAway&)> on_turned_away; ///< may be empty
    std::uint64_t max_body;
    std::chrono::milliseconds head_limit;
    std::chrono::milliseconds idle_limit;
    DripMeter patience; ///< with a body, either way
    std::chrono::milliseconds linger_limit;
    bool tls;
    std::vector<AddressRange> trusted_proxies = {};
    std::atomic<bool> draining{false};
    mutable std::atomic<std::size_t> running{0}; ///< requests whose response is not finished
    std::stop_source stop{};
};

/// One thread at a time: whoever holds it.
class HttpConnection {
public:
    using Clock = std::chrono::steady_clock;
    enum class Next { park, close };

    /// `place`: held for as long as the connection lives.
    HttpConnection(std::unique_ptr<Stream> stream, std::string peer, AddressCount::Place place,
                   const Service& service);
    ~HttpConnection();

    /// Serves every request that has arrived whole up to its head, then tells what to do: park
    /// until wants() holds of fd(), or close. An incomplete head does not keep the thread.
    Next serve() noexcept;
    /// Answers 408 if the client had begun a request, without waiting.
    void expire() noexcept;

    int fd() const noexcept { return stream_->fd(); }
    short wants() const noexcept;
    /// When a parked connection is to be given up.
    Clock::time_point deadline() const noexcept { return deadline_; }

private:
    enum class Arrival { whole, partial, ended };

    Arrival receive_head();
    std::string_view next_head() const;
    bool head_too_large() const;
    bool exchange();
    bool answer(Request& request, IncomingBody& body, const RequestHead& head);
    Response response_to(Request& request);
    void refuse(int status, std::string_view reason);
    void turn_away(std::string_view reason, std::string_view detail) noexcept;
    void begin_to_linger() noexcept;
    Next linger();

    const Service& service_;
    const AddressCount::Place place_;
    std::unique_ptr<Stream> stream_;
    const std::string peer_;
    Input input_;
    Clock::time_point deadline_;
    bool in_head_ = false;
    bool heard_ = false;     ///< something came that was not TLS's own
    bool lingering_ = false; ///< all is said; what comes still is dropped
    bool between_ = false;   ///< parked after a response, with nothing of the next request here
};

} // namespace berth::net
