// Routing, callers, rights, limits and refusals.
#include "api/api_fixture.hpp"
#include "api/callers.hpp"
#include "api/refusal.hpp"
#include "db/database_error.hpp"
#include "registration/cause.hpp"
#include "registration/field_error.hpp"

#include "net/url.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

namespace berth::api {
namespace {

using identity::Right;

Operation says(std::string word) {
    return [word](Call& call) {
        json::Object body{{"said", word}};
        for (const auto& [name, value] : call.segments) body[name] = value;
        return reply(200, body);
    };
}

Routes sample_routes() {
    return {
        {"GET", "/v1/things", Right::see, says("list")},
        {"POST", "/v1/things", Right::manage,
         [](Call& call) {
             call.audit.after = body_of(call);
             return reply(201, {{"uid", "new-uid"}});
         },
         "thing.create"},
        {"GET", "/v1/things/{uid}", Right::see, says("one")},
        {"GET", "/v1/things/summary", Right::see, says("summary")},
        {"DELETE", "/v1/things/{uid}", Right::manage, [](Call&) { return reply(204); }},
        {"POST", "/v1/things/{uid}/try", Right::use, [](Call&) { return reply(204); }, unrecorded},
        {"GET", "/v1/things/{uid}/parts/{name}", Right::see, says("part")},
        {"GET", "/v1/open", std::nullopt, says("open")}};
}

Operation throws(std::function<void()> raise) {
    return [raise](Call&) {
        raise();
        return reply(200);
    };
}

} // namespace

TEST_CASE("literal segments win over variables, and an encoded slash stays in its segment") {
    ApiFixture api(sample_routes());
    const auto as = api.as("admin");
    CHECK(api.get("/v1/things", as).text("said") == "list");
    CHECK(api.get("/v1/things/summary", as).text("said") == "summary");
    CHECK(api.get("/v1/things/x", as).text("said") == "one");
    CHECK(api.last_route == "/v1/things/{uid}");
    CHECK(api.last_actor == "admin");
    const auto part = api.get("/v1/things/a%20b/parts/team%2Fapp", as);
    CHECK(part.text("uid") == "a b");
    CHECK(part.text("name") == "team/app");
}

TEST_CASE("what is not there is 404 in Palette's form, whoever asks") {
    ApiFixture api(sample_routes());
    for (const auto* path :
         {"/v1", "/v1/", "/v1/none", "/v1/things/", "/v1//things", "/v1/things/x/parts",
          "/v1/things/x/parts/", "/v1/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a"}) {
        CAPTURE(path);
        const auto answer = api.get(path);
        CHECK(answer.status == 404);
        CHECK(answer.code() == "ResourceNotFound");
        CHECK(answer.text("ref") == "the-ref");
        CHECK(answer.header("Content-Type") == "application/json");
    }
    CHECK(api.get("/v2/").status == 299);
    CHECK(api.get("/v1x").status == 299);
    CHECK(api.get("/v1/things/%zz", api.as("admin")).status == 400);
}

TEST_CASE("a wrong method is 405 with those that there are") {
    ApiFixture api(sample_routes());
    const auto answer = api.send("PATCH", "/v1/things/summary");
    CHECK(answer.status == 405);
    CHECK(answer.code() == "MethodNotAllowed");
    CHECK(answer.header("Allow") == "DELETE, GET, HEAD");
    CHECK(api.send("HEAD", "/v1/things", "", api.as("admin")).status == 200);
}

TEST_CASE("each right is asked for: 401 of nobody, 403 of who has it not") {
    ApiFixture api(sample_routes());
    struct Row {
        const char* who;
        int see, use, manage;
    };
    for (const auto& row : {Row{"", 401, 401, 401}, Row{"vi", 200, 403, 403},
                            Row{"ed", 200, 204, 403}, Row{"admin", 200, 204, 204}}) {
        CAPTURE(row.who);
        const auto as = *row.who ? api.as(row.who) : Fields();
        CHECK(api.get("/v1/things", as).status == row.see);
        CHECK(api.send("POST", "/v1/things/x/try", "", as).status == row.use);
        CHECK(api.send("DELETE", "/v1/things/x", "", as).status == row.manage);
        CHECK(api.get("/v1/open", as).status == 200);
    }
    CHECK(api.get("/v1/things").code() == "Unauthorized");
    CHECK(api.send("DELETE", "/v1/things/x", "", api.as("vi")).code() == "OperationForbidden");
}

TEST_CASE("an API key does what both its scope and its owner's role allow") {
    ApiFixture api(sample_routes());
    const auto see = api.by_key("admin", Right::see);
    CHECK(api.get("/v1/things", see).status == 200);
    CHECK(api.send("DELETE", "/v1/things/x", "", see).status == 403);
    CHECK(api.send("DELETE", "/v1/things/x", "", api.by_key("admin", Right::manage)).status == 204);
    CHECK(api.send("DELETE", "/v1/things/x", "", api.by_key("vi", Right::manage)).status == 403);
    // As Authorization too, with and without the scheme.
    CHECK(api.get("/v1/things", {{"Authorization", see[0].second}}).status == 200);
    CHECK(api.get("/v1/things", {{"authorization", "bearer " + see[0].second}}).status == 200);
}

TEST_CASE("what opens nothing is 401, even where something else would open") {
    ApiFixture api(sample_routes());
    const auto good = api.as("admin")[0].second;
    const std::vector<Fields> wrong{
        {{"ApiKey", "berth_none"}},
        {{"ApiKey", "berth_none"}, {"Authorization", good}},
        {{"Authorization", "Basic YWRtaW46YWRtaW4="}},
        {{"Authorization", "Bearer"}},
        {{"Authorization", "Bearer " + good + "x"}},
        {{"ApiKey", good}},
        {{"Cookie", "berth_session=none"}},
    };
    for (const auto& fields : wrong) {
        CHECK(api.get("/v1/things", fields).status == 401);
        CHECK(api.get("/v1/open", fields).status == 200); // where nobody need be known
    }
    // Empty fields are not there.
    CHECK(api.get("/v1/things", {{"ApiKey", ""}, {"Authorization", good}}).status == 200);
}

TEST_CASE("a session writes only with the field that its pages know") {
    ApiFixture api(sample_routes());
    const auto session = api.realm.sessions().begin(api.user("admin"));
    const auto other = api.realm.sessions().begin(api.user("admin"));
    const std::string cookie = "a=b; berth_session=" + session.reveal() + "; c=d";
    const auto csrf = identity::Sessions::csrf_of(session);
    CHECK(api.get("/v1/things", {{"Cookie", cookie}}).status == 200);
    const auto refused = api.send("DELETE", "/v1/things/x", "", {{"Cookie", cookie}});
    CHECK(refused.status == 403);
    CHECK(refused.code() == "CsrfMismatch");
    // The field must be the session's, not merely equal to a cookie that others could set.
    for (const auto& forged : {std::string("x"), identity::Sessions::csrf_of(other)})
        CHECK(api.send("DELETE", "/v1/things/x", "",
                       {{"Cookie", cookie + "; berth_csrf=" + forged}, {"X-CSRF-Token", forged}})
                  .code() == "CsrfMismatch");
    CHECK(api.send("DELETE", "/v1/things/x", "", {{"Cookie", cookie}, {"X-CSRF-Token", csrf}})
              .status == 204);
    api.clock.advance(std::chrono::hours(2));
    CHECK(api.get("/v1/things", {{"Cookie", cookie}}).status == 401);
}

TEST_CASE("an answer that lasts can be told when what opened it opens nothing any more") {
    ApiFixture api;
    const auto opens = [&](const Fields& fields) {
        net::Request request;
        for (const auto& [name, value] : fields) request.headers.add(name, value);
        return still_opens(request, api.realm);
    };
    const auto session = api.realm.sessions().begin(api.user("ed"));
    const Fields cookie{{"Cookie", "berth_session=" + session.reveal()}};
    const auto key = api.by_key("ed", Right::see);
    const auto token = api.as("ed");
    for (const auto& fields : {cookie, key, token}) CHECK(opens(fields));
    CHECK_FALSE(opens({}));
    api.realm.sessions().end(session);
    CHECK_FALSE(opens(cookie));
    api.users.remove("ed");
    CHECK_FALSE(opens(key));
    CHECK_FALSE(opens(token));
}

TEST_CASE("too many requests of one person are 429 with the time to wait") {
    ApiFixture api(sample_routes(), {.user_per_second = 1, .user_burst = 2});
    const auto as = api.as("admin");
    CHECK(api.get("/v1/things", as).status == 200);
    CHECK(api.get("/v1/things", as).status == 200);
    const auto refused = api.get("/v1/things", as);
    CHECK(refused.status == 429);
    CHECK(refused.code() == "TooManyRequests");
    CHECK(refused.header("Retry-After") == "1");
    CHECK(api.get("/v1/things", api.as("vi")).status == 200);
}

TEST_CASE("guesses at keys count like anybody's requests") {
    ApiFixture api(sample_routes(), {.anonymous_per_second = 1, .anonymous_burst = 2});
    for (int i = 0; i < 2; ++i)
        CHECK(api.get("/v1/things", {{"ApiKey", "berth_none"}}).status == 401);
    CHECK(api.get("/v1/things", {{"ApiKey", "berth_none"}}).status == 429);
    CHECK(api.get("/v1/things", {{"Cookie", "berth_session=none"}}).status == 429);
    CHECK(api.get("/v1/things", api.as("vi")).status == 200);
}

TEST_CASE("each error has its status and name, and no upstream's failure looks like ours") {
    struct Row {
        ErrorCode code;
        int status;
        const char* name;
    };
    const std::vector<Row> rows{
        {ErrorCode::usage, 400, "BadRequest"},
        {ErrorCode::not_found, 404, "ResourceNotFound"},
        {ErrorCode::manifest_unknown, 404, "ResourceNotFound"},
        {ErrorCode::conflict, 409, "Conflict"},
        {ErrorCode::unauthorized, 400, "InvalidRegistryCredentials"},
        {ErrorCode::too_many_requests, 500, "RegistryBusy"},
        {ErrorCode::unreachable, 500, "RegistryUnreachable"},
        {ErrorCode::timeout, 500, "RegistryTimeout"},
        {ErrorCode::upstream_failed, 500, "RegistryFailed"},
        {ErrorCode::denied, 400, "InvalidRegistryCredentials"},
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        ApiFixture api({{"GET", "/v1/fails", std::nullopt,
                         throws([&] { throw Error(row.code, "it failed").set_hint("mend it"); })}});
        const auto answer = api.get("/v1/fails");
        CHECK(answer.status == row.status);
        CHECK(answer.code() == row.name);
        CHECK(answer.text("message") == "it failed");
        CHECK(answer.detail("hint") == "mend it");
        CHECK(answer.text("ref") == "the-ref");
    }
    for (int code = 0; code <= static_cast<int>(ErrorCode::internal); ++code) {
        const int status = meaning_of(static_cast<ErrorCode>(code)).status;
        CHECK(status <= 500);
        CHECK(status != 429);
        CHECK(status != 401);
        CHECK(status != 403);
    }
}

TEST_CASE("of an internal error only the reference is told") {
    const std::vector<std::function<void()>> bugs{
        [] { throw Error(ErrorCode::internal, "path /secret").set_hint("hint /secret"); },
        [] { throw std::runtime_error("path /secret"); }};
    for (const auto& bug : bugs) {
        ApiFixture api({{"GET", "/v1/fails", std::nullopt, throws(bug)}});
        const auto answer = api.get("/v1/fails");
        CHECK(answer.status == 500);
        CHECK(answer.code() == "InternalError");
        CHECK(answer.body.find("/secret") == std::string::npos);
        CHECK(answer.text("ref") == "the-ref");
    }
}

TEST_CASE("our own database's failures are no registry's, and tell nothing of this machine") {
    const std::vector<std::pair<ErrorCode, const char*>> rows{
        {ErrorCode::timeout, "StorageBusy"},
        {ErrorCode::no_space, "NoSpace"},
        {ErrorCode::corrupt, "StoredDataDamaged"},
        {ErrorCode::internal, "InternalError"}};
    for (const auto& [code, name] : rows) {
        ApiFixture api({{"GET", "/v1/fails", std::nullopt, throws([&, code = code] {
                             throw db::DatabaseError(code, "database /var/x: locked");
                         })}});
        const auto answer = api.get("/v1/fails");
        CHECK(answer.status == 500);
        CHECK(answer.code() == name);
        CHECK(answer.body.find("/var/x") == std::string::npos);
    }
}

TEST_CASE("fields, causes and steps get into the details") {
    const auto answer_to = [](std::function<void()> raise) {
        ApiFixture api({{"GET", "/v1/fails", std::nullopt, throws(std::move(raise))}});
        return api.get("/v1/fails");
    };
    using registration::FieldError;
    const auto taken = answer_to([] {
        throw FieldError(ErrorCode::conflict, "metadata.name", "is taken").hint_is("other");
    });
    CHECK(taken.status == 409);
    CHECK(taken.code() == "NameTaken");
    CHECK(taken.detail("field") == "metadata.name");
    const auto forbidden =
        answer_to([] { throw FieldError(ErrorCode::denied, "spec.endpoint", "is this machine"); });
    CHECK(forbidden.status == 400);
    CHECK(forbidden.code() == "BadRequest");
    CHECK(forbidden.detail("field") == "spec.endpoint");
    const auto caused = answer_to([] {
        throw registration::CauseError(ErrorCode::unreachable, "refused", "nobody listens", "look");
    });
    CHECK(caused.detail("cause") == "refused");
    CHECK(caused.detail("hint") == "look");
    const auto refused = answer_to([] {
        throw Refusal(412, "EtagMismatch", "it changed").detail("step", "tls").hint_is("h");
    });
    CHECK(refused.status == 412);
    CHECK(refused.code() == "EtagMismatch");
    CHECK(refused.detail("step") == "tls");
    CHECK(refused.detail("hint") == "h");
    // Palette's provider would repeat the request ten times.
    const auto broken = answer_to(
        [] { throw Error(ErrorCode::unreachable, "Connection reset by peer: connection reset"); });
    CHECK(broken.text("message") == "Connection broken by peer: connection broken");
}

TEST_CASE("writes are in the trail with who, what, how it ended and what changed") {
    ApiFixture api(sample_routes());
    const auto answer = api.send("POST", "/v1/things", R"({"n":1})", api.as("admin"));
    CHECK(answer.status == 201);
    CHECK(answer.header("AuditUid").size() == 24);
    api.send("DELETE", "/v1/things/x", "", api.as("vi"));
    api.send("POST", "/v1/things", "nonsense", api.by_key("admin", Right::manage));
    api.send("DELETE", "/v1/things/x");
    api.send("POST", "/v1/things/x/try", "", api.as("ed"));
    api.get("/v1/things", api.as("ed"));
    const auto records = api.realm.trail().list(api.realm.tenant().uid, 0, 10);
    REQUIRE(records.size() == 3);
    CHECK(records[2].uid == answer.header("AuditUid"));
    CHECK(records[2].action == "thing.create");
    CHECK(records[2].actor == "admin");
    CHECK(records[2].proof == "token");
    CHECK(records[2].object == "new-uid");
    CHECK(records[2].outcome == "success");
    CHECK(records[2].ref == "the-ref");
    CHECK(records[2].after == R"({"n":1})");
    CHECK(records[1].action == "DELETE /v1/things/{uid}");
    CHECK(records[1].object == "x");
    CHECK(records[1].outcome == "denied");
    CHECK(records[0].proof == "apiKey");
    CHECK(records[0].outcome == "failed");
}

TEST_CASE("bodies are bounded and refused with a reason") {
    ApiFixture api(sample_routes());
    const auto as = api.as("admin");
    std::string deep;
    for (int i = 0; i < 40; ++i) deep += "[";
    for (int i = 0; i < 40; ++i) deep += "]";
    struct Row {
        std::string body;
        int status;
        const char* says;
    };
    const std::vector<Row> rows{{"", 400, "empty"},
                                {"  ", 400, "empty"},
                                {"[]", 400, "no object"},
                                {"{", 400, "byte"},
                                {R"({"a":1,"a":1})", 400, "twice"},
                                {R"({"a":)" + deep + "}", 400, "deeper than 32"},
                                {"{\"a\":\"\xff\"}", 400, "byte"},
                                {std::string(1024 * 1024 + 1, ' '), 413, "1 MiB"}};
    for (const auto& row : rows) {
        const auto answer = api.send("POST", "/v1/things", row.body, as);
        CHECK(answer.status == row.status);
        INFO(answer.body);
        CHECK(answer.text("message").find(row.says) != std::string::npos);
    }
}

TEST_CASE("a page goes on where the one before ended, and takes no other continuation") {
    const auto route = [](Call& call) {
        const auto page = page_of(call);
        return reply(200, {{"after", page.after},
                           {"listmeta", list_meta(page, page.limit, std::nullopt, "last one")}});
    };
    ApiFixture api({{"GET", "/v1/list", std::nullopt, route}});
    const auto meta_of = [](const ApiAnswer& answer) {
        return json::Reader(answer.document(), "").object("listmeta").has_value();
    };
    const auto first = api.get("/v1/list?limit=7");
    CHECK(meta_of(first));
    const auto document = first.document();
    const auto& meta = document.at("listmeta").as_object();
    CHECK(meta.at("limit").to_number<int>() == 7);
    CHECK(meta.at("offset").to_number<int>() == 7);
    const std::string token(meta.at("continue").as_string());
    const auto second = api.get("/v1/list?limit=100&continue=" + net::percent_encode(token));
    CHECK(second.text("after") == "last one");
    const auto page = second.document();
    CHECK(page.at("listmeta").at("offset").to_number<int>() == 57);
    for (const auto* wrong :
         {"limit=0", "limit=-1", "limit=x", "continue=x", "continue=bm9uZQ", "continue=e30",
          "continue=W10", "continue=eyJvZmZzZXQiOi0xLCJhZnRlciI6IngifQ"}) {
        CAPTURE(wrong);
        CHECK(api.get(std::string("/v1/list?") + wrong).status == 400);
    }
    CHECK(api.get("/v1/list?limit=&continue=").status == 200);
}

TEST_CASE("a route that cannot be is refused at the start") {
    const auto twice = [] {
        return ApiFixture({{"GET", "/v1/users/me", Right::see, says("again")}});
    };
    CHECK_THROWS_AS(twice(), Error);
    CHECK_THROWS_AS(ApiFixture({{"GET", "/elsewhere", Right::see, says("x")}}), Error);
}

} // namespace berth::api
