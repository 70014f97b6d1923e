#include "cli/transport.hpp"

#include "cli/run.hpp"

#include <fmt/format.h>

namespace berth::cli {

std::unique_ptr<net::HttpTransport> transport_of(const Invocation& invocation) {
    net::CurlOptions options;
    options.user_agent = "berth/" + version();
    set_proxies(options, invocation.environment());
    if (invocation.line.has("trace-http")) {
        options.trace = [&invocation](std::string_view text) {
            invocation.console().inform(fmt::format("http: {}", text));
        };
    }
    return net::make_curl_transport(std::move(options));
}

} // namespace berth::cli
