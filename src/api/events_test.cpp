#include "api/events.hpp"

#include <doctest/doctest.h>

#include <array>
#include <thread>

using namespace berth;
using namespace berth::api;
using namespace std::chrono_literals;

namespace {

SystemClock real;

std::string read_once(Source& stream) {
    std::array<std::byte, 64 * 1024> buffer;
    const std::size_t count = stream.read(buffer);
    return std::string(as_text(std::span(buffer).first(count)));
}

std::string id_in(const std::string& text) {
    const std::size_t at = text.rfind("id: ") + 4;
    return text.substr(at, text.find('\n', at) - at);
}

} // namespace

TEST_CASE("a listener is greeted, told of what comes, and hears a heartbeat otherwise") {
    Events events(real, {.heartbeat = 20ms});
    const auto stream = events.listen({.tenant = "t1"});
    REQUIRE(stream);
    CHECK(read_once(*stream) == "retry: 3000\n\n");
    CHECK(read_once(*stream) == ":\n\n");
    events.publish("t2", "job", "not ours");
    events.publish("t1", "job", "{}");
    const std::string text = read_once(*stream);
    CHECK(text.find("event: job\ndata: {}\n\n") != std::string::npos);
    CHECK(text.find("not ours") == std::string::npos);
}

TEST_CASE("an event wakes a listener that waits") {
    Events events(real, {.heartbeat = 10s});
    const auto stream = events.listen({.tenant = "t1"});
    read_once(*stream);
    std::thread other([&] {
        std::this_thread::sleep_for(20ms);
        events.publish("t1", "registry", "{}");
    });
    CHECK(read_once(*stream).find("event: registry") != std::string::npos);
    other.join();
}

TEST_CASE("Last-Event-ID continues, and what is too old or of another process resets") {
    Events events(real, {.kept = 3, .heartbeat = 20ms});
    for (int i = 0; i < 2; ++i) events.publish("t1", "job", std::to_string(i));
    std::string id;
    {
        const auto stream = events.listen({.tenant = "t1"});
        read_once(*stream);
        events.publish("t1", "job", "2");
        id = id_in(read_once(*stream));
    }
    events.publish("t1", "job", "3");
    const auto continued = events.listen({.tenant = "t1", .last_id = id});
    read_once(*continued);
    CHECK(read_once(*continued).find("data: 3") != std::string::npos);
    for (int i = 0; i < 5; ++i) events.publish("t1", "job", "x");
    const auto late = events.listen({.tenant = "t1", .last_id = id});
    CHECK(read_once(*late).find("event: reset") != std::string::npos);
    const auto foreign = events.listen({.tenant = "t1", .last_id = "0000-1"});
    CHECK(read_once(*foreign).find("event: reset") != std::string::npos);
    // One that did not read for long is reset while it listens.
    const auto slow = events.listen({.tenant = "t1"});
    read_once(*slow);
    for (int i = 0; i < 9; ++i) events.publish("t1", "job", "y");
    CHECK(read_once(*slow).find("event: reset") != std::string::npos);
}

TEST_CASE("there are no more listeners than may be, and one that goes makes room") {
    Events events(real, {.listeners = {.all = 2, .each = 2}, .heartbeat = 20ms});
    auto first = events.listen({.tenant = "t1"});
    const auto second = events.listen({.tenant = "t1"});
    CHECK_FALSE(events.listen({.tenant = "t1"}));
    first.reset();
    CHECK(events.listen({.tenant = "t1"}));
}

TEST_CASE("one person leaves room for others") {
    Events events(real, {.listeners = {.all = 3, .each = 2}, .heartbeat = 20ms});
    const auto first = events.listen({.tenant = "t1", .person = "ann"});
    const auto second = events.listen({.tenant = "t1", .person = "ann"});
    CHECK_FALSE(events.listen({.tenant = "t1", .person = "ann"}));
    CHECK(events.listen({.tenant = "t1", .person = "bob"}));
}

TEST_CASE("whoever has logged out hears nothing more after a minute") {
    ManualClock clock;
    Events events(clock, {.heartbeat = 5ms});
    bool logged_in = true;
    const auto stream = events.listen({.tenant = "t1", .still_may = [&] { return logged_in; }});
    read_once(*stream);
    clock.advance(61s);
    CHECK(read_once(*stream) == ":\n\n");
    logged_in = false;
    CHECK(read_once(*stream) == ":\n\n"); // not asked each time
    clock.advance(61s);
    events.publish("t1", "job", "{}");
    CHECK(read_once(*stream).empty());
}

TEST_CASE("a stop request and the end of the server end a stream at once") {
    Events events(real, {.heartbeat = 10s});
    std::stop_source stop;
    const auto stopped = events.listen({.tenant = "t1", .stop = stop.get_token()});
    read_once(*stopped);
    std::thread other([&] {
        std::this_thread::sleep_for(20ms);
        stop.request_stop();
    });
    CHECK(read_once(*stopped).empty());
    other.join();
    const auto closed = events.listen({.tenant = "t1"});
    read_once(*closed);
    events.close();
    CHECK(read_once(*closed).empty());
    CHECK(read_once(*closed).empty());
    CHECK_FALSE(events.listen({.tenant = "t1"}));
}
