#include "server/metrics_endpoint.hpp"

#include "server/distribution_fixture.hpp"

using namespace berth;
using namespace berth::server;

namespace {

struct MetricsFixture : DistributionFixture {
    MetricsFixture() { metrics.counter("berth_things_total", "Things.").add(3); }

    observe::Metrics metrics;

    net::Response ask(std::string authorization, bool anonymous = false) {
        net::Request request;
        request.method = "GET";
        request.path = "/metrics";
        if (!authorization.empty()) request.headers.add("Authorization", std::move(authorization));
        auto response = make_metrics_endpoint(
            {.metrics = metrics, .users = users, .tokens = tokens, .anonymous = anonymous})(
            request);
        CHECK(request.route == "metrics");
        return response;
    }
};

} // namespace

TEST_CASE_FIXTURE(MetricsFixture, "metrics are for administrators") {
    const auto response = ask("Basic YWRtaW46c2VjcmV0"); // admin:secret
    CHECK(response.status == 200);
    CHECK(response.headers.find("Content-Type") == "text/plain; version=0.0.4; charset=utf-8");
    CHECK(std::get<std::string>(response.body).find("\nberth_things_total 3\n") !=
          std::string::npos);
    CHECK(ask("Basic cm9ib3Q6YmVlcA==").status == 403); // robot:beep
    const auto nobody = ask("");
    CHECK(nobody.status == 401);
    CHECK(nobody.headers.find("WWW-Authenticate").has_value());
    CHECK(ask("Basic YWRtaW46Z3Vlc3NlZA==").status == 401);
}

TEST_CASE_FIXTURE(MetricsFixture, "a token for one repository does not open the metrics") {
    const access::Identity root{.name = "admin", .admin = true};
    const auto narrow = tokens.issue(root, access::Scope::parse("repository:team/app:pull"));
    CHECK(ask("Bearer " + narrow).status == 403);
    const auto wide = tokens.issue(root, access::Scope::parse("registry:catalog:*"));
    CHECK(ask("Bearer " + wide).status == 200);
}

TEST_CASE_FIXTURE(MetricsFixture, "metrics can be opened to everybody") {
    CHECK(ask("", true).status == 200);
    CHECK(ask("Basic YWRtaW46Z3Vlc3NlZA==", true).status == 200);
}
