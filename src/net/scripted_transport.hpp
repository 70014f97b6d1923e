// ScriptedTransport: a transport for tests that answers what the test says.
#pragma once

#include "base/synchronized.hpp"
#include "net/http.hpp"

#include <chrono>
#include <functional>
#include <string>
#include <vector>

namespace berth::net {

/// What a test sees of a request that was sent.
struct SentRequest {
    std::string method;
    std::string url;
    Headers headers;
    std::string authorization;
    std::string body;
    std::chrono::milliseconds patience{0};
};

/// Hands each request, with its body read, to a function of the test. Any thread.
class ScriptedTransport final : public HttpTransport {
public:
    using Script = std::function<HttpResponse(const SentRequest&)>;
    explicit ScriptedTransport(Script script) : script_(std::move(script)) {}

    HttpResponse send(const HttpRequest& request, std::stop_token stop) override;
    std::vector<SentRequest> sent();

private:
    Script script_;
    Synchronized<std::vector<SentRequest>> sent_;
};

/// A response with a body in memory and its Content-Length.
HttpResponse respond(int status, std::string body = "",
                     std::vector<std::pair<std::string, std::string>> headers = {});

} // namespace berth::net
