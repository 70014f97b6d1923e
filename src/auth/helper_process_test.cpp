#include "auth/docker_config.hpp"
#include "base/error.hpp"

#include <doctest/doctest.h>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>

using namespace berth;
using namespace berth::auth;

namespace {

namespace fs = std::filesystem;

/// A folder with helper scripts in front of PATH.
class Helpers {
public:
    Helpers() : old_path_(std::getenv("PATH")) {
        char name[] = "/tmp/berth-helpers-XXXXXX";
        directory_ = ::mkdtemp(name);
        ::setenv("PATH", (directory_.string() + ":" + old_path_).c_str(), 1);
    }
    ~Helpers() {
        ::setenv("PATH", old_path_.c_str(), 1);
        fs::remove_all(directory_);
    }
    void add(const std::string& name, const std::string& script) {
        const auto file = directory_ / ("docker-credential-" + name);
        std::ofstream(file) << "#!/bin/sh\n" << script << "\n";
        fs::permissions(file, fs::perms::owner_all);
    }

private:
    std::string old_path_;
    fs::path directory_;
};

ErrorCode code_of(const std::string& name, const std::string& verb) {
    try {
        real_helper()(name, verb, "registry.test");
    } catch (const Error& error) {
        return error.code();
    }
    return ErrorCode::internal;
}

} // namespace

TEST_CASE("a helper gets the verb as argument and the input on stdin") {
    Helpers helpers;
    helpers.add("echo", "read -r line; echo \"$1 $line\"");
    CHECK(real_helper()("echo", "get", "registry.test\n") == "get registry.test\n");
}

TEST_CASE("a helper that answers without reading is no error") {
    Helpers helpers;
    helpers.add("deaf", "exec <&-; echo '{}'");
    CHECK(real_helper()("deaf", "get", std::string(200'000, 'x')) == "{}\n");
}

TEST_CASE("not found, failed and not installed are told apart") {
    Helpers helpers;
    helpers.add("none", "echo 'credentials not found in native keychain'; exit 1");
    helpers.add("broken", "echo 'the vault is sealed'; exit 3");
    helpers.add("killed", "kill -9 $$");
    CHECK(code_of("none", "get") == ErrorCode::not_found);
    CHECK(code_of("broken", "get") == ErrorCode::unauthorized);
    CHECK(code_of("killed", "get") == ErrorCode::unauthorized);
    CHECK(code_of("absent", "get") == ErrorCode::unsupported);
    CHECK_THROWS_WITH(real_helper()("broken", "get", ""), doctest::Contains("the vault is sealed"));
}

TEST_CASE("a name that could be a path or an option is refused before anything is started") {
    for (const auto* name : {"", "../x", "a/b", "a b", "a;b", "a\nb"}) {
        CAPTURE(name);
        CHECK(code_of(name, "get") == ErrorCode::content_invalid);
    }
}

TEST_CASE("endless output is cut off") {
    Helpers helpers;
    helpers.add("endless", "exec yes");
    CHECK(code_of("endless", "get") == ErrorCode::limit_exceeded);
}

TEST_CASE("a failure that prints a document does not show it") {
    Helpers helpers;
    helpers.add("leak", "echo '{\"Secret\": \"hunter2\"}'; exit 1");
    try {
        real_helper()("leak", "get", "");
        FAIL("no error");
    } catch (const Error& error) {
        CHECK(std::string(error.what()).find("hunter2") == std::string::npos);
    }
}
