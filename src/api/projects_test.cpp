// Projects by the API.
#include "api/api_fixture.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

namespace berth::api {
namespace {

std::string body(const std::string& name, const std::string& description = "") {
    return json::write(json::Object{
        {"metadata", {{"name", name}, {"annotations", {{"description", description}}}}},
        {"spec", json::Object()}});
}

std::vector<std::string> names(const ApiAnswer& answer) {
    std::vector<std::string> found;
    const auto document = answer.document();
    for (const auto& item : document.at("items").as_array())
        found.emplace_back(item.at("metadata").at("name").as_string());
    return found;
}

} // namespace

TEST_CASE("a project is made, renamed and deleted, and each is recorded") {
    ApiFixture api;
    const auto as = api.as("admin");
    const auto made = api.send("POST", "/v1/projects", body("Edge", "far out"), as);
    CHECK(made.status == 201);
    const auto path = "/v1/projects/" + made.text("uid");
    const auto shown = api.get(path, api.as("vi")).document();
    CHECK(shown.at("metadata").at("name") == "Edge");
    CHECK(shown.at("metadata").at("annotations").at("description") == "far out");
    CHECK(api.send("PUT", path, R"({"metadata":{"name":"Rim"}})", as).status == 204);
    CHECK(names(api.get("/v1/dashboard/projects/metadata", api.as("vi"))) ==
          std::vector<std::string>{"Default", "Rim"});
    CHECK(api.get(path, as).document().at("metadata").at("annotations").at("description") ==
          "far out");
    CHECK(api.send("DELETE", path, "{}", as).status == 204);
    CHECK(api.get(path, as).status == 404);
    std::vector<std::string> actions;
    for (const auto& record : api.realm.trail().list(api.realm.tenant().uid, 0, 10))
        actions.push_back(record.action);
    CHECK(actions ==
          std::vector<std::string>{"project.delete", "project.update", "project.create"});
}

TEST_CASE("projects are seen by everybody and changed by those who manage") {
    ApiFixture api;
    const auto uid = api.realm.projects().list(api.realm.tenant().uid).at(0).uid;
    CHECK(api.get("/v1/projects/" + uid, api.as("vi")).status == 200);
    CHECK(api.send("POST", "/v1/projects", body("x"), api.as("ed")).status == 403);
    CHECK(api.send("PUT", "/v1/projects/" + uid, body("x"), api.as("ed")).status == 403);
    CHECK(api.send("DELETE", "/v1/projects/" + uid, "", api.as("ed")).status == 403);
    CHECK(api.send("DELETE", "/v1/projects/" + uid, "", api.as("admin")).status == 409);
    CHECK(api.get("/v1/projects/" + uid).status == 401);
}

TEST_CASE("a project's name is refused with its field, and another tenant's project is not there") {
    ApiFixture api;
    const auto as = api.as("admin");
    const auto taken = api.send("POST", "/v1/projects", body("Default"), as);
    CHECK(taken.status == 409);
    CHECK(taken.code() == "NameTaken");
    CHECK(taken.detail("field") == "metadata.name");
    CHECK(api.send("POST", "/v1/projects", body(""), as).status == 400);
    CHECK(api.send("POST", "/v1/projects", R"({"metadata":{"name":1}})", as).status == 400);
    const auto foreign = api.realm.projects().add("another-tenant", "Theirs", "").uid;
    for (const auto* method : {"GET", "PUT", "DELETE"}) {
        const auto answer = api.send(method, "/v1/projects/" + foreign, body("x"), as);
        CHECK(answer.status == 404);
        CHECK(answer.code() == "ResourceNotFound");
    }
    CHECK(api.realm.projects().find("another-tenant", foreign)->name == "Theirs");
}

TEST_CASE("projects are filtered as Palette's clients do, in pages, and that is not recorded") {
    ApiFixture api;
    for (const auto* name : {"Alpha", "Beta", "alphabet"})
        api.realm.projects().add(api.realm.tenant().uid, name, "");
    const auto as = api.as("vi");
    const std::string path = "/v1/dashboard/projects";
    CHECK(names(api.send("POST", path, "", as)).size() == 4);
    const auto filtered = [&](const std::string& filter) {
        return names(api.send("POST", path, R"({"filter":{"name":)" + filter + "}}", as));
    };
    using Names = std::vector<std::string>;
    CHECK(filtered(R"({"eq":"ALPHA"})") == Names{"Alpha"});
    CHECK(filtered(R"({"contains":"pha"})") == Names{"Alpha", "alphabet"});
    CHECK(filtered(R"({"beginsWith":"alpha","ignoreCase":false})") == Names{"alphabet"});
    CHECK(filtered(R"({"ne":"beta","contains":"a","beginsWith":"a"})") ==
          Names{"Alpha", "alphabet"});
    const auto page = api.send("POST", path + "?limit=3", "{}", as).document();
    CHECK(page.at("items").as_array().size() == 3);
    CHECK(page.at("listmeta").at("count").to_number<int>() == 4);
    CHECK(api.realm.trail().count(api.realm.tenant().uid) == 0);
}

} // namespace berth::api
