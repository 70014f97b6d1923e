// What a handler is given and what it returns.
#pragma once

#include "base/error.hpp"
#include "base/source.hpp"
#include "base/unique_fd.hpp"
#include "net/http.hpp"

#include <chrono>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <variant>

namespace berth::net {

/// Lives on the serving thread's stack for as long as the handler runs and its response is sent.
struct Request {
    std::string method; ///< as sent; methods are case-sensitive
    std::string path;   ///< starts with "/", percent-encoded as sent
    std::string query;  ///< without "?", percent-encoded as sent
    Headers headers;
    std::string peer; ///< the client's address, without port; see forwarded()
    bool tls = false; ///< between the client and us, or a trusted proxy
    /// For logs and the response's X-Request-Id: the client's own if it is one to 64 safe
    /// characters, otherwise 16 random hex digits.
    std::string id;
    /// What kind of request this is, for metrics and logs: one of few, set by the handler.
    /// REQUIRES: static storage.
    std::string_view route = "other";
    /// Who asks, set by the handler: the name that a credential gives, "" for nobody. If the answer
    /// is 401 it is a claim only.
    std::string actor;
    /// What went wrong inside, set by whoever turns an error into an answer: for the log, never for
    /// the client.
    std::string failure;
    /// Nothing for a chunked body, 0 for none.
    std::optional<std::uint64_t> content_length = 0;
    /// The body; reading it may throw unreachable, request_timeout, limit_exceeded or usage
    /// (malformed). Must not be used after the handler returned, except by the response's own
    /// Source.
    Source* body = nullptr;
    /// Requested when the server stops without waiting any longer.
    std::stop_token stop;
};

struct FileRange {
    UniqueFd file;
    std::uint64_t offset;
    std::uint64_t length;
};

struct StreamedBody {
    std::unique_ptr<Source> source;
    std::optional<std::uint64_t> size = {}; ///< sent chunked if unknown
};

/// Content-Length, Transfer-Encoding, Date and Connection are the server's to add; but the answer
/// to HEAD, which has no body, may state a Content-Length.
struct Response {
    int status = 200;
    Headers headers = {};
    std::variant<std::string, FileRange, StreamedBody> body = {};
};

using Handler = std::function<Response(Request&)>;

/// A finished exchange, for an access log. What was refused before it was a request has no method
/// and no path, and the route "malformed".
struct Exchange {
    std::string_view method;
    std::string_view path; ///< as sent, without the query
    std::string_view peer;
    int status;
    std::uint64_t sent; ///< bytes of the response's body
    bool complete;      ///< false if the connection broke before the response's end
    std::chrono::steady_clock::duration duration;
    std::string_view id = {};
    std::string_view route = "other";
    std::string_view actor = {};
    std::uint64_t received = 0; ///< bytes of the request's body that were read
    std::string_view failure = {};
};

} // namespace berth::net
