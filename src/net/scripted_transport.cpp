#include "net/scripted_transport.hpp"

#include <limits>

namespace berth::net {
namespace {

constexpr std::uint64_t max_scripted_body = 1ULL << 30;

SentRequest seen(const HttpRequest& request) {
    SentRequest sent{
        request.method,  request.url.text(), request.headers, request.authorization.reveal(), {},
        request.patience};
    if (request.body) {
        const std::unique_ptr<Source> body = request.body->open();
        sent.body = read_all(*body, max_scripted_body, "request body");
    }
    return sent;
}

} // namespace

HttpResponse ScriptedTransport::send(const HttpRequest& request, std::stop_token stop) {
    if (stop.stop_requested())
        throw Error(ErrorCode::cancelled,
                    "stopped on request while talking to " + request.url.origin.text());
    SentRequest sent = seen(request);
    sent_.with([&](auto& all) { all.push_back(sent); });
    HttpResponse response = script_(sent);
    if (!response.body) response.body = std::make_unique<MemorySource>("");
    return response;
}

std::vector<SentRequest> ScriptedTransport::sent() {
    return sent_.with([](auto& all) { return all; });
}

HttpResponse respond(int status, std::string body,
                     std::vector<std::pair<std::string, std::string>> headers) {
    HttpResponse response;
    response.status = status;
    for (auto& [name, value] : headers) response.headers.add(std::move(name), std::move(value));
    if (!response.headers.find("Content-Length"))
        response.headers.set("Content-Length", std::to_string(body.size()));
    response.body = std::make_unique<MemorySource>(std::move(body));
    return response;
}

} // namespace berth::net
