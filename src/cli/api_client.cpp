#include "cli/api_client.hpp"

#include "base/source.hpp"
#include "client/error_body.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace berth::cli {
namespace {

constexpr std::uint64_t answer_limit = 16 << 20;

/// An API that refuses what it was told, where a registry would be at fault.
ErrorCode code_of(int status) {
    if (status == 412) return ErrorCode::conflict;
    const auto code = client::code_of_status(status);
    return code == ErrorCode::response_invalid ? ErrorCode::usage : code;
}

std::string advice(int status, const std::string& url) {
    if (status == 401) return fmt::format("berth login --api {}", url);
    if (status == 403) return "ask an administrator of the server for the right, or to do it";
    return {};
}

/// On a terminal a server's words are words.
std::string one_line(std::string text) {
    std::replace_if(
        text.begin(), text.end(),
        [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }, ' ');
    return text;
}

/// The server's V1Error.
ApiRefusal refusal(int status, const json::Value& body, const std::string& url) {
    const json::Reader reader(body, "");
    auto message = one_line(reader.text("message").value_or(""));
    if (message.empty()) message = fmt::format("{} answers {}", url, status);
    const auto ref = one_line(reader.text("ref").value_or(""));
    if (status >= 500 && !ref.empty()) message += fmt::format(" (ref {})", ref);
    const auto details = reader.object("details");
    const auto detail = [&](std::string_view key) {
        return one_line(details ? details->text(key).value_or("") : "");
    };
    ApiRefusal error(code_of(status), std::move(message), detail("field"));
    const auto hint = detail("hint");
    error.set_hint(hint.empty() ? advice(status, url) : hint);
    return error;
}

Error no_server(const std::string& url, const std::string& why) {
    return Error(ErrorCode::response_invalid,
                 fmt::format("{} is no management API of Berth: {}", url, why))
        .set_hint("give the address under which the server's console opens");
}

json::Value parsed(int status, const std::string& text, const std::string& url) {
    if (status >= 300 && status < 400) throw no_server(url, fmt::format("it answers {}", status));
    if (text.empty() && status < 300) return nullptr;
    auto value = json::parse(text);
    if (value.has_error() || !value->is_object())
        throw no_server(url, fmt::format("it answers {} with something else than JSON", status));
    return std::move(*value);
}

void prove(net::HttpRequest& request, const ServerLogin& login) {
    if (login.secret.empty()) return;
    if (login.proof == ServerLogin::Proof::api_key) {
        request.authorization = Secret("Bearer " + login.secret.reveal());
        return;
    }
    request.headers.set("Cookie", "berth_session=" + login.secret.reveal());
    request.headers.set("X-CSRF-Token", login.csrf);
}

} // namespace

ApiClient::ApiClient(net::HttpTransport& transport, ServerLogin login, std::stop_token stop)
    : transport_(transport), login_(std::move(login)), stop_(std::move(stop)) {}

net::HttpRequest ApiClient::request(std::string_view method, const std::string& path) const {
    net::HttpRequest request{.method = std::string(method),
                             .url = net::Url::parse(login_.url + path).value(),
                             .tls = login_.tls};
    request.headers.set("Accept", "application/json");
    prove(request, login_);
    return request;
}

net::HttpRequest ApiClient::request(std::string_view method, const std::string& path,
                                    const json::Object& body) const {
    auto made = request(method, path);
    made.headers.set("Content-Type", "application/json");
    auto text = json::write(body);
    const std::uint64_t size = text.size();
    made.body = net::RequestBody{
        size, [text = std::move(text)] { return std::make_unique<MemorySource>(text); }};
    return made;
}

net::HttpResponse ApiClient::exchange(const net::HttpRequest& request) {
    try {
        return transport_.send(request, stop_);
    } catch (Error& error) {
        // --ca-file of most commands is of a registry.
        if (error.remedy().kind == Remedy::Kind::trust_authority)
            error.set_hint(error.hint() + " (--server-ca-file, or --ca-file of berth login --api)");
        throw;
    }
}

ApiAnswer ApiClient::send(net::HttpRequest request) {
    auto response = exchange(request);
    const auto text = read_all(*response.body, answer_limit, "the server's answer");
    ApiAnswer answer{.status = response.status,
                     .body = parsed(response.status, text, login_.url),
                     .headers = std::move(response.headers)};
    if (answer.status >= 400) throw refusal(answer.status, answer.body, login_.url);
    return answer;
}

ApiAnswer ApiClient::get(const std::string& path) {
    return send(request("GET", path));
}

ApiAnswer ApiClient::post(const std::string& path, const json::Object& body) {
    return send(request("POST", path, body));
}

void ApiClient::put(const std::string& path, const json::Object& body, std::string_view etag) {
    auto change = request("PUT", path, body);
    if (!etag.empty()) change.headers.set("If-Match", std::string(etag));
    send(std::move(change));
}

void ApiClient::remove(const std::string& path) {
    send(request("DELETE", path));
}

} // namespace berth::cli
