// What keeps a server running: background work, health, the service manager, changes of users, the
// certificate's renewal.
#include "app/background.hpp"
#include "app/health.hpp"
#include "app/platform.hpp"
#include "app/service_manager.hpp"
#include "app/user_changes.hpp"
#include "base/file.hpp"

#include <doctest/doctest.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <atomic>

using namespace berth;
using namespace berth::app;
using namespace std::chrono_literals;

namespace {

struct Scratch {
    std::filesystem::path path = "/tmp/berth-app-" + random_hex_16();
    Scratch() { std::filesystem::create_directory(path); }
    ~Scratch() { std::filesystem::remove_all(path); }
    Scratch(const Scratch&) = delete;
    Scratch& operator=(const Scratch&) = delete;
};

struct Observed {
    Scratch scratch;
    observe::LineFile lines{scratch.path / "log"};
    SystemClock clock;
    observe::Logger log{lines, observe::LineFormat::json, observe::Level::info, clock};
    observe::Audit audit{lines, observe::LineFormat::json, clock};
    observe::Metrics metrics;
    Observers observers{log, audit, metrics};

    std::string text() const { return read_file(scratch.path / "log", 1 << 20); }
    bool says(std::string_view part) const { return text().find(part) != std::string::npos; }
};

bool eventually(const std::function<bool()>& holds) {
    for (int i = 0; i < 400 && !holds(); ++i) std::this_thread::sleep_for(5ms);
    return holds();
}

} // namespace

TEST_CASE_FIXTURE(Observed, "background work that fails is logged, counted and tried again") {
    std::atomic<int> runs = 0;
    {
        Background background(observers, clock);
        background.add("collect", 5ms, [&](const auto&) {
            if (++runs == 1)
                throw Error(ErrorCode::no_space, "the disk is full").set_hint("free some");
            if (runs == 2) throw std::runtime_error("a bug");
        });
        CHECK(eventually([&] { return runs > 3; }));
    }
    CHECK(
        says("\"msg\":\"background work failed\",\"work\":\"collect\",\"error\":\"the disk is "
             "full\",\"hint\":\"free some\""));
    CHECK(says("\"error\":\"a bug\""));
    CHECK(metrics.write().find("berth_background_failures_total{work=\"collect\"} 2\n") !=
          std::string::npos);
}

TEST_CASE_FIXTURE(Observed, "background work ends soon when it is asked to") {
    const auto start = std::chrono::steady_clock::now();
    {
        Background background(observers, clock);
        background.add("slow", 1h, [&](const std::stop_token& stop) { clock.sleep(1h, stop); });
        background.add("idle", 1h, [](const auto&) {});
        std::this_thread::sleep_for(20ms);
    }
    CHECK(std::chrono::steady_clock::now() - start < 5s);
    CHECK(text().empty());
}

TEST_CASE_FIXTURE(Observed, "readiness names what does not hold") {
    const auto data = scratch.path / "data";
    hosting::HostedRegistry registry({.directory = data}, clock);
    Health sound(registry, data, 1, clock);
    CHECK_FALSE(sound.ready()); // the first password is not printed
    CHECK(sound.checks().front().name == "start");
    sound.started();
    CHECK(sound.ready());
    CHECK(sound.checks().size() == 3);
    Health full(registry, data, std::uint64_t{1} << 62, clock);
    full.started();
    CHECK_FALSE(full.ready());
    const auto checks = full.checks();
    CHECK_FALSE(checks[0].failure.has_value());
    CHECK(checks[2].failure.value().find("storage.min_free") != std::string::npos);
    Health gone(registry, scratch.path / "nowhere", 0, clock);
    gone.started();
    const auto failed = gone.checks();
    CHECK(failed[1].failure.has_value());
    CHECK(failed[1].failure->find("nowhere") == std::string::npos);
}

TEST_CASE_FIXTURE(Observed, "what is done to users is in the audit, without their hashes") {
    access::Users users(scratch.path / "users.json", clock);
    users.create_admin();
    UserChanges changes(users, audit);
    changes.check();
    CHECK(text().empty());
    users.put({.name = "ada",
               .password_hash = "$2b$04$KDaNOWONwQRVzdqB8H821OyJSB4ilL4GY6jD6DVKHLGBetZSxRJUi",
               .grants = {{"team", access::Actions::all()}}});
    changes.check();
    CHECK(says("\"action\":\"user.add\""));
    CHECK(says("\"detail\":\"ada: pull,push,delete on team\""));
    users.put({.name = "ada",
               .password_hash = "$2b$04$RB3FF7u2eGCtQgHMer3aHOpVV/iZgFcASWfsstHktogBGRfw80FoO",
               .admin = true});
    users.set_public_prefixes({"mirror"});
    changes.check();
    CHECK(says("\"action\":\"user.password\",\"outcome\":\"success\",\"detail\":\"ada\""));
    CHECK(says("\"detail\":\"ada: admin\""));
    CHECK(says("\"action\":\"public.change\""));
    users.remove("ada");
    changes.check();
    CHECK(says("\"action\":\"user.remove\""));
    CHECK_FALSE(says("$2b$"));
}

TEST_CASE_FIXTURE(Observed, "systemd is told, by path and by abstract name") {
    for (const std::string& name :
         {(scratch.path / "notify").string(), "@berth-test-" + random_hex_16()}) {
        const UniqueFd receiver(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        name.copy(address.sun_path, sizeof address.sun_path - 1);
        if (name[0] == '@') address.sun_path[0] = '\0';
        const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name.size());
        REQUIRE(::bind(receiver.get(), reinterpret_cast<const sockaddr*>(&address), size) == 0);
        const ServiceManager manager(name);
        manager.ready("fine");
        manager.reloading();
        manager.stopping();
        const auto next = [&] {
            std::string text(200, '\0');
            const auto got = ::recv(receiver.get(), text.data(), text.size(), MSG_DONTWAIT);
            return text.substr(0, got < 0 ? 0 : static_cast<std::size_t>(got));
        };
        CHECK(next() == "READY=1\nSTATUS=fine\n");
        CHECK(next().starts_with("RELOADING=1\nMONOTONIC_USEC="));
        CHECK(next() == "STOPPING=1\n");
    }
    CHECK_NOTHROW(ServiceManager("").ready("nobody"));
    CHECK_NOTHROW(ServiceManager("/no/such/socket").ready("nobody"));
}

TEST_CASE_FIXTURE(Observed, "every number of a running registry is explained in the manual") {
    Platform platform({}, scratch.path / "data", {}, observers, clock);
    platform.handler("1");
    const std::filesystem::path here(BERTH_TESTDATA);
    const auto manual =
        read_file((here / "../../../docs/operations.md").lexically_normal(), 1 << 20);
    for (const auto& name : metrics.names()) {
        CAPTURE(name);
        CHECK(manual.find("`" + name) != std::string::npos);
    }
}
