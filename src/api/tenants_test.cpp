// Two tenants side by side: what is one's is not there for the other, at any address.
#include "api/api_fixture.hpp"
#include "api/openapi.hpp"
#include "api/registries_fixture.hpp"

#include <fmt/format.h>

#include <array>
#include <set>

using namespace berth;
using namespace berth::api;
using namespace berth::api::testing;
using identity::Role;

namespace {

/// A uid of each kind of object, all of one tenant.
struct Objects {
    std::string basic;
    std::string ecr;
    std::string user;
    std::string key;
    std::string project;
    std::string job;
};

/// An operation on one object, and which object it takes.
struct Row {
    const char* method;
    const char* path;
    std::string Objects::*object;
    const char* body = "";
};

/// All of the document that take an object's id. A route that is new and not here fails the test.
const std::array rows{
    Row{"GET", "/v1/registries/oci/{uid}/basic", &Objects::basic},
    Row{"PUT", "/v1/registries/oci/{uid}/basic", &Objects::basic,
        R"({"metadata":{"name":"x"},"spec":{"endpoint":"x.example","auth":{"type":"noAuth"}}})"},
    Row{"DELETE", "/v1/registries/oci/{uid}/basic", &Objects::basic},
    Row{"POST", "/v1/registries/oci/{uid}/basic/sync", &Objects::basic},
    Row{"GET", "/v1/registries/oci/{uid}/basic/sync/status", &Objects::basic},
    Row{"GET", "/v1/registries/oci/{uid}/ecr", &Objects::ecr},
    Row{"PUT", "/v1/registries/oci/{uid}/ecr", &Objects::ecr,
        R"({"metadata":{"name":"x"},"spec":{"endpoint":"public.ecr.aws","isPrivate":false}})"},
    Row{"DELETE", "/v1/registries/oci/{uid}/ecr", &Objects::ecr},
    Row{"POST", "/v1/registries/oci/{uid}/ecr/sync", &Objects::ecr},
    Row{"GET", "/v1/registries/oci/{uid}/ecr/sync/status", &Objects::ecr},
    Row{"GET", "/v1/registries/oci/{uid}", &Objects::basic},
    Row{"DELETE", "/v1/registries/{uid}", &Objects::basic},
    Row{"POST", "/v1/registries/oci/{uid}/validate", &Objects::basic},
    Row{"GET", "/v1/registries/oci/{uid}/validation", &Objects::basic},
    Row{"POST", "/v1/registries/oci/{uid}/doctor", &Objects::ecr},
    Row{"GET", "/v1/registries/oci/{uid}/ecr/regions", &Objects::ecr},
    Row{"GET", "/v1/registries/oci/{uid}/ecr/repository?repository=a", &Objects::ecr},
    Row{"GET", "/v1/registries/oci/{uid}/ecr/image?repository=a&reference=b", &Objects::ecr},
    Row{"POST", "/v1/registries/oci/{uid}/ecr/regions/fill/plan", &Objects::ecr, "{}"},
    Row{"POST", "/v1/registries/oci/{uid}/ecr/regions/fill", &Objects::ecr, "{}"},
    Row{"GET", "/v1/registries/oci/{uid}/ecr/regions/fill", &Objects::ecr},
    Row{"GET", "/v1/registries/oci/{uid}/repositories", &Objects::basic},
    Row{"GET", "/v1/registries/oci/{uid}/tags?repository=a", &Objects::basic},
    Row{"GET", "/v1/registries/oci/{uid}/manifest?repository=a&reference=b", &Objects::basic},
    Row{"GET", "/v1/registries/oci/{uid}/chart?repository=a&reference=b", &Objects::basic},
    Row{"POST", "/v1/jobs/{uid}/cancel", &Objects::job},
    Row{"GET", "/v1/apiKeys/{uid}", &Objects::key},
    Row{"PUT", "/v1/apiKeys/{uid}", &Objects::key, R"({"metadata":{"name":"x"}})"},
    Row{"PATCH", "/v1/apiKeys/{uid}", &Objects::key, R"({"isActive":false})"},
    Row{"PUT", "/v1/apiKeys/{uid}/state", &Objects::key, R"({"isActive":false})"},
    Row{"DELETE", "/v1/apiKeys/{uid}", &Objects::key},
    Row{"GET", "/v1/users/{uid}", &Objects::user},
    Row{"PUT", "/v1/users/{uid}", &Objects::user, R"({"spec":{"roles":["viewer"]}})"},
    Row{"PATCH", "/v1/users/{uid}", &Objects::user,
        R"([{"op":"replace","path":"/spec/roles","value":["viewer"]}])"},
    Row{"PUT", "/v1/users/{uid}/state", &Objects::user, R"({"isActive":false})"},
    Row{"POST", "/v1/users/{uid}/password", &Objects::user},
    Row{"DELETE", "/v1/users/{uid}", &Objects::user},
    Row{"GET", "/v1/projects/{uid}", &Objects::project},
    Row{"PUT", "/v1/projects/{uid}", &Objects::project, R"({"metadata":{"name":"x"}})"},
    Row{"DELETE", "/v1/projects/{uid}", &Objects::project},
};

/// What else has a {segment}: a token is a proof of its own, and a provider is the installation's.
const std::set<std::string> no_objects{
    "GET /v1/auth/refresh/{token}", "GET /v1/auth/oidc/{provider}/login",
    "GET /v1/auth/oidc/{provider}/callback", "GET /v1/auth/oidc/{provider}/logout"};

std::string with(std::string text, std::string_view part, std::string_view other) {
    for (auto at = text.find(part); at != text.npos; at = text.find(part, at + other.size()))
        text.replace(at, part.size(), other);
    return text;
}

/// "GET /v1/…" of every operation of the document.
std::vector<std::string> documented() {
    std::vector<std::string> all;
    const json::Value document = json::parse(openapi_document()).value();
    for (const auto& [path, operations] : document.at("paths").as_object())
        for (const auto& [method, operation] : operations.as_object()) {
            std::string name(method);
            for (char& c : name) c = static_cast<char>(std::toupper(c));
            all.push_back(fmt::format("{} {}", name, std::string_view(path)));
        }
    return all;
}

/// Everything that is served, over two tenants: the first, of "admin", and "acme", of "boss".
/// Whatever has a name in one of them has "ours" in it, or "acme".
struct TwoTenants : ApiFixture {
    TwoTenants() {
        auto& r = registries;
        Routes routes = make_identity_routes(
            {.realm = realm, .users = users, .limiter = limiter, .audit = audit, .clock = clock});
        for (Routes more :
             {make_registry_routes({r.book, r.outside, r.sync, r.index, r.outbound, r.clock}),
              make_sync_routes({r.book, r.sync, r.events}),
              make_browse_routes({r.book, r.index, r.opener, r.cache, r.outbound, r.clock,
                                  EmbeddedParts{r.hosted.registry(), users, realm.tenant().uid}})})
            std::move(more.begin(), more.end(), std::back_inserter(routes));
        handler = make_api(std::move(routes), {realm, limiter, audit},
                           [](net::Request&) { return net::Response{.status = 299}; });
        acme = realm.add_tenant("acme");
        access::User boss{.name = "boss", .password_hash = cheap("vi")};
        realm.settle(boss, acme.uid, Role::tenant_admin);
        users.add(boss);
        registries.hosted.push_image("ours/app", "layer", {"v1"});
    }

    std::string make(const std::string& who, const std::string& path, const std::string& body) {
        const auto made = send("POST", path, body, as(who));
        REQUIRE_MESSAGE(made.status == 201, made.body);
        return made.text("uid");
    }

    Objects objects(const std::string& who, const std::string& mark) {
        Objects made;
        // Nothing listens there; the sync is a job that fails.
        made.basic = make(who, "/v1/registries/oci/basic",
                          R"({"metadata":{"name":"port )" + mark +
                              R"("},"spec":{"endpoint":"http://127.0.0.1:1","auth":{"type":)"
                              R"("noAuth"},"baseContentPath":")" +
                              mark + R"(","isSyncSupported":true}})");
        made.ecr = make(who, "/v1/registries/oci/ecr",
                        R"({"metadata":{"name":"cloud )" + mark +
                            R"("},"spec":{"endpoint":"public.ecr.aws","isPrivate":false}})");
        made.user = make(who, "/v1/users", R"({"spec":{"emailId":"worker-)" + mark + R"("}})");
        made.key = make(who, "/v1/apiKeys", R"({"metadata":{"name":"key )" + mark + R"("}})");
        made.project = make(who, "/v1/projects", R"({"metadata":{"name":"plan )" + mark + R"("}})");
        registries.person->tenant = who == "boss" ? acme.uid : realm.tenant().uid;
        registries.wait_for_jobs();
        made.job = registries.sync.jobs().list(registries.person->tenant, 1).at(0).uid;
        return made;
    }

    /// As the tenant sees its objects: what GET answers for each, but for what is asked of the
    /// registry at that moment: its refusal says how many milliseconds it took.
    std::string seen(const std::string& who, const Objects& theirs) {
        std::string all;
        for (const auto& row : rows) {
            const std::string_view path = row.path;
            if (std::string_view(row.method) != "GET" || path.find('?') != path.npos ||
                path.ends_with("/repositories"))
                continue;
            const auto answer = get(with(row.path, "{uid}", theirs.*row.object), as(who));
            all += fmt::format("{} {} {}\n", row.path, answer.status, answer.body);
        }
        return all + get("/v1/jobs", as(who)).body;
    }

    RegistriesFixture registries;
    identity::Tenant acme;
};

} // namespace

TEST_CASE("every operation of the document that takes an id has its row") {
    std::set<std::string> known = no_objects;
    for (const auto& row : rows) {
        const std::string_view path(row.path);
        known.insert(fmt::format("{} {}", row.method, path.substr(0, path.find('?'))));
    }
    CHECK(known.size() == rows.size() + no_objects.size());
    std::set<std::string> with_id;
    for (const auto& operation : documented())
        if (operation.find('{') != operation.npos) with_id.insert(operation);
    CHECK(with_id == known);
}

TEST_CASE("another tenant's id is answered like one that nobody has, and changes nothing") {
    TwoTenants f;
    const Objects ours = f.objects("admin", "ours");
    const Objects acme = f.objects("boss", "acme");
    const auto check = [&](const std::string& who, const Objects& foreign,
                           const std::string& owner) {
        const auto before = f.seen(owner, foreign);
        CHECK(before.find(" 404 ") == before.rfind(" 404 ")); // no validation has been made so far
        for (const auto& row : rows) {
            CAPTURE(who);
            CAPTURE(row.method);
            CAPTURE(row.path);
            const std::string nobody = "0123456789abcdef01234567";
            const auto& id = foreign.*row.object;
            const auto answer =
                f.send(row.method, with(row.path, "{uid}", id), row.body, f.as(who));
            CHECK(answer.status == 404);
            CHECK(answer.code() == "ResourceNotFound");
            const auto random =
                f.send(row.method, with(row.path, "{uid}", nobody), row.body, f.as(who));
            CHECK(random.status == 404);
            CHECK(with(random.body, nobody, id) == answer.body);
        }
        CHECK(f.seen(owner, foreign) == before);
    };
    check("admin", acme, "boss");
    check("boss", ours, "admin");
}

TEST_CASE("no list, no search and no summary shows what is another tenant's") {
    TwoTenants f;
    f.objects("admin", "ours");
    f.objects("boss", "acme");
    const auto all_of = [&](const std::string& who) {
        std::string all;
        for (const auto& operation : documented()) {
            const std::string path = operation.substr(operation.find(' ') + 1);
            const bool reads = operation.starts_with("GET ") || path == "/v1/dashboard/projects";
            // The last two are no lists of JSON; what they say is looked at elsewhere.
            if (!reads || path.find('{') != path.npos || path.starts_with("/v1/auth/") ||
                path == "/v1/events" || path == "/v1/openapi.json")
                continue;
            const std::string method = operation.substr(0, operation.find(' '));
            CAPTURE(path);
            const auto answer = f.send(method, path, "", f.as(who));
            CHECK(answer.status < 500);
            all += answer.body + "\n";
        }
        return all + f.get("/v1/users?search=or", f.as(who)).body;
    };
    const auto admins = all_of("admin");
    const auto bosses = all_of("boss");
    for (const char* named : {"port ", "cloud ", "worker-", "key ", "plan "}) {
        CAPTURE(named);
        CHECK(admins.find(std::string(named) + "ours") != admins.npos);
        CHECK(bosses.find(std::string(named) + "acme") != bosses.npos);
    }
    CHECK(admins.find("acme") == admins.npos);
    CHECK(admins.find("boss") == admins.npos);
    CHECK(admins.find(f.acme.uid) == admins.npos);
    CHECK(bosses.find("ours") == bosses.npos);
    CHECK(bosses.find("\"admin\"") == bosses.npos);
    CHECK(bosses.find(f.realm.tenant().uid) == bosses.npos);
    CHECK(bosses.find(R"("tenant":{"uid":")" + f.acme.uid +
                      R"(","name":"acme","hasRegistry":false})") != bosses.npos);
}

TEST_CASE("what happens in a tenant is told to its own listeners alone") {
    TwoTenants f;
    const auto ours = f.registries.events.listen({.tenant = f.realm.tenant().uid});
    const auto theirs = f.registries.events.listen({.tenant = f.acme.uid});
    const Objects acme = f.objects("boss", "acme");
    const auto heard = [](Source& stream) {
        std::string text;
        std::array<std::byte, 65536> buffer;
        for (int i = 0; i < 3; ++i) // greeted, told, and a heartbeat
            text += as_text(std::span(buffer).first(stream.read(buffer)));
        return text;
    };
    CHECK(heard(*theirs).find(acme.basic) != std::string::npos);
    CHECK(heard(*ours).find("data:") == std::string::npos);
}

TEST_CASE("ids in bodies are looked for in the caller's tenant") {
    TwoTenants f;
    const Objects acme = f.objects("boss", "acme");
    const auto key = f.send("POST", "/v1/apiKeys",
                            R"({"metadata":{"name":"k"},"spec":{"userUid":")" + acme.user + "\"}}",
                            f.as("admin"));
    CHECK(key.status == 400);
    CHECK(key.detail("field") == "spec.userUid");
    const auto stored =
        f.send("POST", "/v1/registries/oci/basic/validate/steps",
               R"({"endpoint":"http://127.0.0.1:1","auth":{"type":"noAuth"},"registryUid":")" +
                   acme.basic + "\"}",
               f.as("admin"));
    CHECK(stored.status == 404);
}

TEST_CASE("the registry in this server is there for its own tenant alone") {
    TwoTenants f;
    const std::string embedded = "/v1/registries/oci/embedded";
    const std::string image = "repository=ours/app";
    for (const auto& path :
         {embedded + "/repositories", embedded + "/tags?" + image,
          embedded + "/manifest?" + image + "&reference=v1", embedded + "/info"}) {
        CAPTURE(path);
        CHECK(f.get(path, f.as("admin")).status == 200);
        CHECK(f.get(path, f.as("boss")).status == 404);
    }
}

TEST_CASE("a login is its own tenant's, by that tenant's name if one is given") {
    TwoTenants f;
    const auto log_in = [&](const char* org) {
        return f
            .send("POST", "/v1/auth/authenticate",
                  fmt::format(R"({{"emailId":"boss","password":"vi","org":"{}"}})", org))
            .status;
    };
    CHECK(log_in("") == 200);
    CHECK(log_in("acme") == 200);
    CHECK(log_in("default") == 401);
    CHECK(log_in("nobody") == 401);
    CHECK(f.realm.trail().count(f.realm.tenant().uid) == 0);
    CHECK(f.realm.trail().count(f.acme.uid) == 2);
    const auto taken = f.send("POST", "/v1/users", R"({"spec":{"emailId":"admin"}})", f.as("boss"));
    CHECK(taken.code() == "NameTaken"); // names are one installation's
}
