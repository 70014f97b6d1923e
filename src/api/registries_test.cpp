#include "api/registries_fixture.hpp"

#include <array>

using namespace berth;
using namespace berth::api;
using namespace berth::api::testing;
using registration::testing::TestServer;

namespace {

std::string plain_spec(const std::string& endpoint, const std::string& more = "") {
    return R"({"endpoint":")" + endpoint + R"(","auth":{"type":"noAuth"})" + more + "}";
}

std::string body_for(const std::string& name, const std::string& spec) {
    return R"({"metadata":{"name":")" + name + R"("},"spec":)" + spec + "}";
}

const std::string with_sync = R"(,"isSyncSupported":true,"baseContentPath":"team")";

} // namespace

TEST_CASE("a registry is created, read, changed and deleted with Palette's statuses") {
    RegistriesFixture api;
    const std::string uid = api.create("Harbour", plain_spec("https://reg.example"));
    const Answer read = api.ask("GET", "/v1/registries/oci/" + uid + "/basic");
    CHECK(read.status == 200);
    CHECK(read.text("/metadata/name") == "Harbour");
    CHECK(read.headers.find("ETag") == "\"1\"");
    CHECK(read.text("/status/syncStatus/isSyncSupported") == "false");
    const std::string path = "/v1/registries/oci/" + uid + "/basic";
    CHECK(api.ask("PUT", path, body_for("Port", plain_spec("https://reg.example/"))).status == 204);
    CHECK(api.ask("GET", path).text("/spec/endpoint") == "https://reg.example/");
    CHECK(api.ask("DELETE", path).status == 204);
    const Answer gone = api.ask("GET", path);
    CHECK(gone.status == 404);
    CHECK(gone.code() == "ResourceNotFound");
    CHECK(api.ask("DELETE", path).status == 404);
}

TEST_CASE("the wrong type, another tenant and what is no uid are not there") {
    RegistriesFixture api;
    const std::string uid = api.create("Harbour", plain_spec("https://reg.example"));
    for (const std::string& path :
         {"/v1/registries/oci/" + uid + "/ecr", std::string("/v1/registries/oci/a%20name/basic"),
          std::string("/v1/registries/oci/image"), std::string("/v1/registries/oci/zz/ecr")}) {
        CAPTURE(path);
        const Answer answer = api.ask("GET", path);
        CHECK(answer.status == 404);
        CHECK(answer.code() == "ResourceNotFound");
    }
    CHECK(api.ask("DELETE", "/v1/registries/oci/" + uid + "/ecr").status == 404);
    api.person->tenant = "t2";
    CHECK(api.ask("GET", "/v1/registries/oci/" + uid + "/basic").status == 404);
    CHECK(api.ask("POST", "/v1/registries/oci/" + uid + "/validate").status == 404);
    CHECK(api.ask("GET", "/v1/registries/oci/" + uid + "/repositories").status == 404);
    CHECK(api.ask("GET", "/v1/registries/oci/summary").text("/items") == "[]");
    api.person->tenant = "t1";
    CHECK(api.ask("DELETE", "/v1/registries/" + uid).status == 204);
}

TEST_CASE("names are unique whatever their case, and can be asked for before") {
    RegistriesFixture api;
    const std::string uid = api.create("Harbour", plain_spec("https://reg.example"));
    const Answer taken = api.ask("POST", "/v1/registries/oci/basic",
                                 body_for("HARBOUR", plain_spec("https://other.example")));
    CHECK(taken.status == 409);
    CHECK(taken.code() == "NameTaken");
    CHECK(taken.text("/details/field") == "metadata.name");
    const std::string path = "/v1/registries/oci/validate/name?name=";
    CHECK(api.ask("GET", path + "harbour").code() == "NameTaken");
    CHECK(api.ask("GET", path + "harbour&uid=" + uid).status == 204);
    CHECK(api.ask("GET", path + "port").status == 204);
    CHECK(api.ask("GET", path).status == 400);
    CHECK(api.ask("GET", path + "a%2Fb").text("/details/field") == "metadata.name");
}

TEST_CASE("an edit that began from an older version is refused, and changes nothing") {
    RegistriesFixture api;
    const std::string uid = api.create("Harbour", plain_spec("https://reg.example"));
    const std::string path = "/v1/registries/oci/" + uid + "/basic";
    const std::string body = body_for("Port", plain_spec("https://reg.example"));
    CHECK(api.ask("PUT", path, body, {{"If-Match", "\"1\""}}).status == 204);
    for (const char* stale : {"\"1\"", "\"1\", \"9\"", "nonsense", ""}) {
        CAPTURE(stale);
        const Answer refused = api.ask("PUT", path, body, {{"If-Match", stale}});
        CHECK(refused.status == 412);
        CHECK(refused.code() == "EtagMismatch");
        CHECK(api.ask("DELETE", path, "", {{"If-Match", stale}}).status == 412);
    }
    CHECK(api.ask("GET", path).headers.find("ETag") == "\"2\"");
    CHECK(api.ask("PUT", path, body, {{"If-Match", "W/\"2\""}}).status == 204);
    CHECK(api.ask("PUT", path, body, {{"If-Match", "\"2\", \"3\""}}).status == 204);
    CHECK(api.ask("DELETE", path, "", {{"If-Match", "*"}}).status == 204);
}

TEST_CASE("a masked password stays, and another origin wants it typed again") {
    RegistriesFixture api;
    const auto with_password = [](const std::string& endpoint, const std::string& password) {
        return R"({"endpoint":")" + endpoint +
               R"(","auth":{"type":"basic","username":"ada","password":")" + password + R"("}})";
    };
    const std::string uid = api.create("Harbour", with_password("https://reg.example", "hunter2"));
    const std::string path = "/v1/registries/oci/" + uid + "/basic";
    CHECK(api.ask("GET", path).text("/spec/auth/password") == "****");
    CHECK(api.ask("PUT", path, body_for("Port", with_password("https://reg.example", "****")))
              .status == 204);
    const auto secrets = api.book.secrets_of(api.book.find("t1", uid).value());
    CHECK(secrets.at(registration::SecretField::password).reveal() == "hunter2");
    const Answer moved =
        api.ask("PUT", path, body_for("Port", with_password("https://evil.example", "****")));
    CHECK(moved.status == 400);
    CHECK(moved.text("/details/field") == "spec.auth.password");
    const Answer toggled = api.ask(
        "PUT", path,
        body_for("Port", R"({"endpoint":"https://reg.example","auth":{},"isSyncSupported":true,)"
                         R"("baseContentPath":"x"})"));
    CHECK(toggled.status == 400);
    CHECK(toggled.text("/message").find("cannot be changed after the registry is created") !=
          std::string::npos);
}

TEST_CASE("labels and annotations come back, and stay when an edit does not speak of them") {
    RegistriesFixture api;
    const auto body = [](const std::string& more) {
        return R"({"metadata":{"name":"Harbour")" + more +
               R"(},"spec":{"endpoint":"https://reg.example","auth":{}}})";
    };
    const std::string words = R"(,"labels":{"team":"a"},"annotations":{"description":"b\nc"})";
    const std::string uid = api.ask("POST", "/v1/registries/oci/basic", body(words)).text("/uid");
    const std::string path = "/v1/registries/oci/" + uid + "/basic";
    CHECK(api.ask("GET", path).text("/metadata/labels/team") == "a");
    CHECK(api.ask("GET", "/v1/registries/oci/summary").text("/items/0/metadata/labels/team") ==
          "a");
    CHECK(api.ask("PUT", path, body("")).status == 204);
    CHECK(api.ask("GET", path).text("/metadata/annotations/description") == "b\nc");
    CHECK(api.ask("PUT", path, body(R"(,"labels":{"dev":"spectro__tag"})")).status == 204);
    const Answer changed = api.ask("GET", path);
    CHECK(changed.text("/metadata/labels/dev") == "spectro__tag");
    CHECK(changed.text("/metadata/labels/team") == "(absent)");
    CHECK(api.ask("PUT", path, body(R"(,"labels":{"a":1})")).text("/details/field") ==
          "metadata.labels");
    const std::string long_text(5000, 'x');
    CHECK(api.ask("PUT", path, body(R"(,"annotations":{"a":")" + long_text + R"("})"))
              .text("/details/field") == "metadata.annotations");
}

TEST_CASE("lists of registries are sorted by name; those that there are none of are empty") {
    RegistriesFixture api;
    api.create("beta", plain_spec("https://b.example"));
    api.create("Alpha", plain_spec("https://a.example"));
    const Answer summary = api.ask("GET", "/v1/registries/oci/summary");
    CHECK(summary.text("/items/0/metadata/name") == "Alpha");
    CHECK(summary.text("/items/0/spec/registryType") == "basic");
    CHECK(summary.text("/items/1/status/sync/isSyncSupported") == "false");
    CHECK(api.ask("GET", "/v1/registries/metadata").text("/items/1/kind") == "oci");
    CHECK(api.ask("GET", "/v1/registries/metadata?scope=system").text("/items") == "[]");
    CHECK(api.ask("GET", "/v1/registries/helm?limit=50&scope=all").text("/items") == "[]");
    CHECK(api.ask("GET", "/v1/registries/helm/0123/sync/status").status == 404);
}

TEST_CASE("validate says 204 for what works and names the step that fails") {
    RegistriesFixture api;
    TestServer server({}, registration::testing::basic_login("ada", "hunter2"));
    const auto spec = [&](const std::string& password) {
        return R"({"endpoint":")" + server.endpoint() +
               R"(","auth":{"type":"basic","username":"ada","password":")" + password + R"("}})";
    };
    const std::string path = "/v1/registries/oci/basic/validate";
    CHECK(api.ask("POST", path, spec("hunter2")).status == 204);
    const Answer wrong = api.ask("POST", path, spec("guess"));
    CHECK(wrong.status == 400);
    CHECK(wrong.code() == "InvalidRegistryCredentials");
    CHECK(wrong.text("/details/step") == "ping");
    CHECK(wrong.text("/details/hint") != "(absent)");
    const Answer closed = api.ask("POST", path, plain_spec("http://127.0.0.1:1"));
    CHECK(closed.status == 400);
    CHECK(closed.code() == "RegistryUnreachable");
    CHECK(closed.text("/details/step") == "connect");
    const Answer steps = api.ask("POST", path + "/steps", spec("guess"));
    CHECK(steps.status == 200);
    CHECK(steps.text("/result") == "failed");
    CHECK(steps.body.at("steps").as_array().size() == 8);
    CHECK(steps.text("/notes/0/code") == "plain_http");
    CHECK(api.ask("POST", path + "/steps", plain_spec("")).text("/details/field") ==
          "spec.endpoint");
    CHECK(api.ask("POST", path, "[]").status == 400);
}

TEST_CASE("who accepts lines gets each step as it ends, and the validation at the end") {
    RegistriesFixture api;
    TestServer server({}, registration::testing::basic_login("ada", "hunter2"));
    const HeaderList accept{{"Accept", "application/x-ndjson, application/json;q=0.5"}};
    const std::string spec = R"({"endpoint":")" + server.endpoint() +
                             R"(","auth":{"type":"basic","username":"ada","password":"hunter2"}})";
    const std::string typed = "/v1/registries/oci/basic/validate/steps";
    const Answer answer = api.ask("POST", typed, spec, accept);
    CHECK(answer.status == 200);
    REQUIRE(answer.lines.size() == 9);
    constexpr std::array names{"resolve",    "connect", "tls",     "challenge",
                               "credential", "ping",    "listing", "manifest"};
    for (std::size_t at = 0; at < names.size(); ++at)
        CHECK(answer.lines[at].at("step").at("name") == names[at]);
    const json::Object& whole = answer.lines.back().at("validation").as_object();
    CHECK(whole.at("result") == "warning"); // plain HTTP
    CHECK(whole.at("steps").as_array().size() == 8);
    CHECK(whole.at("notes").as_array().size() == 1);
    // Palette's own address is as it was.
    CHECK(api.ask("POST", "/v1/registries/oci/basic/validate", spec, accept).status == 204);
    // A field that is wrong is refused before there are lines.
    CHECK(api.ask("POST", typed, plain_spec(""), accept).status == 400);

    const std::string uid = api.create("Harbour", spec);
    const std::string stored = "/v1/registries/oci/" + uid;
    const Answer tried = api.ask("POST", stored + "/validate", "", accept);
    REQUIRE(tried.lines.size() == 9);
    CHECK(api.ask("GET", stored + "/validation").text("/result") == "warning");
}

TEST_CASE("a trial of a stored registry uses its secrets, is recorded and shows in the lists") {
    RegistriesFixture api;
    TestServer server({}, registration::testing::basic_login("ada", "hunter2"));
    const auto spec = [&](const std::string& password, const std::string& more) {
        return R"({"endpoint":")" + server.endpoint() +
               R"(","auth":{"type":"basic","username":"ada","password":")" + password + R"("})" +
               more + "}";
    };
    const std::string uid = api.create("Harbour", spec("hunter2", ""));
    const std::string path = "/v1/registries/oci/" + uid;
    CHECK(api.ask("GET", path + "/validation").status == 404);
    CHECK(api.ask("POST", "/v1/registries/oci/basic/validate",
                  spec("****", R"(,"registryUid":")" + uid + "\""))
              .status == 204);
    const Answer tried = api.ask("POST", path + "/validate");
    CHECK(tried.text("/result") == "warning"); // plain HTTP
    const Answer last = api.ask("GET", path + "/validation");
    CHECK(last.text("/steps/0/name") == "resolve");
    CHECK(last.text("/at") != "(absent)");
    CHECK(api.ask("GET", "/v1/registries/oci/summary").text("/items/0/status/validation/result") ==
          "warning");
    CHECK(api.ask("GET", path + "/basic").text("/status/validation/result") == "warning");
}

TEST_CASE("an endpoint is made exact before it is saved, with a preview for each region") {
    RegistriesFixture api;
    const Answer plain = api.ask("POST", "/v1/registries/oci/normalize",
                                 R"({"kind":"basic","endpoint":" Reg.example/v2/ "})");
    CHECK(plain.text("/endpoint") == "https://reg.example");
    CHECK(plain.text("/origin") == "https://reg.example");
    CHECK(plain.body.at("notes").as_array().size() >= 3);
    CHECK(plain.text("/previews") == "(absent)");
    const Answer ecr =
        api.ask("POST", "/v1/registries/oci/normalize",
                R"({"kind":"ecr","endpoint":)"
                R"("111122223333.dkr.ecr.{{.spectro.system.aws.region}}.amazonaws.com"})");
    CHECK(ecr.status == 200);
    CHECK(ecr.text("/endpoint").find("{{.spectro.system.aws.region}}") != std::string::npos);
    CHECK(ecr.text("/previews/0/endpoint") ==
          "https://111122223333.dkr.ecr.us-east-1.amazonaws.com");
    CHECK(ecr.body.at("previews").as_array().size() == 3);
    CHECK(api.ask("POST", "/v1/registries/oci/normalize", R"({"endpoint":"ftp://x"})").status ==
          400);
}

TEST_CASE("a create with synchronization starts one, whose end is seen in the status") {
    RegistriesFixture api;
    TestServer server;
    const std::string uid = api.create("Harbour", plain_spec(server.endpoint(), with_sync));
    const std::string path = "/v1/registries/oci/" + uid + "/basic/sync";
    api.wait_for_jobs();
    const Answer status = api.ask("GET", path + "/status");
    CHECK(status.text("/status") == "Success");
    CHECK(status.text("/isSyncSupported") == "true");
    CHECK(status.text("/lastSyncedTime") != "(absent)");
    CHECK(api.ask("POST", path).status == 202);
    api.wait_for_jobs();
    const Answer jobs = api.ask("GET", "/v1/jobs");
    CHECK(jobs.body.at("items").as_array().size() == 2);
    CHECK(jobs.text("/items/0/status") == "done");
    CHECK(jobs.text("/items/0/registryName") == "Harbour");
    CHECK(jobs.text("/items/0/itemsTotal") == "1");
    CHECK(jobs.text("/items/0/message") == "1 repository, 1 tag");
    const Answer list = api.ask("GET", "/v1/registries/oci/" + uid + "/repositories");
    CHECK(list.text("/source") == "index");
    CHECK(list.text("/items/0/name") == "team/app");
    CHECK(list.text("/items/0/kind") == "image");
    CHECK(list.text("/listmeta/count") == "1");
    const Answer tags = api.ask("GET", "/v1/registries/oci/" + uid + "/tags?repository=team%2Fapp");
    CHECK(tags.text("/items/0/tag") == "v1");
    CHECK(api.ask("GET", "/v1/registries/oci/" + uid + "/tags?repository=team/none").status == 404);
    CHECK(api.ask("DELETE", "/v1/registries/oci/" + uid + "/basic").status == 204);
    CHECK(api.index.repository_count(uid) == 0);
}

TEST_CASE("without synchronization there is no sync, and skipPackSync puts it off") {
    RegistriesFixture api;
    TestServer server;
    const std::string off = api.create("off", plain_spec(server.endpoint()));
    const Answer refused = api.ask("POST", "/v1/registries/oci/" + off + "/basic/sync");
    CHECK(refused.status == 400);
    CHECK(refused.text("/details/field") == "spec.isSyncSupported");
    const Answer made = api.ask("POST", "/v1/registries/oci/basic?skipPackSync=true",
                                body_for("later", plain_spec(server.endpoint(), with_sync)));
    CHECK(api.sync.jobs().list("t1", 10).empty());
    const std::string path = "/v1/registries/oci/" + made.text("/uid") + "/basic/sync/status";
    CHECK(api.ask("GET", path).text("/status") == "Pending");
    api.sync.start_due("t1");
    api.wait_for_jobs();
    CHECK(api.ask("GET", path).text("/status") == "Success");
    // Both were tried as well; nothing is due any more.
    const std::size_t jobs = api.sync.jobs().list("t1", 10).size();
    CHECK(jobs == 3);
    CHECK(api.book.find("t1", off)->last_validation.has_value());
    api.sync.start_due("t1");
    CHECK(api.sync.jobs().list("t1", 10).size() == jobs);
}

TEST_CASE("a sync that fails says why, and another tenant's jobs are not seen") {
    RegistriesFixture api;
    const std::string uid = api.create("dead", plain_spec("http://127.0.0.1:1", with_sync));
    api.wait_for_jobs();
    const Answer status = api.ask("GET", "/v1/registries/oci/" + uid + "/basic/sync/status");
    CHECK(status.text("/status") == "Failed");
    CHECK(status.text("/message") != "(absent)");
    CHECK(status.text("/lastSyncedTime") == "(absent)");
    const std::string job = api.ask("GET", "/v1/jobs").text("/items/0/uid");
    CHECK(api.ask("POST", "/v1/jobs/" + job + "/cancel").status == 204);
    CHECK(api.ask("POST", "/v1/jobs/none/cancel").status == 404);
    api.person->tenant = "t2";
    CHECK(api.ask("GET", "/v1/jobs").text("/items") == "[]");
    CHECK(api.ask("POST", "/v1/jobs/" + job + "/cancel").status == 404);
}

TEST_CASE("changes and jobs are told as events") {
    RegistriesFixture api;
    TestServer server;
    const auto stream = api.events.listen({.tenant = "t1"});
    const std::string uid = api.create("Harbour", plain_spec(server.endpoint(), with_sync));
    api.wait_for_jobs();
    std::string heard;
    std::array<std::byte, 65536> buffer;
    for (int i = 0; i < 20 && heard.find("\"done\"") == std::string::npos; ++i)
        heard += as_text(std::span(buffer).first(stream->read(buffer)));
    CHECK(heard.find("event: registry\ndata: {\"uid\":\"" + uid) != std::string::npos);
    CHECK(heard.find("event: job") != std::string::npos);
    CHECK(heard.find("\"status\":\"done\"") != std::string::npos);
    const Answer answer = api.ask("GET", "/v1/events");
    CHECK(answer.status == 200);
    CHECK(answer.headers.find("Content-Type") == "text/event-stream");
}
