#include "app/exchange_record.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace berth::app {
namespace {

using observe::Level;

/// Upper ends in seconds: a manifest from memory takes a fraction of a millisecond, a large blob
/// over a slow line minutes.
constexpr std::array bounds{0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1,
                            0.25,  0.5,    1.0,   2.5,  5.0,   10.0, 60.0};

constexpr std::array<std::string_view, 7> methods{"GET",   "HEAD",   "PUT", "POST",
                                                  "PATCH", "DELETE", ""};

/// Anybody can send any word as a method; a metric must not grow by it.
std::string_view known_method(std::string_view method) {
    return std::find(methods.begin(), methods.end(), method) == methods.end() ? "other" : method;
}

Level level_of(const net::Exchange& exchange) {
    if (exchange.status >= 500) return Level::error;
    if (!exchange.complete || exchange.status == 429) return Level::warn;
    const bool asked_by_machines = exchange.route == "health" || exchange.route == "metrics";
    return asked_by_machines && exchange.status < 400 ? Level::debug : Level::info;
}

} // namespace

ExchangeRecord::ExchangeRecord(observe::Logger& log, observe::Metrics& metrics)
    : log_(log),
      requests_(metrics.counters("berth_http_requests_total", "Requests that were answered.",
                                 {"route", "method", "code"})),
      durations_(metrics.histograms("berth_http_request_duration_seconds",
                                    "From a request's head to the last byte of its answer.",
                                    {"route", "method"}, bounds)),
      sent_(metrics.counter("berth_http_sent_bytes_total", "Bytes of response bodies.")),
      received_(metrics.counter("berth_http_received_bytes_total", "Bytes of request bodies.")),
      broken_(metrics.counter("berth_http_broken_total",
                              "Answers whose connection broke before their end.")),
      limited_(metrics.counter("berth_rate_limited_total",
                               "Requests that were answered 429: too many of one identity.")) {}

void ExchangeRecord::operator()(const net::Exchange& exchange) {
    const auto method = known_method(exchange.method);
    count(exchange, method);
    write_line(exchange, method);
}

void ExchangeRecord::count(const net::Exchange& exchange, std::string_view method) {
    std::array<char, 4> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), exchange.status);
    const std::string_view code(digits.data(), static_cast<std::size_t>(end.ptr - digits.data()));
    requests_.of({exchange.route, method, code}).add();
    durations_.of({exchange.route, method}).observe(exchange.duration);
    sent_.add(exchange.sent);
    received_.add(exchange.received);
    if (!exchange.complete) broken_.add();
    if (exchange.status == 429) limited_.add();
}

void ExchangeRecord::write_line(const net::Exchange& exchange, std::string_view method) {
    const auto level = level_of(exchange);
    if (!log_.shows(level)) return;
    const double milliseconds =
        std::chrono::duration<double, std::milli>(exchange.duration).count();
    std::array fields{observe::Field{"request_id", exchange.id},
                      observe::Field{"actor", exchange.actor},
                      observe::Field{"route", exchange.route},
                      observe::Field{"method", method},
                      observe::Field{"path", exchange.path},
                      observe::Field{"status", std::int64_t{exchange.status}},
                      observe::Field{"dur_ms", milliseconds},
                      observe::Field{"sent", exchange.sent},
                      observe::Field{"received", exchange.received},
                      observe::Field{"peer", exchange.peer},
                      observe::Field{"error", exchange.failure},
                      observe::Field{"broken", true}};
    const std::size_t used = exchange.complete ? fields.size() - 1 : fields.size();
    log_.log(level, "request", std::span<const observe::Field>(fields).first(used));
}

} // namespace berth::app
