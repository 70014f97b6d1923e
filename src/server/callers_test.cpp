// Who asks: Basic credentials, tokens in every broken form, and limits on how often.
#include "base/text.hpp"
#include "server/distribution_fixture.hpp"

namespace berth::server {

namespace {

struct CallerFixture : DistributionFixture {
    CallerFixture() : DistributionFixture(access::RateLimits{.failed_logins_per_minute = 0}) {
        push_blob("team/app", "{}");
        push_blob("public/app", "{}");
    }
    Answer with(const std::string& authorization, std::string_view target = "/v2/") {
        return send("GET", target, {{"Authorization", authorization}});
    }
    std::string token(std::string_view scope, const std::string& who) {
        const auto answer = with(who, fmt::format("/token?service=berth&scope={}", scope));
        REQUIRE(answer.status == 200);
        const auto document = json::parse(answer.body).value();
        return json::Reader(document, "").required_text("token");
    }
    /// A token of other claims and header, signed with our key.
    static std::string unpadded(std::string text) {
        text = to_base64(text);
        while (text.ends_with('=')) text.pop_back();
        return text;
    }
    const std::string blob = "/v2/team/app/blobs/" + codec::digest_of("{}").text();
};

/// A body during which something happens.
class EventfulSource final : public Source {
public:
    EventfulSource(std::string bytes, std::function<void()> event)
        : bytes_(std::move(bytes)), event_(std::move(event)) {}
    std::size_t read(std::span<std::byte> out) override {
        event_();
        return bytes_.read(out);
    }

private:
    MemorySource bytes_;
    std::function<void()> event_;
};

struct LimitedFixture : DistributionFixture {
    LimitedFixture()
        : DistributionFixture(access::RateLimits{
              .user_per_second = 5, .anonymous_per_second = 3, .failed_logins_per_minute = 4}) {}
    int answered(int status, int asked, const std::string& who) {
        int count = 0;
        for (int i = 0; i < asked; ++i) {
            const auto answer = who.empty() ? send("GET", "/v2/public/app/tags/list")
                                            : send("GET", "/v2/", {{"Authorization", who}});
            count += answer.status == status ? 1 : 0;
        }
        return count;
    }
};

} // namespace

TEST_CASE_FIXTURE(CallerFixture,
                  "malformed credentials are 401 with a challenge, even where all may pull") {
    for (const auto* authorization :
         {"", "Basic", "Basic ", "Basic =", "Basic !!!", "Basic YWRtaW4=", "Basic YWRtaW46d3Jvbmc=",
          "Basic OnNlY3JldA==", "basic YWRtaW46c2VjcmV0 x", "Digest username=admin", "Bearer",
          "Bearer ", "Bearer x", "Bearer a.b.c", "BearerYWRt", "YWRtaW46c2VjcmV0", "Negotiate abc",
          "Basic YWRtaW46c2VjcmV0Cg==", "Basic YWRtaW46c2VjcmV0AA=="}) {
        CAPTURE(authorization);
        const auto answer = with(authorization, "/v2/public/app/tags/list");
        CHECK(answer.status == 401);
        CHECK(answer.code() == "UNAUTHORIZED");
        CHECK(answer.headers.all("WWW-Authenticate").size() == 1);
    }
    CHECK(with(admin).status == 200);
    CHECK(with("basic YWRtaW46c2VjcmV0").status == 200);
    CHECK(with("BASIC   YWRtaW46c2VjcmV0 ").status == 200);
}

TEST_CASE_FIXTURE(CallerFixture, "the challenge says where to get which token") {
    const auto answer = send("PUT", "/v2/team/app/manifests/v1");
    CHECK(answer.header("WWW-Authenticate") ==
          "Bearer realm=\"http://registry.example/token\",service=\"berth\","
          "scope=\"repository:team/app:pull,push\"");
    CHECK(send("GET", blob).header("WWW-Authenticate").ends_with(":pull\""));
    CHECK(send("DELETE", blob).header("WWW-Authenticate").ends_with(":delete\""));
    CHECK(send("GET", "/v2/_catalog").header("WWW-Authenticate").ends_with("registry:catalog:*\""));
    CHECK(send("GET", "/v2/").status == 401);
}

TEST_CASE_FIXTURE(CallerFixture, "a token opens what it was asked for and nothing else") {
    const auto pull = token("repository:team/app:pull", robot);
    CHECK(with("Bearer " + pull, blob).status == 200);
    CHECK(
        send("POST", "/v2/team/app/blobs/uploads/", {{"Authorization", "Bearer " + pull}}).status ==
        401);
    CHECK(with("Bearer " + pull, "/v2/team/other/tags/list").status == 401);
    CHECK(with("Bearer " + pull, "/v2/_catalog").status == 401);
    const auto more = token("repository:secret/app:pull,push,delete", robot);
    CHECK(with("Bearer " + more, "/v2/secret/app/tags/list").status == 403);
    const auto nobody = token("repository:team/app:pull", "Basic cm9ib3Q6YmVlcA==");
    users.remove("robot");
    CHECK(with("Bearer " + nobody, blob).status == 401);
}

TEST_CASE_FIXTURE(CallerFixture,
                  "a right that is lost while a body arrives is lost for that body") {
    const auto late = codec::digest_of("late").text();
    const auto push = [&](std::function<void()> event) {
        EventfulSource body("late", std::move(event));
        return send_source("POST", "/v2/team/app/blobs/uploads/?digest=" + late,
                           {{"Authorization", robot}}, body, 4)
            .status;
    };
    CHECK(push([&] { users.remove("robot"); }) == 403);
    CHECK(ask("HEAD", "/v2/team/app/blobs/" + late).status == 404);
    write_users();
    CHECK(push([] {}) == 201);
}

TEST_CASE_FIXTURE(CallerFixture, "a token that was changed, cut or made elsewhere is refused") {
    const auto good = token("repository:team/app:pull", robot);
    const auto first = good.find('.');
    const auto last = good.rfind('.');
    const auto head = good.substr(0, first);
    const auto claims = good.substr(first + 1, last - first - 1);
    const auto signature = good.substr(last + 1);
    access::TokenIssuer foreign(Secret("another key another key another!"), "berth", clock);
    access::TokenIssuer elsewhere(Secret("0123456789abcdef0123456789abcdef"), "elsewhere", clock);
    const access::Identity root{.name = "admin", .admin = true};
    const auto scope = access::Scope::parse("repository:team/app:pull");
    const std::vector<std::string> broken{
        unpadded(R"({"typ":"JWT","alg":"none"})") + "." + claims + ".",
        unpadded(R"({"alg":"none"})") + "." + claims + "." + signature,
        unpadded(R"({"typ":"JWT","alg":"HS512"})") + "." + claims + "." + signature,
        unpadded(R"({"typ":"JWT","alg":"RS256"})") + "." + claims + "." + signature,
        head + "." + unpadded(R"({"sub":"admin","aud":"berth"})") + "." + signature,
        head + "." + claims,
        head + "." + claims + ".",
        head + ".." + signature,
        "." + claims + "." + signature,
        claims + "." + head + "." + signature,
        good + ".",
        good + "." + signature,
        good + "=",
        good + "A",
        good.substr(0, good.size() - 1),
        good.substr(1),
        " . . ",
        "...",
        std::string(20'000, 'a'),
        std::string(20'000, '.'),
        foreign.issue(root, scope),
        elsewhere.issue(root, scope),
    };
    for (const auto& text : broken) {
        CAPTURE(text.substr(0, 400));
        CHECK(with("Bearer " + text, blob).status == 401);
    }
    for (std::size_t at = 0; at < good.size(); at += 7) {
        auto changed = good;
        changed[at] = changed[at] == 'A' ? 'B' : 'A';
        CHECK(with("Bearer " + changed, blob).status == 401);
    }
    CHECK(with("Bearer " + good, blob).status == 200);
    clock.advance(access::TokenIssuer::lifetime + std::chrono::minutes(1));
    CHECK(with("Bearer " + good, blob).status == 401);
}

TEST_CASE_FIXTURE(CallerFixture, "the token endpoint refuses what it does not understand") {
    CHECK(send("PUT", "/token").status == 405);
    CHECK(with("Basic YWRtaW46d3Jvbmc=", "/token").status == 401);
    CHECK(with("Basic !!!", "/token").status == 401);
    CHECK(send("POST", "/token", {}, "").status == 405);
    CHECK(send("POST", "/token", {}, "grant_type=refresh_token&refresh_token=x").status == 401);
    CHECK(send("POST", "/token", {}, "grant_type=refresh_token").status == 401);
    CHECK(send("POST", "/token", {}, "grant_type=client_credentials").status == 405);
    CHECK(send("POST", "/token", {}, "grant_type=password").status == 401);
    CHECK(send("POST", "/token", {}, "grant_type=password&username=admin&password=%").status ==
          400);
    CHECK(send("POST", "/token", {}, std::string(100'000, 'x')).status == 413);
    CHECK(send("POST", "/token", {}, "grant_type=password&username=admin&password=secret").status ==
          200);
    // Scopes that make no sense are left out, and do not fail the rest.
    CHECK(with(admin, "/token?scope=::&scope=x&scope=repository:a&scope=%ff%00").status == 200);
    CHECK(send("GET", "/token?scope=repository:team/app:pull").status == 200);
}

TEST_CASE_FIXTURE(
    CallerFixture,
    "a broken file of users is an error of ours, with a body and no content of the file") {
    replace_file(scratch.path / "users.json", "{\"users\": [{\"password\": \"hush", 0600);
    const auto answer = with(admin);
    CHECK(answer.status == 500);
    CHECK(answer.code() == "CORRUPT");
    CHECK(answer.body.find("users.json") == std::string::npos);
    CHECK(answer.body.find("hush") == std::string::npos);
}

TEST_CASE_FIXTURE(LimitedFixture, "requests beyond the rate are 429 and say when to come back") {
    CHECK(answered(200, 20, admin) == 5);
    const auto answer = send("GET", "/v2/", {{"Authorization", admin}});
    CHECK(answer.status == 429);
    CHECK(answer.code() == "TOOMANYREQUESTS");
    CHECK(answer.header("Retry-After") == "1");
    CHECK(answered(200, 20, robot) == 5);
    clock.advance(std::chrono::seconds(1));
    CHECK(answered(200, 20, admin) == 5);
    CHECK(answered(404, 20, "") == 3);
    peer = "192.0.2.2";
    CHECK(answered(404, 20, "") == 3);
}

TEST_CASE_FIXTURE(LimitedFixture,
                  "after too many wrong passwords even the right one waits, here and at /token") {
    CHECK(answered(200, 1, admin) == 1); // remembered, and still refused below
    CHECK(answered(401, 10, "Basic YWRtaW46d3Jvbmc=") == 4);
    CHECK(answered(429, 1, admin) == 1);
    const auto answer = send("GET", "/token", {{"Authorization", admin}});
    CHECK(answer.status == 429);
    CHECK(answer.header("Retry-After") == "15");
    CHECK(send("POST", "/token", {}, "grant_type=password&username=admin&password=secret").status ==
          429);
    peer = "192.0.2.2";
    CHECK(answered(200, 1, admin) == 1);
    peer = "192.0.2.1";
    clock.advance(std::chrono::seconds(15));
    CHECK(answered(200, 1, admin) == 1);
}

TEST_CASE_FIXTURE(LimitedFixture, "a token for each request does not get around the rate") {
    int given = 0;
    for (int i = 0; i < 20; ++i)
        given += send("GET", "/token", {{"Authorization", robot}}).status == 200 ? 1 : 0;
    CHECK(given == 5);
}

} // namespace berth::server
