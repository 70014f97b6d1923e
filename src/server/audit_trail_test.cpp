#include "server/audit_trail.hpp"

#include "server/distribution_fixture.hpp"

using namespace berth;
using namespace berth::server;

namespace {

constexpr std::string_view wrong = "Basic YWRtaW46Z3Vlc3NlZA=="; // admin:guessed

struct AuditFixture : DistributionFixture {
    std::filesystem::path file = scratch.path / "audit";
    observe::LineFile lines{file};
    observe::Audit audit{lines, observe::LineFormat::json, clock};
    int failed_logins = 0;
    net::Handler audited = make_audited(
        {.audit = audit, .registry = registry, .login_failed = [this] { ++failed_logins; }},
        handler);

    net::Response ask(std::string method, std::string path, std::string query = "",
                      std::string body = "",
                      std::string_view authorization = "Basic YWRtaW46c2VjcmV0") {
        net::Request request;
        request.method = std::move(method);
        request.path = std::move(path);
        request.query = std::move(query);
        request.peer = "192.0.2.7";
        request.id = "r-1";
        if (!authorization.empty())
            request.headers.add("Authorization", std::string(authorization));
        request.content_length = body.size();
        MemorySource source(body);
        request.body = &source;
        return audited(request);
    }

    /// What was written since the last look.
    std::string news() {
        const auto text = read_file(file, 1 << 20).substr(read_);
        read_ += text.size();
        return text;
    }

    static bool has(const std::string& text, std::string_view part) {
        return text.find(part) != std::string::npos;
    }

private:
    std::size_t read_ = 0;
};

std::string manifest(std::string_view note) {
    return fmt::format(
        R"({{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json",)"
        R"("manifests":[],"annotations":{{"note":"{}"}}}})",
        note);
}

} // namespace

TEST_CASE_FIXTURE(AuditFixture, "pushes, moves and deletes are told with actor and digest") {
    REQUIRE(ask("PUT", "/v2/team/app/manifests/v1", "", manifest("a")).status == 201);
    auto text = news();
    CHECK(has(text,
              "\"action\":\"manifest.push\",\"outcome\":\"success\",\"actor\":\"admin\","
              "\"repository\":\"team/app\",\"reference\":\"v1\",\"digest\":\"sha256:"));
    CHECK(has(text, "\"peer\":\"192.0.2.7\",\"request_id\":\"r-1\",\"status\":201}"));
    REQUIRE(ask("PUT", "/v2/team/app/manifests/v1", "", manifest("a")).status == 201);
    CHECK(has(news(), "\"action\":\"manifest.push\""));
    REQUIRE(ask("PUT", "/v2/team/app/manifests/v1", "", manifest("b")).status == 201);
    text = news();
    CHECK(has(text, "\"action\":\"tag.move\""));
    CHECK(has(text, "\"previous\":\"sha256:"));
    REQUIRE(ask("DELETE", "/v2/team/app/manifests/v1").status == 202);
    CHECK(has(news(), "\"action\":\"tag.delete\",\"outcome\":\"success\""));
    CHECK(ask("DELETE", "/v2/team/app/manifests/v1").status == 404);
    CHECK(has(news(), "\"action\":\"tag.delete\",\"outcome\":\"failed\""));
}

TEST_CASE_FIXTURE(AuditFixture, "blobs are told when they are there, mounts with their source") {
    const std::string digest =
        "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    REQUIRE(ask("POST", "/v2/team/app/blobs/uploads/").status == 202);
    CHECK(news().empty());
    REQUIRE(ask("POST", "/v2/team/app/blobs/uploads/", "digest=" + digest, "abc").status == 201);
    CHECK(has(news(),
              "\"action\":\"blob.push\",\"outcome\":\"success\",\"actor\":\"admin\","
              "\"repository\":\"team/app\",\"digest\":\"" +
                  digest + "\""));
    REQUIRE(
        ask("POST", "/v2/other/app/blobs/uploads/", "mount=" + digest + "&from=team/app").status ==
        201);
    CHECK(has(news(),
              "\"action\":\"blob.mount\",\"outcome\":\"success\",\"actor\":\"admin\","
              "\"repository\":\"other/app\",\"digest\":\"" +
                  digest + "\",\"from\":\"team/app\""));
    REQUIRE(ask("DELETE", "/v2/other/app/blobs/" + digest).status == 202);
    CHECK(has(news(), "\"action\":\"blob.delete\""));
    CHECK(ask("GET", "/v2/team/app/blobs/" + digest).status == 200);
    CHECK(news().empty());
}

TEST_CASE_FIXTURE(AuditFixture, "refused writes and wrong passwords are told, passwords never") {
    CHECK(ask("PUT", "/v2/secret/app/manifests/v1", "", manifest("a"), robot).status == 403);
    CHECK(has(news(), "\"action\":\"manifest.push\",\"outcome\":\"denied\",\"actor\":\"robot\""));
    CHECK(ask("GET", "/v2/", "", "", wrong).status == 401);
    const auto text = news();
    CHECK(has(text, "\"action\":\"login.failed\",\"outcome\":\"denied\",\"actor\":\"admin\""));
    CHECK_FALSE(has(text, "guessed"));
    CHECK_FALSE(has(text, "YWRtaW46Z3Vlc3NlZA"));
    CHECK(
        ask("POST", "/token", "", "grant_type=password&username=eve&password=guessed", "").status ==
        401);
    CHECK(has(news(), "\"action\":\"login.failed\",\"outcome\":\"denied\",\"actor\":\"eve\""));
    CHECK(failed_logins == 2);
}

TEST_CASE_FIXTURE(AuditFixture, "how every client begins is not worth a line") {
    CHECK(ask("GET", "/v2/", "", "", "").status == 401);
    CHECK(ask("PUT", "/v2/team/app/manifests/v1", "", manifest("a"), "").status == 401);
    CHECK(news().empty());
    CHECK(failed_logins == 0);
}
