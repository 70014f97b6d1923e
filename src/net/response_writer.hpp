// How a Response goes over the wire.
#pragma once

#include "net/http_message.hpp"
#include "net/stream.hpp"

namespace berth::net {

/// "OK", "Not Found", …; "Unknown" for a status that has no registered name.
std::string_view reason_phrase(int status) noexcept;

/// What the request allows the response to look like.
struct Framing {
    bool head_only = false; ///< the request was HEAD
    bool http_1_0 = false;
    bool keep_alive = true;
};

/// Sends one response. Throws Error internal, before anything is sent, for a status or field that
/// could break out of its line; anything thrown later leaves the connection unusable.
class ResponseWriter {
public:
    ResponseWriter(Stream& stream, DripMeter patience) : stream_(stream), meter_(patience) {}

    /// False if the connection must be closed to end the body.
    bool write(Response& response, const Framing& framing);
    std::uint64_t body_bytes() const noexcept { return body_bytes_; }
    bool started() const noexcept { return started_; }

private:
    void send(std::string_view bytes);
    void send_body(Response& response);
    void send_source(StreamedBody& body, bool chunked);

    Stream& stream_;
    DripMeter meter_;
    std::uint64_t body_bytes_ = 0;
    bool started_ = false;
};

} // namespace berth::net
