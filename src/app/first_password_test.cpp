#include "app/first_password.hpp"

#include "base/file.hpp"
#include "store/temporary_directory.hpp"

#include <doctest/doctest.h>
#include <sys/stat.h>

namespace berth::app {

namespace {

struct Fixture {
    store::TemporaryDirectory scratch;
    ManualClock clock;
    access::Users users{scratch.path() / "users.json", clock};
    std::filesystem::path file = scratch.path() / "password";
};

} // namespace

TEST_CASE_FIXTURE(Fixture, "without a file the first password is generated and handed out once") {
    const auto password = make_admin(users, {});
    REQUIRE(password);
    CHECK(users.authenticate("admin", *password));
    CHECK_FALSE(make_admin(users, {}));
}

TEST_CASE_FIXTURE(Fixture, "the first password is the one in the file, without its line's end") {
    replace_file(file, "correct horse\n", 0600);
    CHECK_FALSE(make_admin(users, file));
    const auto identity = users.authenticate("admin", Secret("correct horse"));
    REQUIRE(identity);
    CHECK(identity->admin);
    replace_file(file, "another password", 0600);
    make_admin(users, file);
    CHECK(users.authenticate("admin", Secret("correct horse")));
}

TEST_CASE_FIXTURE(Fixture, "a file that is not there gets the generated password, for its owner") {
    CHECK_FALSE(make_admin(users, file));
    struct stat status {};
    REQUIRE(::stat(file.c_str(), &status) == 0);
    CHECK((status.st_mode & 0777) == 0600);
    const auto line = read_file(file, 100);
    CHECK(users.authenticate("admin", Secret(line.substr(0, line.size() - 1))));
}

TEST_CASE_FIXTURE(Fixture, "a password that is too short to be one is refused") {
    replace_file(file, "short\n", 0600);
    CHECK_THROWS_AS(make_admin(users, file), Error);
    CHECK(users.list().empty());
}

} // namespace berth::app
