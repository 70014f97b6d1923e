#include "app/serve.hpp"

#include "app/listen_address.hpp"
#include "base/text.hpp"
#include "cli/invocation.hpp"
#include "cli/run.hpp"
#include "net/http_server.hpp"
#include "server/site.hpp"

#include <fmt/format.h>
#include <condition_variable>
#include <mutex>

namespace berth::app {
namespace {

constexpr std::chrono::seconds grace{10};

void wait_for(const std::stop_token& stop) {
    std::mutex mutex;
    std::condition_variable_any changed;
    std::unique_lock lock(mutex);
    changed.wait(lock, stop, [] { return false; });
}

net::HttpServerOptions options_of(const cli::Invocation& invocation, const ListenAddress& address) {
    net::HttpServerOptions options;
    options.host = address.host;
    options.port = address.port;
    options.render_error = server::render_error;
    const auto certificate = invocation.line.value("cert-file");
    const auto key = invocation.line.value("key-file");
    if (certificate.has_value() != key.has_value()) {
        throw Error(ErrorCode::usage, "TLS needs both --cert-file and --key-file");
    }
    if (certificate) options.tls = net::TlsServerOptions{*certificate, *key};
    auto& console = invocation.console();
    options.on_exchange = [&console](const net::Exchange& exchange) {
        console.detail(fmt::format("{} {} {} {} {}", exchange.peer, berth::quoted(exchange.method),
                                   berth::quoted(exchange.path), exchange.status, exchange.sent));
    };
    return options;
}

int serve(cli::Invocation& invocation) {
    const auto address =
        ListenAddress::parse(invocation.line.value("listen").value_or("127.0.0.1:8080")).value();
    auto options = options_of(invocation, address);
    const bool tls = options.tls.has_value();
    net::HttpServer server(std::move(options), server::make_site({.version = cli::version()}));
    const auto url = address.url(tls, server.port());
    invocation.print({json::Object{{"url", url}, {"port", server.port()}},
                      {{cli::Section::Shape::card, "", {{"Serving", "url"}}}},
                      "url"});
    wait_for(invocation.surroundings.stop);
    invocation.console().tell("stopping\n");
    server.stop(grace);
    return 0;
}

} // namespace

cli::Command serve_command() {
    return {.name = "serve",
            .summary = "Serve health, version and the first page over HTTP",
            .description =
                "Serves /, /healthz, /readyz and /version until Ctrl-C or SIGTERM, then "
                "lets running requests finish for ten seconds. The URL is printed on "
                "standard output once connections are accepted.",
            .examples = {{"on this machine only, at http://127.0.0.1:8080/", "berth serve"},
                         {"on every address, with TLS",
                          "berth serve --listen :8443 --cert-file cert.pem --key-file key.pem"},
                         {"on a free port, with one line per request",
                          "berth serve --listen 127.0.0.1:0 -v"}},
            .arguments = {},
            .flags = {{.name = "listen",
                       .value = "HOST:PORT",
                       .help = "where to accept connections; otherwise 127.0.0.1:8080. Without a "
                               "host every address, with port 0 a free one",
                       .variable = "BERTH_LISTEN"},
                      {.name = "cert-file",
                       .value = "FILE",
                       .help = "certificate chain (PEM): serve TLS"},
                      {.name = "key-file", .value = "FILE", .help = "its key (PEM)"}},
            .run = serve};
}

} // namespace berth::app
