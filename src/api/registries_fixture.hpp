// For tests: the operations of registries over real parts, asked as the router asks them.
#pragma once

#include "api/browse.hpp"
#include "api/refusal.hpp"
#include "api/registries.hpp"
#include "api/route_table.hpp"
#include "api/sync_routes.hpp"
#include "db/temporary_database.hpp"
#include "hosting/hosting_fixture.hpp"
#include "registration/test_server.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <iterator>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace berth::api::testing {

/// Does not wait between attempts; the long waits that are deadlines it keeps.
class HastyClock final : public Clock {
public:
    std::chrono::steady_clock::time_point now() override { return clock_.now(); }
    std::chrono::system_clock::time_point wall_now() override { return clock_.wall_now(); }
    bool sleep(std::chrono::milliseconds duration, std::stop_token stop) override {
        if (duration >= std::chrono::seconds(10)) return clock_.sleep(duration, stop);
        return !stop.stop_requested();
    }

private:
    SystemClock clock_;
};

/// An answer, its body read as JSON if it has one.
struct Answer {
    int status = 0;
    json::Object body = {};
    net::Headers headers = {};
    std::vector<json::Object> lines = {}; ///< of application/x-ndjson

    std::string text(const std::string& pointer) const {
        const json::Value value(body);
        boost::json::error_code failed;
        const json::Value* found = value.find_pointer(pointer, failed);
        if (found == nullptr) return "(absent)";
        return found->is_string() ? std::string(found->get_string()) : json::write(*found);
    }
    std::string code() const { return text("/code"); }
};

using HeaderList = std::vector<std::pair<std::string, std::string>>;

struct RegistriesFixture {
    RegistriesFixture() {
        Routes routes = make_registry_routes({book, outside, sync, index, outbound, clock});
        for (Routes more : {make_sync_routes({book, sync, events}),
                            make_browse_routes({book, index, opener, cache, outbound, clock,
                                                EmbeddedParts{hosted.registry(), users, "t1"}})})
            std::move(more.begin(), more.end(), std::back_inserter(routes));
        table.emplace(std::move(routes));
    }
    ~RegistriesFixture() { sync.stop(); }

    /// As the person who may everything, unless told otherwise.
    Answer ask(std::string method, std::string target, const std::string& body = "",
               const HeaderList& headers = {}) {
        const std::size_t mark = target.find('?');
        MemorySource content(body);
        net::Request request;
        request.method = std::move(method);
        request.path = target.substr(0, mark);
        request.query = mark == std::string::npos ? "" : target.substr(mark + 1);
        request.content_length = body.size();
        request.body = &content;
        request.id = "test";
        for (const auto& [name, value] : headers) request.headers.add(name, value);
        net::Response response = answer(request);
        Answer read{.status = response.status, .headers = response.headers};
        const auto* text = std::get_if<std::string>(&response.body);
        if (text != nullptr && !text->empty()) read.body = json::parse(*text).value().as_object();
        if (response.headers.find("Content-Type") == "application/x-ndjson")
            read.lines = lines_of(*std::get<net::StreamedBody>(response.body).source);
        return read;
    }

    std::string create(const std::string& name, const std::string& spec,
                       const std::string& kind = "basic") {
        const Answer made = ask("POST", "/v1/registries/oci/" + kind,
                                R"({"metadata":{"name":")" + name + R"("},"spec":)" + spec + "}");
        REQUIRE_MESSAGE(made.status == 201, json::write(made.body));
        return made.text("/uid");
    }

    /// Until no job runs any more; five seconds at most.
    void wait_for_jobs() {
        for (int i = 0; i < 500; ++i) {
            const auto jobs = sync.jobs().list(person->tenant, 50);
            const bool busy =
                std::any_of(jobs.begin(), jobs.end(), [](const Job& job) { return !job.finished; });
            if (!busy) return;
            std::this_thread::sleep_for(std::chrono::milliseconds(10));
        }
        FAIL("jobs do not end");
    }

    db::TemporaryDatabase database;
    db::TemporaryDatabase index_database;
    HastyClock clock;
    registration::Book book{
        database.path(), seal::Sealer(seal::Keyring::generate()), {.loopback = true}, clock};
    registration::ContentIndex index{index_database.path()};
    registration::Outside outside = registration::testing::real_outside(clock);
    registration::Opener opener{book, outside};
    Events events{clock, {.heartbeat = std::chrono::milliseconds(50)}};
    ContentCache cache;
    Places outbound{outbound_limits};
    hosting::HostedFixture hosted;
    hosting::Scratch users_directory;
    access::Users users{users_directory.path / "users.json", clock};
    Sync sync{{.book = book,
               .index = index,
               .outside = outside,
               .opener = opener,
               .events = events,
               .clock = clock}};
    std::optional<RouteTable> table;
    std::optional<identity::Person> person = identity::Person{
        .tenant = "t1", .uid = "u1", .name = "ada", .role = identity::Role::tenant_admin};

private:
    static std::vector<json::Object> lines_of(Source& source) {
        std::vector<json::Object> lines;
        std::string text = read_all(source, 1024 * 1024, "the lines");
        for (std::size_t at = 0; at < text.size();) {
            const std::size_t end = text.find('\n', at);
            REQUIRE(end != std::string::npos);
            lines.push_back(json::parse(text.substr(at, end - at)).value().as_object());
            at = end + 1;
        }
        return lines;
    }

    net::Response answer(net::Request& request) {
        try {
            const auto match = table->find(request.method, request.path);
            const net::Query query(request.query);
            Call call{
                .request = request, .person = person, .query = query, .segments = match.segments};
            return match.route.operation(call);
        } catch (const std::exception& error) {
            return render(error, request);
        }
    }
};

} // namespace berth::api::testing
