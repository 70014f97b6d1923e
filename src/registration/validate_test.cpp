#include "registration/validate.hpp"

#include "registration/probe.hpp"
#include "registration/test_certificates.hpp"
#include "registration/test_server.hpp"
#include "registration/test_support.hpp"

#include <thread>

using namespace berth;
using namespace berth::registration;
using namespace berth::registration::testing;
using namespace std::chrono_literals;

namespace {

/// What a test registers.
struct Wish {
    std::string endpoint;
    std::string user = {};
    std::string password = {};
    std::string ca = {};
    bool skip_verify = false;
    std::string content_path = {};
    std::string base_path = {};
};

Access access_to(const Wish& wish) {
    Spec spec;
    spec.endpoint = wish.endpoint;
    spec.base_path = wish.base_path;
    spec.base_content_path = wish.content_path;
    spec.tls.ca = wish.ca;
    spec.tls.skip_verify = wish.skip_verify;
    Secrets secrets;
    if (!wish.user.empty()) {
        spec.auth = AuthType::basic;
        spec.username = wish.user;
        secrets.emplace(SecretField::password, Secret(wish.password));
    }
    return access_of(check_spec(spec, secrets, {}, {.loopback = true, .link_local = true}));
}

Validation tried(const Wish& wish, ValidateOptions options = {.step_limit = 5s}) {
    SystemClock clock;
    return validate(access_to(wish), real_outside(clock), options, {});
}

const Step& step(const Validation& validation, std::string_view name) {
    for (const Step& each : validation.steps) {
        if (each.name == name) return each;
    }
    FAIL("no such step");
    return validation.steps.front();
}

/// "tls: certificate_expired", or "ok" and the warnings.
std::string outcome(const Validation& validation) {
    if (const Step* failed = validation.failed_step())
        return failed->name + ": " + failed->cause + (failed->fix.empty() ? " (no fix)" : "");
    std::string text = "ok";
    for (const Step& each : validation.steps) {
        if (each.result != StepResult::ok) text += ", " + each.name + ": " + each.cause;
    }
    return text;
}

TestServer::Spoil always(int status, std::string body, std::string type = "text/plain") {
    return [=](const net::Request&) { return plain(status, body, type); };
}

} // namespace

TEST_CASE("a registry behind TLS of a private authority passes every step") {
    const Authority authority;
    TestServer server(authority.issue(), basic_login("ada", "hunter2"));
    std::vector<std::string> seen;
    ValidateOptions options{.step_limit = 5s};
    options.on_step = [&](const Step& each) { seen.push_back(each.name); };
    const Validation validation =
        tried({server.endpoint(), "ada", "hunter2", authority.pem()}, options);
    CHECK(outcome(validation) == "ok");
    CHECK(validation.result() == StepResult::ok);
    CHECK(seen == std::vector<std::string>{"resolve", "connect", "tls", "challenge", "credential",
                                           "ping", "listing", "manifest"});
    const Step& tls = step(validation, "tls");
    const auto fact = [&](std::string_view key) {
        for (const auto& [name, value] : tls.facts) {
            if (name == key) return value;
        }
        return std::string();
    };
    CHECK(fact("issuer") == "CN=Harbour Root");
    CHECK(fact("names") == "127.0.0.1, localhost");
    CHECK(fact("not_after").size() == 20);
    CHECK(step(validation, "manifest").facts[0].second == "team/app");
    const std::string json = json::write(write_validation(validation));
    CHECK(json.find("hunter2") == std::string::npos);
    CHECK(json.find(R"("name":"tls","result":"ok")") != std::string::npos);
}

TEST_CASE("a wrong password fails at the ping, with the steps before it green") {
    TestServer server({}, basic_login("ada", "hunter2"));
    const Validation validation = tried({server.endpoint(), "ada", "wrong"});
    CHECK(outcome(validation) == "ping: credential_rejected");
    CHECK(step(validation, "ping").fix.find("berth login") == std::string::npos); // in a form
    CHECK(step(validation, "credential").result == StepResult::ok);
    CHECK(step(validation, "listing").result == StepResult::skipped);
    CHECK(step(validation, "listing").cause == "earlier_step_failed");
    CHECK(outcome(tried({server.endpoint()})) == "credential: credential_needed");
}

TEST_CASE("certificates have their own causes") {
    const Authority authority;
    const Authority other("Other Root");
    TestServer good(authority.issue());
    CHECK(outcome(tried({good.endpoint()})) == "tls: certificate_unknown_authority");
    CHECK(outcome(tried({good.endpoint(), "", "", other.pem()})) ==
          "tls: certificate_wrong_authority");
    CHECK(outcome(tried({good.endpoint(), "", "", other.pem() + authority.pem()})) == "ok");
    CHECK(outcome(tried({.endpoint = good.endpoint(), .skip_verify = true})) ==
          "ok, tls: certificate_not_checked");
    TestServer expired(authority.issue({.from_seconds = -7200, .to_seconds = -60}));
    CHECK(outcome(tried({expired.endpoint(), "", "", authority.pem()})) ==
          "tls: certificate_expired");
    TestServer early(authority.issue({.from_seconds = 7200}));
    CHECK(outcome(tried({early.endpoint(), "", "", authority.pem()})) ==
          "tls: certificate_not_yet_valid");
    TestServer elsewhere(authority.issue({.names = "DNS:registry.example"}));
    CHECK(outcome(tried({elsewhere.endpoint(), "", "", authority.pem()})) ==
          "tls: certificate_other_host");
    TestServer soon(authority.issue({.to_seconds = 3 * 24 * 3600}));
    CHECK(outcome(tried({soon.endpoint(), "", "", authority.pem()})) ==
          "ok, tls: certificate_expires_soon");
    // Later than our clock can tell.
    TestServer lasting(authority.issue({.to_seconds = 300L * 365 * 24 * 3600}));
    CHECK(outcome(tried({lasting.endpoint(), "", "", authority.pem()})) == "ok");
}

TEST_CASE("the server's own certificate can be given in place of an authority") {
    const Authority authority;
    const auto files = authority.issue();
    TestServer server(files);
    CHECK(outcome(tried({server.endpoint(), "", "", Authority::text(files.certificate_file)})) ==
          "ok");
}

TEST_CASE("HTTP behind https and TLS behind http are told apart and explained") {
    TestServer plain_server;
    const std::string port = std::to_string(plain_server.port());
    const Validation validation = tried({"https://127.0.0.1:" + port});
    CHECK(outcome(validation) == "tls: not_tls");
    CHECK(step(validation, "tls").fix.find("http://127.0.0.1:" + port) != std::string::npos);
    CHECK(outcome(tried({plain_server.endpoint()})) == "ok, tls: plain_http");
    const Authority authority;
    TestServer tls_server(authority.issue());
    CHECK(outcome(tried({"http://127.0.0.1:" + std::to_string(tls_server.port())})) ==
          "challenge: tls_required");
}

TEST_CASE("what answers but is no registry is named") {
    const auto seen = [](TestServer::Spoil spoil) {
        TestServer server({}, std::move(spoil));
        return outcome(tried({server.endpoint()}));
    };
    CHECK(seen(always(200, "<!DOCTYPE html><title>Log in</title>", "text/html")) ==
          "challenge: not_a_registry");
    CHECK(seen(always(404, "no")) == "challenge: no_registry_here");
    CHECK(seen(always(503, "no")) == "challenge: server_failing");
    CHECK(seen(always(403, "no")) == "challenge: forbidden");
    CHECK(seen(always(429, "no")) == "challenge: too_many_requests");
    CHECK(seen(always(418, "no")) == "challenge: not_a_registry");
    const auto redirect = [](const std::string& to) {
        return [=](const net::Request&) {
            net::Response response{.status = 302};
            response.headers.add("Location", to);
            return response;
        };
    };
    CHECK(seen(redirect("https://login.example/")) == "challenge: redirected");
    CHECK(seen(redirect("/v2/")) == "challenge: redirected");
    CHECK(seen(redirect("/v2/again/")) == "challenge: redirected");
}

TEST_CASE("a port where nothing listens, and a name that nobody knows") {
    std::string endpoint;
    {
        const TestServer gone;
        endpoint = gone.endpoint();
    }
    CHECK(outcome(tried({endpoint})) == "connect: refused");
    const std::string unknown = outcome(tried({"https://registry.invalid"}));
    CHECK((unknown == "resolve: name_unknown" || unknown == "resolve: resolver_failed" ||
           unknown == "resolve: slow"));
}

TEST_CASE("a registry that takes its time is slow, and each step has its own time") {
    TestServer server({}, [](const net::Request& request) -> std::optional<net::Response> {
        for (int i = 0; i < 400 && !request.stop.stop_requested(); ++i)
            std::this_thread::sleep_for(20ms);
        return std::nullopt;
    });
    const auto begin = std::chrono::steady_clock::now();
    const Validation validation = tried({server.endpoint()}, {.step_limit = 500ms});
    CHECK(outcome(validation) == "challenge: slow");
    CHECK(std::chrono::steady_clock::now() - begin < 5s);
    CHECK(step(validation, "challenge").duration >= 500ms);
}

TEST_CASE("a validation that is cancelled ends at once") {
    TestServer server({}, [](const net::Request& request) -> std::optional<net::Response> {
        for (int i = 0; i < 150 && !request.stop.stop_requested(); ++i)
            std::this_thread::sleep_for(20ms);
        return std::nullopt;
    });
    SystemClock clock;
    std::stop_source stop;
    const std::jthread canceller([&] {
        std::this_thread::sleep_for(100ms);
        stop.request_stop();
    });
    const auto begin = std::chrono::steady_clock::now();
    CHECK(refusal_of([&] {
              validate(access_to({server.endpoint()}), real_outside(clock), {}, stop.get_token());
          }).code == ErrorCode::cancelled);
    CHECK(std::chrono::steady_clock::now() - begin < 2500ms);
}

TEST_CASE("a registry without catalog works by its base content paths, or with a warning") {
    const auto no_catalog = [](const net::Request& request) -> std::optional<net::Response> {
        if (request.path == "/v2/_catalog") return plain(404, "{}", "application/json");
        return std::nullopt;
    };
    TestServer server({}, no_catalog);
    CHECK(outcome(tried({server.endpoint()})) ==
          "ok, tls: plain_http, listing: no_catalog, manifest: nothing_to_read");
    CHECK(outcome(tried({.endpoint = server.endpoint(), .content_path = "team/app"})) ==
          "ok, tls: plain_http");
    TestServer with_catalog;
    CHECK(outcome(tried({.endpoint = with_catalog.endpoint(), .content_path = "team"})) ==
          "ok, tls: plain_http");
    CHECK(outcome(tried({.endpoint = with_catalog.endpoint(), .content_path = "tea"})) ==
          "ok, tls: plain_http, listing: content_path_empty, manifest: nothing_to_read");
}

TEST_CASE("who may log in but not pull is told so") {
    TestServer server({}, [](const net::Request& request) -> std::optional<net::Response> {
        if (request.path.find("/manifests/") == std::string::npos) return std::nullopt;
        return plain(403, R"({"errors":[{"code":"DENIED","message":"no pull"}]})",
                     "application/json");
    });
    CHECK(outcome(tried({server.endpoint()})) == "manifest: pull_denied");
}

TEST_CASE("a base path stands before /v2/ in every request") {
    TestServer server({}, [](const net::Request& request) -> std::optional<net::Response> {
        // Requests below the base path are answered as if it were not there.
        auto& path = const_cast<net::Request&>(request).path;
        if (!path.starts_with("/artifactory/api/docker/charts/v2/")) return plain(404, "no");
        path = path.substr(path.find("/v2/"));
        return std::nullopt;
    });
    CHECK(outcome(tried({server.endpoint()})) == "challenge: no_registry_here");
    CHECK(outcome(tried({.endpoint = server.endpoint(),
                         .base_path = "/artifactory/api/docker/charts"})) == "ok, tls: plain_http");
}

TEST_CASE("tokens are fetched with the credential, and only from a service to be trusted") {
    std::string realm;
    const auto token_login = [&](const net::Request& request) -> std::optional<net::Response> {
        const auto authorization = request.headers.find("Authorization").value_or("");
        if (request.path == "/token") {
            if (authorization != "Basic " + to_base64("ada:hunter2"))
                return plain(401, "{}", "application/json");
            return plain(200, R"({"token":"t0ken"})", "application/json");
        }
        if (authorization == "Bearer t0ken") return std::nullopt;
        net::Response refused = plain(401, "{}", "application/json");
        refused.headers.add("WWW-Authenticate",
                            "Bearer realm=\"" + realm + "\",service=\"registry\"");
        return refused;
    };
    TestServer server({}, token_login);
    realm = server.endpoint() + "/token";
    CHECK(outcome(tried({server.endpoint(), "ada", "hunter2"})) == "ok, tls: plain_http");
    CHECK(outcome(tried({server.endpoint(), "ada", "wrong"})) == "credential: credential_rejected");
    CHECK(outcome(tried({server.endpoint()})) == "credential: credential_needed");
    realm = "https://login.example/token";
    CHECK(outcome(tried({server.endpoint(), "ada", "hunter2"})) == "credential: realm_untrusted");
}

TEST_CASE("a harmless name that leads to this machine is refused where it is resolved") {
    TestServer server;
    SystemClock clock;
    Outside outside = real_outside(clock);
    outside.policy = {};
    const Validation validation =
        validate(access_to({server.endpoint()}), outside, {.step_limit = 5s}, {});
    CHECK(outcome(validation) == "resolve: address_forbidden");
}

TEST_CASE("addresses are what they are, whichever kinds this machine has") {
    CHECK(resolve("[::1]", {}) == std::vector<Address>{"::1"});
    CHECK(resolve("127.0.0.1", {}) == std::vector<Address>{"127.0.0.1"});
}

TEST_CASE("a registry that leads to a link-local address leads nowhere") {
    const std::string metadata = "http://169.254.169.254/latest/meta-data";
    TestServer by_redirect({}, [&](const net::Request& request) -> std::optional<net::Response> {
        if (request.path.find("/manifests/") == std::string::npos) return std::nullopt;
        net::Response response{.status = 307};
        response.headers.add("Location", metadata);
        return response;
    });
    const Validation redirected = tried({by_redirect.endpoint()});
    CHECK(outcome(redirected) == "manifest: address_forbidden");
    CHECK(step(redirected, "manifest").message.find("must not be") != std::string::npos);
    TestServer by_realm({}, [&](const net::Request&) -> std::optional<net::Response> {
        net::Response refused = plain(401, "{}", "application/json");
        refused.headers.add("WWW-Authenticate", "Bearer realm=\"" + metadata + "\"");
        return refused;
    });
    // Nobody's password is asked for, so the service is one that anybody may be sent to.
    CHECK(outcome(tried({by_realm.endpoint()})) == "credential: address_forbidden");
    CHECK(outcome(tried({by_realm.endpoint(), "ada", "hunter2"})) == "credential: realm_untrusted");
}

TEST_CASE("an account that is known but may not use the registry is told so") {
    TestServer server({}, [](const net::Request& request) -> std::optional<net::Response> {
        if (request.headers.find("Authorization")) return plain(403, "{}", "application/json");
        net::Response refused{.status = 401, .body = std::string("{}")};
        refused.headers.add("WWW-Authenticate", "Basic realm=\"registry\"");
        return refused;
    });
    CHECK(outcome(tried({server.endpoint(), "ada", "hunter2"})) == "ping: denied");
}

TEST_CASE("what answers 200 to everything is no registry either") {
    TestServer server({}, always(200, "hello"));
    CHECK(outcome(tried({server.endpoint()})) == "listing: answer_invalid");
}

TEST_CASE("a password that nobody asks for is worth a warning") {
    TestServer server;
    CHECK(outcome(tried({server.endpoint(), "ada", "hunter2"})) ==
          "ok, tls: plain_http, credential: credential_unused");
}

TEST_CASE("the outcome of a saved registry is kept with its time") {
    TestServer server;
    BookFixture fixture;
    Book book(fixture.database.path(), seal::Sealer(fixture.keys), {.loopback = true},
              fixture.clock);
    const auto saved = book.add("acme", draft_of("one", server.endpoint()));
    SystemClock clock;
    validate_registration(book, "acme", saved.registration.uid, real_outside(clock),
                          {.step_limit = 5s}, {});
    const auto kept = book.find("acme", saved.registration.uid)->last_validation;
    REQUIRE(kept.has_value());
    CHECK(kept->result == "warning");
    CHECK(json::parse(kept->report).has_value());
    CHECK(std::chrono::system_clock::now() - kept->at < 1min);
    CHECK(refusal_of([&] {
              validate_registration(book, "other", saved.registration.uid, real_outside(clock), {},
                                    {});
          }).code == ErrorCode::not_found);
}
