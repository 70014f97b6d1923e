#include "cli/server_file.hpp"

#include "base/error.hpp"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

using namespace berth;
using namespace berth::cli;

namespace {

struct ServerFolder {
    std::filesystem::path path;
    ServerFolder() {
        char name[] = "/tmp/berth-cli-XXXXXX";
        path = ::mkdtemp(name);
    }
    ~ServerFolder() { std::filesystem::remove_all(path); }
};

template <class Act>
Error server_file_failure(Act&& act) {
    try {
        act();
    } catch (const Error& error) {
        return error;
    }
    FAIL("no error was thrown");
    return {};
}

ServerLogins two_logins() {
    ServerLogins logins;
    logins.put(
        {.url = "https://one.test", .user = "ada", .secret = Secret("s3ssion"), .csrf = "c5rf"});
    logins.put({.url = "https://two.test",
                .proof = ServerLogin::Proof::api_key,
                .secret = Secret("k3y"),
                .tls = {.ca_file = "/ca.pem", .skip_verify = true}});
    return logins;
}

} // namespace

TEST_CASE("logins are kept in a file of their own that nobody else may read") {
    const ServerFolder folder;
    const auto file = folder.path / "berth" / "servers.json";
    CHECK(read_server_file(file).all.empty());
    write_server_file(file, two_logins());
    struct stat facts {};
    REQUIRE(::stat(file.c_str(), &facts) == 0);
    CHECK((facts.st_mode & 0777U) == 0600);
    const auto read = read_server_file(file);
    CHECK(read.current == "https://two.test");
    const auto* key = read.find("https://two.test");
    REQUIRE(key);
    CHECK(key->proof == ServerLogin::Proof::api_key);
    CHECK(key->secret.reveal() == "k3y");
    CHECK(key->tls == net::TlsOptions{.ca_file = "/ca.pem", .skip_verify = true});
    const auto* session = read.find("https://one.test");
    REQUIRE(session);
    CHECK(session->proof == ServerLogin::Proof::session);
    CHECK(session->secret.reveal() == "s3ssion");
    CHECK(session->csrf == "c5rf");
}

TEST_CASE("the current login is the one that was made last and is still there") {
    auto logins = two_logins();
    CHECK(logins.remove("https://two.test"));
    CHECK(logins.current == "https://one.test");
    CHECK_FALSE(logins.remove("https://two.test"));
    CHECK(logins.remove("https://one.test"));
    CHECK(logins.current.empty());
}

TEST_CASE("a file that others can read, or that is damaged, is refused with what to do") {
    const ServerFolder folder;
    const auto file = folder.path / "servers.json";
    write_server_file(file, two_logins());
    std::filesystem::permissions(file, std::filesystem::perms(0640));
    const auto open_to_all = server_file_failure([&] { read_server_file(file); });
    CHECK(open_to_all.code() == ErrorCode::usage);
    CHECK(open_to_all.hint().find("chmod 600") == 0);
    CHECK(std::string(open_to_all.what()).find("k3y") == std::string::npos);
    std::filesystem::permissions(file, std::filesystem::perms(0600));
    for (const char* text :
         {"not JSON", "[]", R"({"servers":[{"url":"https://x.test"}]})",
          R"({"servers":[{"url":"https://x.test/path","session":"s"}]})", R"({"servers":{}})"}) {
        CAPTURE(text);
        std::ofstream(file) << text;
        CHECK(server_file_failure([&] { read_server_file(file); }).hint().find("log in again") !=
              std::string::npos);
    }
}

TEST_CASE("a server's address is kept in one form") {
    for (const char* text :
         {"berth.test", "https://berth.test", "https://Berth.test/", "https://berth.test:443"})
        CHECK(server_url(text) == "https://berth.test");
    CHECK(server_url("http://localhost:8080/") == "http://localhost:8080");
    for (const char* text : {"", "https://berth.test/console", "ftp://berth.test", "a b",
                             "https://berth.test/?x=1", "https://ada:pw@berth.test"}) {
        CAPTURE(text);
        CHECK(server_file_failure([&] { server_url(text); }).code() == ErrorCode::usage);
    }
}

TEST_CASE("the file is where the configuration of programs is") {
    CHECK(server_file({{{"XDG_CONFIG_HOME", "/x"}, {"HOME", "/h"}}, 1}) == "/x/berth/servers.json");
    CHECK(server_file({{{"XDG_CONFIG_HOME", "relative"}, {"HOME", "/h"}}, 1}) ==
          "/h/.config/berth/servers.json");
    CHECK(server_file_failure([] { server_file({}); }).code() == ErrorCode::usage);
}
