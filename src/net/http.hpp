// HTTP messages as values, and HttpTransport, the client side's seam.
//
// A transport sends one request and gives back one response: it does not follow redirects, does
// not add credentials and does not retry. client/ does these, where they can be tested with
// ScriptedTransport.
#pragma once

#include "base/secret.hpp"
#include "base/source.hpp"
#include "net/url.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace berth::net {

/// Fields in the order received. Names compare without case.
class Headers {
public:
    void add(std::string name, std::string value);
    void set(std::string name, std::string value); ///< replaces all of that name
    void remove(std::string_view name);
    /// The first value of that name.
    std::optional<std::string_view> find(std::string_view name) const;
    std::vector<std::string_view> all(std::string_view name) const;
    const std::vector<std::pair<std::string, std::string>>& fields() const { return fields_; }

private:
    std::vector<std::pair<std::string, std::string>> fields_;
};

/// A request body that can be given again when a request is repeated.
struct RequestBody {
    std::uint64_t size;
    /// Opens the body from its first byte. Called once per attempt.
    std::function<std::unique_ptr<Source>()> open;
};

struct TlsOptions {
    std::string ca_file = {};          ///< PEM, in place of the system's authorities
    std::string certificate_file = {}; ///< client certificate, PEM
    std::string key_file = {};         ///< its key, PEM
    bool skip_verify = false;          ///< accept any certificate: only on explicit request

    bool operator==(const TlsOptions&) const = default;
};

struct HttpRequest {
    std::string method = "GET";
    Url url;
    Headers headers = {};
    /// Sent as the Authorization field; never logged.
    Secret authorization = {};
    std::optional<RequestBody> body = {};
    TlsOptions tls = {};
    /// If it is not 0: how long connecting and the head of the answer may take together, and how
    /// long the body may then stand still, where the transport would wait longer.
    std::chrono::milliseconds patience{0};
};

struct HttpResponse {
    int status = 0;
    Headers headers;
    /// The body; destroying it unread abandons the transfer.
    std::unique_ptr<Source> body;

    /// Content-Length if there is exactly one well-formed value.
    std::optional<std::uint64_t> content_length() const;
};

/// Bounds on waiting. `stall`: no byte moved, or fewer than 1 KiB in 30 s of waiting.
struct HttpTimeouts {
    std::chrono::milliseconds connect{15'000};
    std::chrono::milliseconds first_byte{60'000};
    std::chrono::milliseconds stall{30'000};
};

class HttpTransport {
public:
    virtual ~HttpTransport() = default;
    /// Returns when the response's head is complete. Errors: unreachable, tls_invalid, timeout,
    /// response_invalid, limit_exceeded (head over 64 KiB), cancelled; they name the origin.
    /// Any thread. `stop` ends the waiting here and in the body.
    virtual HttpResponse send(const HttpRequest& request, std::stop_token stop) = 0;
};

/// libcurl, one pooled set of connections per transport. Proxies come from the usual environment
/// variables, which the caller reads and hands in.
struct CurlOptions {
    HttpTimeouts timeouts = {};
    std::string user_agent = "berth";
    std::string http_proxy = {};
    std::string https_proxy = {};
    std::string no_proxy = {};
    /// Called with one line per request and response, credentials and signed queries removed; by
    /// the sending thread, several at once. May be empty.
    std::function<void(std::string_view)> trace = {};
};
std::unique_ptr<HttpTransport> make_curl_transport(CurlOptions options);

} // namespace berth::net
