// HttpConnection: one client, served request by request, set aside in between.
#pragma once

#include "net/address_count.hpp"
#include "net/address_share.hpp"
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
    std::chrono::milliseconds line_limit;
    DripMeter patience; ///< with a body, either way
    std::chrono::milliseconds linger_limit;
    bool tls;
    AddressShare* share; ///< outlives all connections
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
    /// When the deadline has passed: park it again, or close it. Answers 408 if the client had
    /// begun a request, without waiting; what stood in line for too long is to be answered by
    /// serve().
    Next expire() noexcept;

    int fd() const noexcept { return stream_->fd(); }
    /// POLLIN or POLLOUT; 0 while its request stands in line (AddressShare).
    short wants() const noexcept;
    /// When a parked connection is to be given up.
    Clock::time_point deadline() const noexcept { return deadline_; }

private:
    enum class Arrival { whole, partial, ended };
    enum class Outcome { answered, in_line, ended };

    Arrival receive_head();
    std::string_view next_head() const;
    bool head_too_large() const;
    Outcome exchange();
    bool may_be_served(const std::string& client);
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
    const std::string key_; ///< address_key() of the peer
    AddressShare::Turn turn_;
    Input input_;
    Clock::time_point deadline_;
    bool in_head_ = false;
    bool heard_ = false;     ///< something came that was not TLS's own
    bool lingering_ = false; ///< all is said; what comes still is dropped
    bool refused_ = false;   ///< its request stood in line for too long
    bool between_ = false;   ///< parked after a response, with nothing of the next request here
};

} // namespace berth::net
