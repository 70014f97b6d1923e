#include "observe/metrics.hpp"
#include "observe/process.hpp"

#include <doctest/doctest.h>

#include <stdexcept>
#include <thread>

using namespace berth::observe;
using namespace std::chrono_literals;

namespace {

bool holds(const std::string& text, std::string_view line) {
    return ("\n" + text).find("\n" + std::string(line) + "\n") != std::string::npos;
}

double value_of(const std::string& text, std::string_view name) {
    const auto at = ("\n" + text).find("\n" + std::string(name) + " ");
    REQUIRE(at != std::string::npos);
    return std::stod(text.substr(at + name.size() + 1));
}

} // namespace

TEST_CASE("counters, gauges and families are written as Prometheus reads them") {
    Metrics metrics;
    Counter& plain = metrics.counter("berth_things_total", "Things.");
    auto& family =
        metrics.counters("berth_requests_total", "By route\nand code.", {"route", "code"});
    metrics.gauge("berth_depth", "Depth.", [] { return 2.5; });
    metrics.gauges("berth_build_info", "Version.", [] {
        return std::vector{Sample{.labels = {{"version", "1\"2\\3\n4"}}, .value = 1}};
    });
    plain.add();
    plain.add(41);
    family.of({"blob", "404"}).add();
    family.of({"blob", "200"}).add(3);
    family.of({"blob", "200"}).add();
    CHECK(metrics.write() ==
          "# HELP berth_things_total Things.\n# TYPE berth_things_total counter\n"
          "berth_things_total 42\n"
          "# HELP berth_requests_total By route\\nand code.\n# TYPE berth_requests_total counter\n"
          "berth_requests_total{route=\"blob\",code=\"200\"} 4\n"
          "berth_requests_total{route=\"blob\",code=\"404\"} 1\n"
          "# HELP berth_depth Depth.\n# TYPE berth_depth gauge\nberth_depth 2.5\n"
          "# HELP berth_build_info Version.\n# TYPE berth_build_info gauge\n"
          "berth_build_info{version=\"1\\\"2\\\\3\\n4\"} 1\n");
}

TEST_CASE("a histogram's buckets add up") {
    constexpr double bounds[] = {0.01, 0.1, 1};
    Metrics metrics;
    auto& family = metrics.histograms("berth_seconds", "Time.", {"route"}, bounds);
    for (const auto duration : {5ms, 10ms, 50ms, 5000ms}) family.of({"x"}).observe(duration);
    const std::string text = metrics.write();
    CHECK(holds(text, "berth_seconds_bucket{route=\"x\",le=\"0.01\"} 2"));
    CHECK(holds(text, "berth_seconds_bucket{route=\"x\",le=\"0.1\"} 3"));
    CHECK(holds(text, "berth_seconds_bucket{route=\"x\",le=\"1\"} 3"));
    CHECK(holds(text, "berth_seconds_bucket{route=\"x\",le=\"+Inf\"} 4"));
    CHECK(holds(text, "berth_seconds_sum{route=\"x\"} 5.065"));
    CHECK(holds(text, "berth_seconds_count{route=\"x\"} 4"));
}

TEST_CASE("a family stays bounded whatever its labels are made of") {
    Metrics metrics;
    auto& family = metrics.counters("berth_bounded_total", "x", {"route", "code"});
    for (std::size_t i = 0; i < 3 * Family<Counter>::most; ++i)
        family.of({std::to_string(i), "200"}).add();
    family.of({"0", "200"}).add();
    const std::string text = metrics.write();
    CHECK(static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n')) ==
          Family<Counter>::most + 3);
    CHECK(holds(text, "berth_bounded_total{route=\"0\",code=\"200\"} 2"));
    CHECK(holds(text, "berth_bounded_total{route=\"other\",code=\"other\"} " +
                          std::to_string(2 * Family<Counter>::most)));
}

TEST_CASE("threads that count the same new series at once lose nothing") {
    Metrics metrics;
    auto& family = metrics.counters("berth_shared_total", "x", {"n"});
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) {
        threads.emplace_back([&] {
            for (int k = 0; k < 2000; ++k) family.of({std::to_string(k % 50)}).add();
        });
    }
    for (auto& thread : threads) thread.join();
    std::uint64_t sum = 0;
    for (int k = 0; k < 50; ++k) sum += family.of({std::to_string(k)}).value();
    CHECK(sum == 8000);
}

TEST_CASE("a source of numbers that fails leaves the others alone") {
    Metrics metrics;
    metrics.gauge("berth_broken", "x", []() -> double { throw std::runtime_error("no disk"); });
    metrics.gauge("berth_whole", "x", [] { return 1.0; });
    CHECK(metrics.write().find("berth_broken") == std::string::npos);
    CHECK(holds(metrics.write(), "berth_whole 1"));
    CHECK(metrics.names() == std::vector<std::string>{"berth_broken", "berth_whole"});
}

TEST_CASE("the process tells its memory, files and start") {
    Metrics metrics;
    add_process_metrics(metrics);
    const std::string text = metrics.write();
    CHECK(value_of(text, "process_resident_memory_bytes") > 1e6);
    CHECK(value_of(text, "process_open_fds") >= 3);
    CHECK(value_of(text, "process_max_fds") >= value_of(text, "process_open_fds"));
    CHECK(value_of(text, "process_threads") >= 1);
    const auto now =
        std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
    const double start = value_of(text, "process_start_time_seconds");
    CHECK(start < now + 2);
    CHECK(start > now - 600);
}
