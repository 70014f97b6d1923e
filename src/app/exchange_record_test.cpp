#include "app/exchange_record.hpp"

#include "base/file.hpp"

#include <doctest/doctest.h>

using namespace berth;
using namespace berth::app;
using namespace std::chrono_literals;

namespace {

struct Fixture {
    std::filesystem::path path = "/tmp/berth-record-" + random_hex_16();
    observe::LineFile lines{path};
    ManualClock clock;
    observe::Logger log{lines, observe::LineFormat::json, observe::Level::info, clock};
    observe::Metrics metrics;
    ExchangeRecord record{log, metrics};

    ~Fixture() { std::filesystem::remove(path); }
    std::string text() const { return read_file(path, 1 << 20); }
    bool counts(std::string_view line) const {
        return metrics.write().find("\n" + std::string(line) + "\n") != std::string::npos;
    }
};

net::Exchange exchange(std::string_view method, int status, std::string_view route = "blob") {
    return {.method = method,
            .path = "/v2/team/app/blobs/sha256:abc",
            .peer = "192.0.2.1",
            .status = status,
            .sent = 1000,
            .complete = true,
            .duration = 1500us,
            .id = "r-1",
            .route = route,
            .actor = "ada",
            .received = 10,
            .failure = {}};
}

} // namespace

TEST_CASE_FIXTURE(Fixture, "an exchange is one line and some numbers") {
    record(exchange("GET", 200));
    CHECK(text().find("\"msg\":\"request\",\"request_id\":\"r-1\",\"actor\":\"ada\",\"route\":"
                      "\"blob\",\"method\":\"GET\",\"path\":\"/v2/team/app/blobs/sha256:abc\","
                      "\"status\":200,\"dur_ms\":1.500,\"sent\":1000,\"received\":10,\"peer\":"
                      "\"192.0.2.1\"}\n") != std::string::npos);
    CHECK(counts("berth_http_requests_total{route=\"blob\",method=\"GET\",code=\"200\"} 1"));
    CHECK(
        counts("berth_http_request_duration_seconds_bucket{route=\"blob\",method=\"GET\","
               "le=\"0.0025\"} 1"));
    CHECK(counts("berth_http_sent_bytes_total 1000"));
    CHECK(counts("berth_http_received_bytes_total 10"));
}

TEST_CASE_FIXTURE(Fixture, "methods that anybody invents count as one") {
    for (int i = 0; i < 100; ++i) record(exchange("X" + std::to_string(i), 405));
    CHECK(counts("berth_http_requests_total{route=\"blob\",method=\"other\",code=\"405\"} 100"));
    CHECK(text().find("X99") == std::string::npos);
}

TEST_CASE_FIXTURE(Fixture, "probes are quiet, failures are loud") {
    record(exchange("GET", 200, "health"));
    CHECK(text().empty());
    record(exchange("GET", 503, "health"));
    CHECK(text().find("\"level\":\"error\"") != std::string::npos);
    auto broken = exchange("GET", 200);
    broken.complete = false;
    broken.failure = "the client has gone";
    record(broken);
    CHECK(text().find("\"level\":\"warn\"") != std::string::npos);
    CHECK(text().find("\"error\":\"the client has gone\",\"broken\":true}") != std::string::npos);
    CHECK(counts("berth_http_broken_total 1"));
    record(exchange("GET", 429));
    CHECK(counts("berth_rate_limited_total 1"));
}
