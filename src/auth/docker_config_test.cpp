#include "auth/docker_config.hpp"
#include "base/error.hpp"

#include <doctest/doctest.h>
#include <filesystem>
#include <fstream>

using namespace berth;
using namespace berth::auth;

namespace {

namespace fs = std::filesystem;

struct Home {
    fs::path path;
    CredentialEnvironment environment;

    Home() {
        char name[] = "/tmp/berth-home-XXXXXX";
        path = ::mkdtemp(name);
        environment.home = path;
        environment.xdg_runtime_dir = path / "run";
    }
    ~Home() { fs::remove_all(path); }
    void write(const fs::path& file, const std::string& text) const {
        fs::create_directories((path / file).parent_path());
        std::ofstream(path / file) << text;
    }
};

std::string no_helper(std::string_view, std::string_view, const std::string&) {
    throw Error(ErrorCode::unsupported, "docker-credential-x is not in PATH");
}

std::string login_as(const std::string& user, const std::string& key = "registry.test") {
    return R"({"auths": {")" + key + R"(": {"username": ")" + user + R"(", "password": "p"}}})";
}

std::string user_for(const Home& home, std::string_view registry, std::string_view repository,
                     RunHelper helper = no_helper) {
    DockerCredentials credentials(home.environment, std::move(helper));
    const auto credential = credentials.credential_for(registry, repository);
    return credential ? credential->user : "(anonymous)";
}

} // namespace

TEST_CASE("each source is asked in the documented order") {
    Home home;
    const auto user = [&] { return user_for(home, "registry.test", "app"); };
    CHECK(user() == "(anonymous)");
    home.write(".config/helm/registry/config.json", login_as("helm"));
    CHECK(user() == "helm");
    home.write(".docker/config.json", login_as("docker"));
    CHECK(user() == "docker");
    home.write(".config/containers/auth.json", login_as("containers"));
    CHECK(user() == "containers");
    home.write("run/containers/auth.json", login_as("runtime"));
    CHECK(user() == "runtime");
    home.write("auth.json", login_as("authfile"));
    home.environment.authfile = home.path / "auth.json";
    CHECK(user() == "authfile");
    home.environment.docker_auth_config = login_as("variable");
    CHECK(user() == "variable");
    home.environment.berth_registry_auth = login_as("berth");
    CHECK(user() == "berth");
}

TEST_CASE("with an authfile no other file is looked in") {
    Home home;
    home.write(".docker/config.json", login_as("docker"));
    home.environment.authfile = home.path / "absent.json";
    CHECK(user_for(home, "registry.test", "app") == "(anonymous)");
}

TEST_CASE("the longest key wins and a host's entry serves the rest") {
    Home home;
    home.write(".docker/config.json",
               R"({"auths": {"registry.test": {"username": "host", "password": "p"},
                             "registry.test/team": {"username": "team", "password": "p"}}})");
    CHECK(user_for(home, "registry.test", "team/app") == "team");
    CHECK(user_for(home, "registry.test", "teams/app") == "host");
    CHECK(user_for(home, "registry.test", "") == "host");
    CHECK(user_for(home, "registry.test:5000", "team/app") == "(anonymous)");
}

TEST_CASE("Docker Hub is found under the key that docker writes") {
    Home home;
    home.write(".docker/config.json", login_as("hub", "https://index.docker.io/v1/"));
    CHECK(user_for(home, "docker.io", "library/debian") == "hub");
}

TEST_CASE("helpers are asked with the address that docker uses") {
    Home home;
    home.write(".docker/config.json",
               R"({"credsStore": "desktop", "credHelpers": {"ecr.test": "ecr-login"}})");
    const auto helper = [](std::string_view name, std::string_view verb,
                           const std::string& input) -> std::string {
        CHECK(verb == "get");
        return R"({"ServerURL": "", "Username": ")" + std::string(name) + " " + input +
               R"(", "Secret": "s"})";
    };
    CHECK(user_for(home, "ecr.test", "team/app", helper) == "ecr-login ecr.test");
    CHECK(user_for(home, "docker.io", "library/debian", helper) ==
          "desktop https://index.docker.io/v1/");
}

TEST_CASE("a helper's token user makes an identity token") {
    Home home;
    home.write(".docker/config.json", R"({"credsStore": "desktop"})");
    DockerCredentials credentials(home.environment, [](auto, auto, const auto&) -> std::string {
        return R"({"Username": "<token>", "Secret": "refresh"})";
    });
    const auto credential = credentials.credential_for("registry.test", "");
    REQUIRE(credential.has_value());
    CHECK(credential->identity_token.reveal() == "refresh");
    CHECK(credential->user.empty());
}

TEST_CASE("a store that is not installed is passed over for what the file and later files say") {
    Home home;
    home.write(".config/containers/auth.json", R"({"auths": {}, "credsStore": "desktop"})");
    home.write(".docker/config.json", login_as("docker"));
    CHECK(user_for(home, "registry.test", "app") == "docker");
    DockerCredentials credentials(home.environment, no_helper);
    const auto reports = credentials.explain("registry.test", "app");
    REQUIRE(reports.size() == 6);
    CHECK(reports[3].outcome == "skipped: docker-credential-x is not in PATH");
    CHECK(reports[4].used);
}

TEST_CASE("a broken file in front of the answer is an error that names the file") {
    Home home;
    home.write(".config/containers/auth.json", "{");
    home.write(".docker/config.json", login_as("docker"));
    CHECK_THROWS_WITH(user_for(home, "registry.test", "app"),
                      doctest::Contains("containers/auth.json"));
}

TEST_CASE("a helper that answers nonsense is an error without its text") {
    Home home;
    home.write(".docker/config.json", R"({"credsStore": "desktop"})");
    for (const auto* answer : {"", "hunter2", "[]", R"({"Username": "u"})", R"({"Secret": 7})"}) {
        CAPTURE(answer);
        try {
            user_for(home, "registry.test", "", [&](auto, auto, const auto&) { return answer; });
            FAIL("no error");
        } catch (const Error& error) {
            CHECK(error.code() == ErrorCode::content_invalid);
            CHECK(std::string(error.what()).find("hunter2") == std::string::npos);
        }
    }
}

TEST_CASE("explain goes through all sources and says why each was used or not") {
    Home home;
    home.environment.docker_auth_config = login_as("variable");
    home.write(".config/containers/auth.json", "{");
    home.write(".docker/config.json", login_as("docker"));
    DockerCredentials credentials(home.environment, no_helper);
    const auto reports = credentials.explain("registry.test", "team/app");
    REQUIRE(reports.size() == 6);
    CHECK(reports[0].outcome == "skipped: not set");
    CHECK(reports[1].outcome == "used: user \"variable\" for key registry.test");
    CHECK(reports[2].outcome == "skipped: file does not exist");
    CHECK(reports[3].outcome.starts_with("broken: "));
    CHECK(reports[4].outcome.starts_with("not used, an earlier source has one: "));
    CHECK(reports[1].used);
    CHECK_FALSE(reports[4].used);
}

TEST_CASE("without XDG_RUNTIME_DIR the user's folder in /run is looked in") {
    CredentialEnvironment environment;
    environment.user_id = "4294967";
    DockerCredentials credentials(environment, no_helper);
    CHECK(credentials.explain("registry.test", "").at(2).source ==
          "/run/containers/4294967/auth.json");
}
