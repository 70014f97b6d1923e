// Login, tokens and logout; who somebody is; API keys; the audit trail.
#include "api/api_fixture.hpp"
#include "api/callers.hpp"
#include "base/file.hpp"

#include "net/url.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

namespace berth::api {
namespace {

using identity::Right;

std::string login(const std::string& name, const std::string& password) {
    return json::write(json::Object{{"emailId", name}, {"password", password}, {"org", "default"}});
}

std::string cookie_value(const ApiAnswer& answer, std::string_view name) {
    for (const auto field : answer.headers.all("Set-Cookie")) {
        if (!field.starts_with(fmt::format("{}=", name))) continue;
        const auto begin = name.size() + 1;
        return std::string(field.substr(begin, field.find(';') - begin));
    }
    return "";
}

std::string cookie_fields(const ApiAnswer& answer) {
    std::string all;
    for (const auto field : answer.headers.all("Set-Cookie")) all += std::string(field) + "\n";
    return all;
}

} // namespace

TEST_CASE("a login gives a token and the cookies of a session") {
    ApiFixture api;
    const auto answer = api.send("POST", "/v1/auth/authenticate", login("ed", "ed"));
    CHECK(answer.status == 200);
    CHECK(api.last_actor == "ed");
    CHECK(answer.document().at("isMfa") == false);
    CHECK(api.get("/v1/users/me", {{"Authorization", answer.text("Authorization")}}).status == 200);
    const auto session = cookie_value(answer, "berth_session");
    CHECK(cookie_value(answer, "berth_csrf") == identity::Sessions::csrf_of(Secret(session)));
    CHECK(api.get("/v1/users/me", {{"Cookie", "berth_session=" + session}}).status == 200);
    const auto fields = cookie_fields(answer);
    CHECK(fields.find("berth_session=" + session +
                      "; Path=/; Max-Age=43200; SameSite=Strict; HttpOnly\n") != std::string::npos);
    CHECK(fields.find("Secure") == std::string::npos);
    const auto secure = api.send("POST", "/v1/auth/authenticate", login("ed", "ed"),
                                 {{"X-Forwarded-Proto", "https"}});
    CHECK(cookie_fields(secure).find("HttpOnly; Secure\n") != std::string::npos);
    const auto bare = api.send("POST", "/v1/auth/authenticate?setCookie=false", login("ed", "ed"));
    CHECK(bare.status == 200);
    CHECK(cookie_fields(bare).empty());
}

TEST_CASE("a wrong name and a wrong password are answered alike") {
    ApiFixture api;
    const auto wrong_password = api.send("POST", "/v1/auth/authenticate", login("ed", "no"));
    const auto wrong_name = api.send("POST", "/v1/auth/authenticate", login("nobody", "no"));
    CHECK(wrong_password.status == 401);
    CHECK(wrong_password.code() == "InvalidCredentials");
    CHECK(wrong_password.body == wrong_name.body);
    CHECK(cookie_fields(wrong_password).empty());
    const auto log = read_file(api.scratch.path().parent_path() / "audit.jsonl", 1 << 20);
    CHECK(log.find("login.failed") != std::string::npos);
    CHECK(api.realm.trail().count(api.realm.tenant().uid) == 0);
    for (const auto* body :
         {R"({"emailId":1,"password":"x"})", R"({"emailId":"ed","password":[]})"})
        CHECK(api.send("POST", "/v1/auth/authenticate", body).status == 400);
}

TEST_CASE("after too many wrong passwords right ones have to wait too") {
    ApiFixture api({}, {.failed_logins_per_minute = 3});
    for (int i = 0; i < 3; ++i)
        CHECK(api.send("POST", "/v1/auth/authenticate", login("ed", "no")).status == 401);
    const auto refused = api.send("POST", "/v1/auth/authenticate", login("ed", "ed"));
    CHECK(refused.status == 429);
    CHECK(refused.code() == "TooManyRequests");
    CHECK(refused.header("Retry-After") == "20");
    // Whoever cannot log in must not push out what is in the trail.
    api.send("POST", "/v1/auth/authenticate", "nonsense", api.as("vi"));
    CHECK(api.realm.trail().count(api.realm.tenant().uid) == 0);
    api.clock.advance(std::chrono::seconds(20));
    CHECK(api.send("POST", "/v1/auth/authenticate", login("ed", "ed")).status == 200);
}

TEST_CASE("the trail does not say that somebody's key proved another's login") {
    ApiFixture api;
    CHECK(api.send("POST", "/v1/auth/authenticate", login("ed", "ed"), api.by_key("vi", Right::see))
              .status == 200);
    const auto record = api.realm.trail().list(api.realm.tenant().uid, 0, 1).at(0);
    CHECK(record.actor == "ed");
    CHECK(record.proof == "");
}

TEST_CASE("a page of another site cannot log anybody in") {
    ApiFixture api;
    // Without TLS browsers say nothing of sites, but where a form comes from.
    const auto from = [&](const char* origin) {
        return api.send("POST", "/v1/auth/authenticate", login("ed", "ed"),
                        {{"Host", "Berth.example:5000"}, {"Origin", origin}});
    };
    CHECK(from("http://berth.example:5000").status == 200);
    for (const auto* origin : {"http://evil.example", "http://berth.example", "null",
                               "http://berth.example:5000.evil.example"}) {
        CAPTURE(origin);
        CHECK(from(origin).code() == "CsrfMismatch");
    }
    for (const auto* site : {"cross-site", "same-site"}) {
        const auto answer = api.send("POST", "/v1/auth/authenticate", login("ed", "ed"),
                                     {{"Sec-Fetch-Site", site}});
        CHECK(answer.status == 403);
        CHECK(cookie_fields(answer).empty());
    }
    CHECK(api.send("POST", "/v1/auth/authenticate", login("ed", "ed"),
                   {{"Sec-Fetch-Site", "same-origin"}})
              .status == 200);
}

TEST_CASE("a login beside the cookie of an ended session works, and ends an older one") {
    ApiFixture api;
    const auto old = api.realm.sessions().begin(api.user("ed"));
    const Fields fields{{"Cookie", "berth_session=" + old.reveal()}};
    CHECK(api.send("POST", "/v1/auth/authenticate", login("vi", "vi"), fields).status == 200);
    CHECK_FALSE(api.realm.by_session(old).has_value());
    CHECK(api.send("POST", "/v1/auth/authenticate", login("vi", "vi"), fields).status == 200);
}

TEST_CASE("a token that is refreshed is not written into the log's path, and begins no session") {
    ApiFixture api;
    const auto token = api.realm.issue_token(api.user("ed"));
    const auto answer = api.get("/v1/auth/refresh/" + token);
    CHECK(answer.status == 200);
    CHECK(api.realm.by_text(Secret(answer.text("Authorization")))->name == "ed");
    CHECK(cookie_fields(answer).empty());
    CHECK(api.last_path.find(token) == std::string::npos);
    const auto wrong = api.get("/v1/auth/refresh/" + token + "x");
    CHECK(wrong.status == 401);
    CHECK(wrong.code() == "Unauthorized");
    CHECK(api.last_path.find(token) == std::string::npos);
    CHECK(api.send("POST", "/v1/auth/refresh/" + token).status == 405);
    CHECK(api.last_path.find(token) == std::string::npos);
}

TEST_CASE("logout ends the session for its own pages only, and is for everybody") {
    ApiFixture api;
    const auto session = api.realm.sessions().begin(api.user("ed"));
    Fields fields{{"Cookie", "berth_session=" + session.reveal()}};
    CHECK(api.send("POST", "/v1/auth/logout", "", fields).code() == "CsrfMismatch");
    CHECK(api.realm.by_session(session).has_value());
    fields.emplace_back("X-CSRF-Token", identity::Sessions::csrf_of(session));
    const auto answer = api.send("POST", "/v1/auth/logout", "", fields);
    CHECK(answer.status == 204);
    CHECK_FALSE(api.realm.by_session(session).has_value());
    CHECK(cookie_fields(answer).find("berth_session=; Path=/; Max-Age=0") != std::string::npos);
    CHECK(cookie_fields(answer).find("berth_csrf=; Path=/; Max-Age=0") != std::string::npos);
    CHECK(api.send("POST", "/v1/auth/logout", "", fields).status == 204);
    CHECK(api.send("POST", "/v1/auth/logout").status == 204);
}

TEST_CASE("each proof of who one is is told to its holder") {
    ApiFixture api;
    const auto session = api.realm.sessions().begin(api.user("ed"));
    const std::vector<std::pair<Fields, std::string>> rows{
        {{{"Cookie", "berth_session=" + session.reveal()}}, "session"},
        {api.as("ed"), "token"},
        {api.by_key("ed", Right::see), "apiKey"}};
    for (const auto& [fields, proof] : rows) {
        const auto me = api.get("/v1/users/me", fields).document();
        CHECK(me.at("status").at("proof") == json::Value(boost::json::string_view(proof)));
        CHECK(me.at("spec").at("roles") == json::Array{"editor"});
        CHECK(me.at("status").at("rights").as_array().size() == (proof == "apiKey" ? 1 : 2));
        CHECK(me.at("metadata").at("uid").as_string() ==
              boost::json::string_view(identity::uid_of("ed")));
    }
    CHECK(api.get("/v1/users/me").status == 401);
    CHECK(api.get("/v1/users/info", api.as("ed")).text("userUid") == identity::uid_of("ed"));
}

TEST_CASE("the text of an API key is in the answer to its creation and nowhere else") {
    ApiFixture api;
    const auto made =
        api.send("POST", "/v1/apiKeys", R"({"metadata":{"name":"ci"}})", api.as("ed"));
    CHECK(made.status == 201);
    const auto text = made.text("apiKey");
    CHECK(api.get("/v1/users/me", {{"ApiKey", text}}).status == 200);
    const auto uid = made.text("uid");
    for (const auto& path : {std::string("/v1/apiKeys"), "/v1/apiKeys/" + uid}) {
        const auto answer = api.get(path, api.as("ed"));
        CHECK(answer.status == 200);
        CHECK(answer.body.find(text.substr(6, 30)) == std::string::npos);
        CHECK(answer.body.find(text.substr(0, 12) + "****") != std::string::npos);
        CHECK(answer.body.find(R"("scope":"use")") != std::string::npos);
    }
    const auto record = api.realm.trail().list(api.realm.tenant().uid, 0, 1).at(0);
    CHECK(record.object == uid);
    CHECK(record.after->find(text.substr(6, 30)) == std::string::npos);
}

TEST_CASE("keys of others are not there, but for those who manage") {
    ApiFixture api;
    const auto uid =
        api.send("POST", "/v1/apiKeys", R"({"metadata":{"name":"ci"}})", api.as("ed")).text("uid");
    const auto path = "/v1/apiKeys/" + uid;
    for (const auto* method : {"GET", "PUT", "PATCH", "DELETE"}) {
        const auto answer = api.send(method, path, R"({"isActive":false})", api.as("vi"));
        CHECK(answer.status == 404);
        CHECK(answer.code() == "ResourceNotFound");
    }
    CHECK(api.get(path, api.as("admin")).status == 200);
    CHECK(api.send("PATCH", path, R"({"isActive":false})", api.as("admin")).status == 204);
    CHECK(api.get(path, api.as("ed")).body.find(R"("isActive":false)") != std::string::npos);
    CHECK(api.send("DELETE", path, "", api.as("admin")).status == 204);
    CHECK(api.get(path, api.as("ed")).status == 404);
}

TEST_CASE("nobody makes a key that may more than they, nor by a key that may not manage") {
    ApiFixture api;
    const auto body = [](const std::string& scope) {
        return fmt::format(R"({{"metadata":{{"name":"{0}"}},"spec":{{"scope":"{0}"}}}})", scope);
    };
    struct Row {
        const char* who;
        const char* scope;
        int status;
    };
    for (const auto& row : {Row{"vi", "see", 201}, Row{"vi", "use", 403}, Row{"ed", "use", 201},
                            Row{"ed", "manage", 403}, Row{"admin", "manage", 201}}) {
        CAPTURE(row.who);
        CAPTURE(row.scope);
        CHECK(api.send("POST", "/v1/apiKeys", body(row.scope), api.as(row.who)).status ==
              row.status);
    }
    CHECK(api.send("POST", "/v1/apiKeys", body("see"), api.by_key("admin", Right::use)).status ==
          403);
    const auto others = fmt::format(R"({{"metadata":{{"name":"o"}},"spec":{{"userUid":"{}"}}}})",
                                    identity::uid_of("vi"));
    CHECK(api.send("POST", "/v1/apiKeys", others, api.as("ed")).status == 403);
    const auto made = api.send("POST", "/v1/apiKeys", others, api.as("admin"));
    CHECK(made.status == 201);
    const auto me = api.get("/v1/users/me", {{"ApiKey", made.text("apiKey")}}).document();
    CHECK(me.at("metadata").at("name") == "vi");
    CHECK(me.at("status").at("rights").as_array().size() == 1);
}

TEST_CASE("a time that Go clients did not set does not make a key last for ever") {
    ApiFixture api;
    const auto as = api.as("admin");
    const auto uid =
        api.send("POST", "/v1/apiKeys",
                 R"({"metadata":{"name":"a"},"spec":{"expiry":"2099-01-01T00:00:00Z"}})", as)
            .text("uid");
    const auto path = "/v1/apiKeys/" + uid;
    const auto expires = [&] {
        return api.get(path, as).body.find("2099-01-01") != std::string::npos;
    };
    CHECK(expires());
    CHECK(api.send("PUT", path, R"({"spec":{"expiry":"0001-01-01T00:00:00.000Z"}})", as).status ==
          204);
    CHECK(expires());
    CHECK(api.send("PUT", path, R"({"spec":{"expiry":""}})", as).status == 204);
    CHECK_FALSE(expires());
}

TEST_CASE("the one project is found by its name, and by no other") {
    ApiFixture api;
    const auto as = api.as("vi");
    const std::string path = "/v1/dashboard/projects/metadata";
    CHECK(api.get(path, as).document().at("items").as_array().size() == 1);
    CHECK(api.get(path + "?name=Default", as).document().at("items").as_array().size() == 1);
    CHECK(api.get(path + "?name=Other", as).document().at("items").as_array().empty());
    CHECK(api.get(path).status == 401);
}

TEST_CASE("the trail comes in pages, for those who manage") {
    ApiFixture api;
    for (int i = 0; i < 5; ++i)
        api.send("POST", "/v1/apiKeys", fmt::format(R"({{"metadata":{{"name":"k{}"}}}})", i),
                 api.as("ed"));
    CHECK(api.get("/v1/audit", api.as("ed")).status == 403);
    std::vector<std::string> names;
    std::string token;
    do {
        const auto page =
            api.get("/v1/audit?limit=2&continue=" + net::percent_encode(token), api.as("admin"))
                .document();
        for (const auto& item : page.at("items").as_array())
            names.emplace_back(item.at("name").as_string());
        CHECK(page.at("listmeta").at("count").to_number<int>() == 5);
        token = std::string(page.at("listmeta").at("continue").as_string());
    } while (!token.empty());
    CHECK(names == std::vector<std::string>{"k4", "k3", "k2", "k1", "k0"});
}

} // namespace berth::api
