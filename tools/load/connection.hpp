// Connection: a keep-alive HTTP/1.1 client on one blocking socket, made to cost little.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace load {

struct Server {
    std::string host; ///< an IPv4 address
    std::uint16_t port;
    std::string authorization; ///< a whole field, "" for none

    static Server parse(std::string_view address, std::string authorization);
};

struct Request {
    std::string_view method;
    std::string_view target;
    /// Whole lines with their ends.
    std::string fields = {};
    /// Sent one after the other.
    std::vector<std::string_view> body = {};
};

struct Response {
    int status = 0;
    std::uint64_t length = 0;
    std::string location;
    std::string body; ///< only if it was asked for
};

/// Whatever goes wrong is a std::runtime_error: a benchmark has no use for half an answer.
class Connection {
public:
    explicit Connection(const Server& server);
    ~Connection();
    Connection(Connection&& other) noexcept;
    Connection& operator=(Connection&&) = delete;

    /// The body is received and thrown away inside the kernel: what is measured is the server.
    Response exchange(const Request& request);
    /// The same, and keeps the body.
    Response fetch(const Request& request);
    /// Sends head and body and does not wait for the answer.
    void send(const Request& request);
    Response receive(bool keep_body);
    /// As exchange() for HEAD, whose answer has a length and no body.
    Response head(std::string_view target);

private:
    void send_all(std::string_view bytes, int flags);
    std::string receive_head();
    void discard(std::uint64_t size);

    const Server& server_;
    int socket_;
    std::string kept_; ///< received beyond the last head
};

} // namespace load
