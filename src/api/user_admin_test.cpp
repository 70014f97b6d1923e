// Users by the API: made, changed, disabled, removed; passwords; and who may do that.
#include "api/api_fixture.hpp"
#include "net/url.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>

namespace berth::api {
namespace {

using identity::Right;

std::string path_of(const std::string& name, const std::string& more = "") {
    return "/v1/users/" + identity::uid_of(name) + more;
}

int login(ApiFixture& api, const std::string& name, const std::string& password) {
    return api
        .send("POST", "/v1/auth/authenticate",
              json::write(json::Object{{"emailId", name}, {"password", password}}))
        .status;
}

std::string role_of(ApiFixture& api, const std::string& name) {
    const auto user = api.get(path_of(name), api.as("admin")).document();
    return std::string(user.at("spec").at("roles").at(0).as_string());
}

} // namespace

TEST_CASE("users are for those who manage, whatever is asked") {
    ApiFixture api;
    struct Row {
        const char* method;
        std::string path;
    };
    const std::vector<Row> rows{{"GET", "/v1/users"},
                                {"POST", "/v1/users"},
                                {"GET", "/v1/users/meta"},
                                {"GET", path_of("vi")},
                                {"PUT", path_of("vi")},
                                {"PATCH", path_of("vi")},
                                {"PUT", path_of("vi", "/state")},
                                {"DELETE", path_of("vi")},
                                {"POST", path_of("vi", "/password")}};
    for (const auto& row : rows) {
        CAPTURE(row.path);
        CHECK(api.send(row.method, row.path, "{}", api.as("ed")).status == 403);
        CHECK(api.send(row.method, row.path, "{}", api.by_key("admin", Right::use)).status == 403);
        CHECK(api.send(row.method, row.path, "{}").status == 401);
    }
    CHECK(api.users.list().size() == 3);
}

TEST_CASE("a new user has a password that is shown once, and the rights of their role") {
    ApiFixture api;
    const auto made = api.send("POST", "/v1/users",
                               R"({"metadata":{"name":"x"},"spec":{"emailId":"new@example.com",
                                   "roles":["editor"]}})",
                               api.as("admin"));
    CHECK(made.status == 201);
    CHECK(made.text("uid") == identity::uid_of("new@example.com"));
    const auto password = made.text("password");
    CHECK(password.size() == 24);
    CHECK(login(api, "new@example.com", password) == 200);
    CHECK(api.users.find("new@example.com")->may(access::Action::push, "any"));
    const auto shown = api.get(path_of("new@example.com"), api.as("admin"));
    CHECK(shown.body.find(password) == std::string::npos);
    CHECK(shown.body.find("argon2") == std::string::npos);
    CHECK(role_of(api, "new@example.com") == "editor");
    const auto record = api.realm.trail().list(api.realm.tenant().uid, 0, 50);
    const auto created = std::find_if(record.begin(), record.end(), [](const auto& each) {
        return each.action == "user.create";
    });
    REQUIRE(created != record.end());
    CHECK(created->object == made.text("uid"));
    CHECK(created->after->find("argon2") == std::string::npos);
    CHECK(created->after->find(password) == std::string::npos);
}

TEST_CASE("what cannot be a user is refused with its field") {
    ApiFixture api;
    const auto field = [&](const std::string& spec, int status) {
        const auto answer =
            api.send("POST", "/v1/users", R"({"spec":)" + spec + "}", api.as("admin"));
        CHECK(answer.status == status);
        return answer.detail("field");
    };
    CHECK(field(R"({"emailId":"ed"})", 409) == "spec.emailId");
    CHECK(field(R"({"emailId":""})", 400) == "spec.emailId");
    CHECK(field(R"({"emailId":"a b"})", 400) == "spec.emailId");
    CHECK(field(R"({"emailId":"a:b"})", 400) == "spec.emailId");
    CHECK(field(R"({"emailId":"n","roles":["root"]})", 400) == "spec.roles");
    CHECK(field(R"({"emailId":"n","roles":["viewer","editor"]})", 400) == "spec.roles");
    CHECK(field(R"({"emailId":"n","roles":"viewer"})", 400) == "spec.roles");
    CHECK(field(R"({"emailId":"n","password":"short"})", 400) == "spec.password");
    CHECK(api.users.list().size() == 3);
    const auto taken =
        api.send("POST", "/v1/users", R"({"spec":{"emailId":"ed"}})", api.as("admin"));
    CHECK(taken.code() == "NameTaken");
}

TEST_CASE("a role is changed at once, and the last admin stays one") {
    ApiFixture api;
    const auto put = [&](const std::string& name, const std::string& role) {
        return api
            .send("PUT", path_of(name), fmt::format(R"({{"spec":{{"roles":["{}"]}}}})", role),
                  api.as("admin"))
            .status;
    };
    CHECK(put("vi", "editor") == 204);
    CHECK(role_of(api, "vi") == "editor");
    CHECK(put("admin", "viewer") == 409);
    CHECK(api.send("DELETE", path_of("admin"), "", api.as("admin")).status == 409);
    CHECK(api.send("PUT", path_of("admin", "/state"), R"({"isActive":false})", api.as("admin"))
              .status == 409);
    CHECK(put("vi", "tenant_admin") == 204);
    CHECK(api.send("PUT", path_of("admin"), R"({"spec":{"roles":["viewer"]}})", api.as("vi"))
              .status == 204);
    CHECK(api.get("/v1/users", api.as("admin")).status == 403);
    CHECK(api.send("PUT", path_of("ed"), R"({"spec":{"emailId":"edward"}})", api.as("vi")).status ==
          400);
}

TEST_CASE("rights in the registry, names and state are changed together or one by one") {
    ApiFixture api;
    const auto as = api.as("admin");
    const auto put = [&](const std::string& body) {
        return api.send("PUT", path_of("vi"), body, as);
    };
    const auto patch = [&](const std::string& body) {
        return api.send("PATCH", path_of("vi"), body, as);
    };
    const auto seen = [&] { return api.get(path_of("vi"), as).document().at("spec"); };
    CHECK(put(R"({"spec":{"firstName":"Vi","lastName":"Ewer",
                  "grants":[{"prefix":"team","actions":["pull","push"]},
                            {"prefix":"","actions":["pull"]}]}})")
              .status == 204);
    CHECK(api.users.find("vi")->may(access::Action::push, "team/app"));
    CHECK_FALSE(api.users.find("vi")->may(access::Action::push, "other/app"));
    CHECK(seen().at("roles").at(0) == "editor"); // who may push somewhere
    CHECK(seen().at("lastName") == "Ewer");
    CHECK(api.get("/v1/users/me", api.as("vi")).body.find("Ewer") != std::string::npos);
    CHECK(patch(R"([{"op":"remove","path":"/spec/grants"},
                    {"op":"replace","path":"/spec/firstName","value":"Violet"}])")
              .status == 204);
    CHECK(seen().at("grants") == json::Array());
    CHECK(seen().at("roles").at(0) == "viewer");
    CHECK(seen().at("firstName") == "Violet");
    CHECK(seen().at("lastName") == "Ewer");
    const auto record = api.realm.trail().list(api.realm.tenant().uid, 0, 1).at(0);
    CHECK(record.action == "user.update");
    CHECK(record.before->find(R"("prefix":"team")") != std::string::npos);
    CHECK(record.after->find(R"("prefix":"team")") == std::string::npos);
    CHECK(put(R"({"spec":{"roles":["editor"]},"status":{"isActive":false}})").status == 204);
    CHECK_FALSE(api.users.find("vi").has_value());
}

TEST_CASE("a change of a user that makes no sense is refused with its field, and changes nothing") {
    ApiFixture api;
    const auto refused = [&](const char* method, const std::string& body) {
        const auto answer = api.send(method, path_of("vi"), body, api.as("admin"));
        CHECK(answer.status == 400);
        return answer.detail("field");
    };
    const auto before = api.get(path_of("vi"), api.as("admin")).body;
    const auto grant = [](const std::string& text) {
        return R"({"spec":{"grants":)" + text + "}}";
    };
    for (const char* wrong :
         {"{}", R"(["team"])", R"([{"prefix":"Te am","actions":["pull"]}])",
          R"([{"prefix":"team","actions":[]}])", R"([{"prefix":"team","actions":["own"]}])"}) {
        CAPTURE(wrong);
        CHECK(refused("PUT", grant(wrong)) == "spec.grants");
    }
    CHECK(refused("PUT", R"({"spec":{"roles":["viewer"],
                             "grants":[{"prefix":"","actions":["push"]}]}})") == "spec.grants");
    CHECK(refused("PUT", R"({"spec":{"roles":["editor"],"grants":[]}})") == "spec.grants");
    CHECK(refused("PUT", R"({"spec":{"firstName":"a\nb"}})") == "spec.firstName");
    CHECK(refused("PUT", R"({"status":{"isActive":"no"}})") == "status.isActive");
    CHECK(refused("PATCH", R"([{"op":"move","path":"/spec/roles"}])") == "op");
    CHECK(refused("PATCH", R"([{"op":"add","path":"/spec/emailId","value":"x"}])") == "path");
    CHECK(refused("PATCH", R"([{"op":"remove","path":"/spec/roles"}])") == "path");
    CHECK(refused("PATCH", R"([{"op":"replace","path":"/spec/roles"}])") == "value");
    CHECK(refused("PATCH", R"(["x"])").empty());
    CHECK(refused("PATCH", R"({"op":"add"})").empty());
    CHECK(api.get(path_of("vi"), api.as("admin")).body == before);
}

TEST_CASE("a disabled user is out at once, and back when enabled, but for their sessions") {
    ApiFixture api;
    const auto session = api.realm.sessions().begin(api.user("ed"));
    const auto key = api.by_key("ed", Right::see);
    const auto state = [&](const char* body) {
        return api.send("PUT", path_of("ed", "/state"), body, api.as("admin")).status;
    };
    CHECK(state(R"({"isActive":false})") == 204);
    CHECK(login(api, "ed", "ed") == 401);
    CHECK(api.get("/v1/users/me", key).status == 401);
    CHECK(api.get(path_of("ed"), api.as("admin")).body.find(R"("isActive":false)") !=
          std::string::npos);
    CHECK(state(R"({"isActive":true})") == 204);
    CHECK(login(api, "ed", "ed") == 200);
    CHECK(api.get("/v1/users/me", key).status == 200);
    CHECK_FALSE(api.realm.by_session(session).has_value());
    CHECK(state("{}") == 400);
}

TEST_CASE("with a user go their sessions and keys, also for the next one of that name") {
    ApiFixture api;
    const auto key = api.by_key("ed", Right::see);
    CHECK(api.send("DELETE", path_of("ed"), "", api.as("admin")).status == 204);
    CHECK(api.send("DELETE", path_of("ed"), "", api.as("admin")).status == 404);
    CHECK(api.send("POST", "/v1/users", R"({"spec":{"emailId":"ed"}})", api.as("admin")).status ==
          201);
    CHECK(api.get("/v1/users/me", key).status == 401);
    CHECK(api.get(path_of("nobody"), api.as("admin")).status == 404);
    CHECK(api.get("/v1/users/a%20b", api.as("admin")).code() == "ResourceNotFound");
}

TEST_CASE("a password that was reset is shown once and ends the sessions before") {
    ApiFixture api;
    const auto session = api.realm.sessions().begin(api.user("ed"));
    const auto answer = api.send("POST", path_of("ed", "/password"), "", api.as("admin"));
    CHECK(answer.status == 200);
    CHECK(login(api, "ed", "ed") == 401);
    CHECK(login(api, "ed", answer.text("password")) == 200);
    CHECK_FALSE(api.realm.by_session(session).has_value());
    api.users.update("vi", [](access::User& user) {
        user.external = access::External{"corp", "1"};
    });
    CHECK(api.send("POST", path_of("vi", "/password"), "", api.as("admin")).status == 409);
}

TEST_CASE("one's own password needs the one before, and keeps this browser logged in") {
    ApiFixture api;
    const auto session = api.realm.sessions().begin(api.user("vi"));
    const auto other = api.realm.sessions().begin(api.user("vi"));
    const Fields fields{{"Cookie", "berth_session=" + session.reveal()},
                        {"X-CSRF-Token", identity::Sessions::csrf_of(session)}};
    const std::string path = "/v1/users/me/password";
    const auto wrong =
        api.send("PUT", path, R"({"currentPassword":"no","newPassword":"long enough"})", fields);
    CHECK(wrong.status == 400);
    CHECK(wrong.detail("field") == "currentPassword");
    const auto bad =
        api.send("PUT", path, R"({"currentPassword":"vi","newPassword":"short"})", fields);
    CHECK(bad.detail("field") == "newPassword");
    const auto body = R"({"currentPassword":"vi","newPassword":"long enough"})";
    CHECK(api.send("PUT", path, body, api.by_key("vi", Right::see)).status == 403);
    const auto done = api.send("PUT", path, body, fields);
    CHECK(done.status == 204);
    CHECK(login(api, "vi", "long enough") == 200);
    CHECK_FALSE(api.realm.by_session(session).has_value());
    CHECK_FALSE(api.realm.by_session(other).has_value());
    const auto field = std::string(done.headers.find("Set-Cookie").value());
    const auto cookie = field.substr(0, field.find(';'));
    CHECK(api.get("/v1/users/me", {{"Cookie", cookie}}).status == 200);
}

TEST_CASE("guessing one's own password at an open browser is guessing") {
    ApiFixture api({}, {.failed_logins_per_minute = 0, .lockout_after = 2});
    const auto as = api.as("vi");
    const auto body = R"({"currentPassword":"no","newPassword":"long enough"})";
    CHECK(api.send("PUT", "/v1/users/me/password", body, as).status == 400);
    CHECK(api.send("PUT", "/v1/users/me/password", body, as).status == 400);
    CHECK(api.send("PUT", "/v1/users/me/password", body, as).status == 429);
    CHECK(login(api, "vi", "vi") == 429);
}

TEST_CASE("users come in pages by name, and are found by a part of it") {
    ApiFixture api;
    for (int i = 0; i < 5; ++i)
        api.users.put({.name = fmt::format("robot-{}", i), .password_hash = ""});
    std::vector<std::string> names;
    std::string token;
    do {
        std::string query = "limit=3&search=RO";
        net::add_query(query, "continue", token);
        const auto page = api.get("/v1/users?" + query, api.as("admin")).document();
        for (const auto& item : page.at("items").as_array())
            names.emplace_back(item.at("metadata").at("name").as_string());
        CHECK(page.at("listmeta").at("count").to_number<int>() == 5);
        token = std::string(page.at("listmeta").at("continue").as_string());
    } while (!token.empty());
    CHECK(names.size() == 5);
    CHECK(std::is_sorted(names.begin(), names.end()));
    CHECK(api.get("/v1/users/meta", api.as("admin")).document().at("items").as_array().size() == 8);
}

} // namespace berth::api
