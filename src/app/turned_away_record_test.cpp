#include "app/turned_away_record.hpp"

#include "base/file.hpp"
#include "base/text.hpp"

#include <doctest/doctest.h>
#include <unistd.h>

#include <algorithm>

using namespace berth;
using namespace berth::app;

TEST_CASE("connections turned away are all counted, and few of them make a line") {
    const std::string file = "/tmp/berth-turned-away-" + random_hex_16();
    ManualClock clock;
    observe::LineFile lines(file);
    observe::Logger log(lines, observe::LineFormat::json, observe::Level::info, clock);
    observe::Metrics metrics;
    TurnedAwayRecord record(log, metrics, clock);
    const auto text = [&] { return read_file(file, 1 << 20); };

    for (int i = 0; i < 1000; ++i) record({"192.0.2.1", "connections", "too many"});
    record({"192.0.2.2", "tls", "no shared cipher"});
    record({"192.0.2.2", "malformed", "no request"});
    CHECK(metrics.write().find("berth_http_turned_away_total{reason=\"connections\"} 1000\n") !=
          std::string::npos);
    CHECK(metrics.write().find("{reason=\"malformed\"} 1\n") != std::string::npos);
    auto said = text();
    CHECK(std::count(said.begin(), said.end(), '\n') == 2);
    CHECK(said.find("\"level\":\"warn\",\"msg\":\"connection turned away\",\"reason\":"
                    "\"connections\",\"detail\":\"too many\",\"peer\":\"192.0.2.1\"") !=
          std::string::npos);
    CHECK(said.find("\"detail\":\"no shared cipher\"") != std::string::npos);

    clock.advance(TurnedAwayRecord::quiet_for);
    record({"192.0.2.1", "connections", "too many"});
    said = text();
    CHECK(std::count(said.begin(), said.end(), '\n') == 3);
    CHECK(said.find("\"more_before\":999") != std::string::npos);
    ::unlink(file.c_str());
}
