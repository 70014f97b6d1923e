#include "net/http_connection.hpp"

#include "base/address.hpp"
#include "net/request_id.hpp"

#include <poll.h>

#include <array>
#include <cctype>

namespace berth::net {
namespace {

// What is read and dropped of a body that the handler did not want, to keep the connection.
constexpr std::size_t max_skipped = 64 * 1024;
// What one turn of lingering reads at most, in pieces of 16 KiB, before others have theirs.
constexpr int linger_pieces = 64;
// What the answer to a malformed head may take. Nobody has waited for the connection to be free.
constexpr std::chrono::milliseconds refusal_patience{100};
// When a client whose requests stand in line should come again, in seconds.
constexpr int come_again = 5;
constexpr std::string_view request_id_field = "X-Request-Id";

/// Counts a request for as long as it lives.
class Running {
public:
    explicit Running(std::atomic<std::size_t>& count) : count_(count) {
        count_.fetch_add(1, std::memory_order_relaxed);
    }
    ~Running() { count_.fetch_sub(1, std::memory_order_relaxed); }
    Running(const Running&) = delete;
    Running& operator=(const Running&) = delete;

private:
    std::atomic<std::size_t>& count_;
};

Request request_of(RequestHead& head, const Service& service, Source& body, Forwarded from) {
    Request request;
    request.method = std::move(head.method);
    request.path = std::move(head.path);
    request.query = std::move(head.query);
    request.headers = std::move(head.headers);
    request.peer = std::move(from.client);
    request.tls = from.tls;
    request.id = request_id(request.headers.find(request_id_field));
    if (head.chunked)
        request.content_length.reset();
    else
        request.content_length = head.content_length.value_or(0);
    request.body = &body;
    request.stop = service.stop.get_token();
    return request;
}

} // namespace

HttpConnection::HttpConnection(std::unique_ptr<Stream> stream, std::string peer,
                               AddressCount::Place place, const Service& service)
    : service_(service),
      place_(std::move(place)),
      stream_(std::move(stream)),
      peer_(std::move(peer)),
      key_(address_key(peer_)),
      turn_(*service.share, stream_->fd()),
      input_(*stream_),
      deadline_(Clock::now() + service.head_limit) {}

HttpConnection::~HttpConnection() {
    stream_->finish();
}

short HttpConnection::wants() const noexcept {
    if (turn_.waits()) return 0;
    // Nothing is waited for but a thread.
    if (turn_.called() || refused_) return POLLOUT;
    // The stream may remember that it waited to write.
    return !between_ && stream_->wants() == POLLOUT ? POLLOUT : POLLIN;
}

HttpConnection::Next HttpConnection::serve() noexcept {
    between_ = false;
    try {
        while (true) {
            if (lingering_) return linger();
            const Arrival arrival = receive_head();
            if (arrival == Arrival::partial) return Next::park;
            const Outcome outcome = arrival == Arrival::ended ? Outcome::ended : exchange();
            if (outcome == Outcome::in_line) return Next::park;
            if (outcome == Outcome::ended) {
                if (lingering_) continue;
                return Next::close;
            }
            in_head_ = !input_.kept().empty();
            deadline_ = Clock::now() + (in_head_ ? service_.head_limit : service_.idle_limit);
            // Most clients send nothing before they have the response: asking costs a system call,
            // and if something has come, whoever watches the connection is told at once.
            between_ = !in_head_ && !stream_->holds_more();
            if (between_) return Next::park;
        }
    } catch (const std::exception& error) {
        // The client has gone or breaks the protocol; it cannot be told.
        if (service_.tls && !heard_) turn_away("tls", error.what());
        return Next::close;
    }
}

/// The head with its blank line, empty if that has not arrived.
std::string_view HttpConnection::next_head() const {
    const std::string_view kept = input_.kept();
    const std::size_t end = kept.find("\r\n\r\n");
    return end == std::string_view::npos ? std::string_view() : kept.substr(0, end + 4);
}

bool HttpConnection::head_too_large() const {
    const std::string_view head = next_head();
    return (head.empty() ? input_.kept() : head).size() > max_request_head;
}

HttpConnection::Arrival HttpConnection::receive_head() {
    while (true) {
        // An empty line before a request is tolerated, as RFC 9112 section 2.2 asks.
        while (input_.kept().starts_with("\r\n")) input_.consume(2);
        if (head_too_large()) {
            refuse(431, "the head is larger than 64 KiB");
            return Arrival::ended;
        }
        if (!next_head().empty()) return Arrival::whole;
        // A method begins with a letter. Clients that try TLS first wait for an answer, so a
        // handshake on a plain port is refused at once and not when the head's time is up.
        if (const auto kept = input_.kept(); !kept.empty() && kept[0] != '\r' &&
                                             !std::isalpha(static_cast<unsigned char>(kept[0]))) {
            refuse(400, service_.tls ? "this is not HTTP"
                                     : "this is not HTTP; TLS is not spoken on this port");
            return Arrival::ended;
        }
        const std::optional<std::size_t> got = input_.receive_now();
        if (!got) return Arrival::partial;
        if (*got == 0) return Arrival::ended;
        heard_ = true;
        if (!in_head_) {
            in_head_ = true;
            deadline_ = Clock::now() + service_.head_limit;
        }
    }
}

/// `ended` if the connection cannot be used again. A request in line stays in the input, and is
/// read again when its turn has come.
HttpConnection::Outcome HttpConnection::exchange() {
    const std::string_view text = next_head();
    auto parsed = parse_request_head(text);
    if (const auto* refusal = std::get_if<HeadRefusal>(&parsed)) {
        refuse(refusal->status, refusal->reason);
        return Outcome::ended;
    }
    auto& head = std::get<RequestHead>(parsed);
    auto from = forwarded(peer_, service_.tls, head.headers, service_.trusted_proxies);
    if (!refused_ && !may_be_served(from.client)) return Outcome::in_line;
    input_.consume(text.size());
    // What is refused has no claim to a thread that waits for its body.
    if (refused_ && head.has_body()) head.keep_alive = false;
    IncomingBody body(input_, *stream_, head, service_.max_body, service_.patience);
    Request request = request_of(head, service_, body, std::move(from));
    const bool usable = answer(request, body, head);
    turn_.give_back();
    if (!usable && !body.finished()) begin_to_linger();
    return usable ? Outcome::answered : Outcome::ended;
}

/// Otherwise it stands in line.
bool HttpConnection::may_be_served(const std::string& client) {
    // A proxy speaks for many.
    if (is_trusted(client, service_.trusted_proxies)) return true;
    if (turn_.take(client == peer_ ? key_ : address_key(client))) return true;
    deadline_ = Clock::now() + service_.line_limit;
    return false;
}

bool HttpConnection::answer(Request& request, IncomingBody& body, const RequestHead& head) {
    const Clock::time_point start = Clock::now();
    const Running running(service_.running);
    Response response = response_to(request);
    response.headers.set(std::string(request_id_field), request.id);
    ResponseWriter writer(*stream_, service_.patience);
    const auto framing = [&] {
        // Decided before the head is sent, so that it can say "close".
        const bool streams = std::holds_alternative<StreamedBody>(response.body);
        const bool stays = head.keep_alive && !service_.draining;
        return Framing{request.method == "HEAD", head.http_1_0,
                       stays && (body.finished() || (!streams && body.skip_rest(max_skipped)))};
    };
    bool usable = false;
    bool complete = true;
    try {
        usable = writer.write(response, framing());
    } catch (const Error& error) {
        complete = false;
        request.failure = error.what();
        if (!writer.started()) {
            response = service_.render_error(error, request);
            response.headers.set(std::string(request_id_field), request.id);
            usable = writer.write(response, framing());
            complete = true;
        }
    } catch (const std::exception&) {
        complete = false;
    }
    if (service_.on_exchange)
        service_.on_exchange({request.method, request.path, request.peer, response.status,
                              writer.body_bytes(), complete, Clock::now() - start, request.id,
                              request.route, request.actor, body.received(), request.failure});
    return usable && complete;
}

Response HttpConnection::response_to(Request& request) {
    try {
        if (std::exchange(refused_, false))
            throw Error(ErrorCode::too_many_requests,
                        "this address has as many requests under way as it may")
                .set_retry_after(come_again);
        return service_.handle(request);
    } catch (const Error& error) {
        request.failure = error.what();
        return service_.render_error(error, request);
    } catch (const std::exception& error) {
        request.failure = error.what();
        return service_.render_error(Error(ErrorCode::internal, error.what()), request);
    }
}

/// For what is wrong below the level of requests.
void HttpConnection::refuse(int status, std::string_view reason) {
    Response response{.status = status, .body = std::string(reason) + '\n'};
    response.headers.add("Content-Type", "text/plain; charset=utf-8");
    if (service_.on_exchange) {
        service_.on_exchange({.method = "",
                              .path = "",
                              .peer = peer_,
                              .status = status,
                              .sent = 0,
                              .complete = true,
                              .duration = {},
                              .route = "malformed",
                              .failure = reason});
    }
    turn_away("malformed", reason);
    ResponseWriter writer(*stream_, DripMeter(refusal_patience, DripMeter::Duration::zero()));
    writer.write(response, {.keep_alive = false});
    begin_to_linger();
}

void HttpConnection::turn_away(std::string_view reason, std::string_view detail) noexcept {
    if (service_.on_turned_away) service_.on_turned_away({peer_, reason, detail});
}

/// A socket closed with unread input sends a reset, which can overtake the response. Reading on
/// for a moment lets the client see it.
void HttpConnection::begin_to_linger() noexcept {
    stream_->finish();
    lingering_ = true;
    deadline_ = Clock::now() + service_.linger_limit;
}

/// Whoever watches the connection waits for what comes: no thread does.
HttpConnection::Next HttpConnection::linger() {
    std::array<std::byte, 16 * 1024> dropped;
    for (int i = 0; i < linger_pieces && Clock::now() < deadline_; ++i) {
        const std::optional<std::size_t> got = stream_->read_now(dropped);
        if (!got) return Next::park;
        if (*got == 0) return Next::close;
    }
    return Clock::now() < deadline_ ? Next::park : Next::close;
}

HttpConnection::Next HttpConnection::expire() noexcept {
    if (turn_.waits() || turn_.called()) {
        turn_away("requests", "the address has had as many requests under way as it may for long");
        turn_.give_back();
        refused_ = true;
        deadline_ = Clock::now() + service_.linger_limit;
        return Next::park;
    }
    if (lingering_ || refused_ || input_.kept().empty()) return Next::close;
    turn_away("head_timeout", "the request's head did not come in time");
    constexpr std::string_view answer =
        "HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    try {
        stream_->write_now(as_bytes(answer));
    } catch (const std::exception&) {
        // The client has gone.
    }
    return Next::close;
}

} // namespace berth::net
