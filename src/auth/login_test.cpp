#include "auth/docker_config.hpp"
#include "base/error.hpp"

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <filesystem>
#include <fstream>
#include <sstream>

using namespace berth;
using namespace berth::auth;

namespace {

namespace fs = std::filesystem;

struct Folder {
    fs::path path;
    Folder() {
        char name[] = "/tmp/berth-login-XXXXXX";
        path = ::mkdtemp(name);
    }
    ~Folder() { fs::remove_all(path); }
};

std::string content(const fs::path& file) {
    std::ifstream stream(file);
    std::ostringstream text;
    text << stream.rdbuf();
    return text.str();
}

std::string no_login_helper(std::string_view, std::string_view, const std::string&) {
    throw Error(ErrorCode::internal, "no helper expected");
}

registry::Credential robot() {
    registry::Credential credential;
    credential.user = "robot";
    credential.password = Secret("word");
    return credential;
}

} // namespace

TEST_CASE("a login is written where docker reads it, for the owner only") {
    Folder folder;
    CredentialEnvironment environment;
    environment.home = folder.path;
    const auto file = login_file(environment);
    CHECK(file == folder.path / ".docker/config.json");
    store_login(file, "docker.io", robot(), no_login_helper);
    CHECK(content(file).find(R"("https://index.docker.io/v1/")") != std::string::npos);
    struct stat status {};
    REQUIRE(::stat(file.c_str(), &status) == 0);
    CHECK((status.st_mode & 0777) == 0600);
    DockerCredentials credentials(environment, no_login_helper);
    CHECK(credentials.credential_for("docker.io", "library/debian")->password.reveal() == "word");
}

TEST_CASE("an authfile takes the login under the host's name, and docker's folder can move") {
    Folder folder;
    CredentialEnvironment environment;
    environment.home = "/nowhere";
    environment.docker_config = folder.path / "d";
    CHECK(login_file(environment) == folder.path / "d/config.json");
    environment.authfile = folder.path / "auth.json";
    store_login(login_file(environment), "https://docker.io/", robot(), no_login_helper);
    CHECK(content(folder.path / "auth.json").find(R"("docker.io")") != std::string::npos);
}

TEST_CASE("unknown members stay and a linked file stays a link") {
    Folder folder;
    std::ofstream(folder.path / "real.json") << R"({"psFormat": "table", "auths": {"o": {}}})";
    fs::create_symlink("real.json", folder.path / "config.json");
    store_login(folder.path / "config.json", "registry.test/team", robot(), no_login_helper);
    CHECK(fs::is_symlink(folder.path / "config.json"));
    const auto text = content(folder.path / "real.json");
    CHECK(text.find("psFormat") != std::string::npos);
    CHECK(text.find("registry.test/team") != std::string::npos);
}

TEST_CASE("with a helper the file holds an empty entry and no secret") {
    Folder folder;
    const auto file = folder.path / "config.json";
    std::ofstream(file) << R"({"credsStore": "vault"})";
    std::vector<std::string> calls;
    const RunHelper helper = [&](std::string_view name, std::string_view verb,
                                 const std::string& input) {
        calls.push_back(std::string(name) + " " + std::string(verb) + " " + input);
        return std::string();
    };
    store_login(file, "registry.test", robot(), helper);
    CHECK(content(file).find("cm9ib3Q6d29yZA==") == std::string::npos);
    CHECK(content(file).find("registry.test") != std::string::npos);
    CHECK(erase_login(file, "https://registry.test/v2/", helper));
    CHECK(content(file).find("registry.test") == std::string::npos);
    REQUIRE(calls.size() == 2);
    CHECK(calls[0] ==
          R"(vault store {"ServerURL":"registry.test","Username":"robot","Secret":"word"})");
    CHECK(calls[1] == "vault erase registry.test");
}

TEST_CASE("logging out of what was not logged in to is false and writes nothing") {
    Folder folder;
    CHECK_FALSE(erase_login(folder.path / "config.json", "registry.test", no_login_helper));
    CHECK_FALSE(fs::exists(folder.path / "config.json"));
}

TEST_CASE("a broken file is not overwritten") {
    Folder folder;
    const auto file = folder.path / "config.json";
    std::ofstream(file) << "{ not json";
    CHECK_THROWS_AS(store_login(file, "registry.test", robot(), no_login_helper), Error);
    CHECK(content(file) == "{ not json");
}

TEST_CASE("without a home and an authfile there is nowhere to log in") {
    CHECK_THROWS_AS(login_file({}), Error);
    CHECK_THROWS_AS(store_login("/tmp/x/config.json", "https://", robot(), no_login_helper), Error);
}
