#include "seal/key_file.hpp"

#include "base/error.hpp"
#include "base/file.hpp"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <functional>
#include <set>
#include <thread>

using namespace berth;
using namespace berth::seal;
namespace fs = std::filesystem;

namespace {

struct Folder {
    fs::path path = fs::temp_directory_path() / ("berth-seal-" + random_hex_16());
    Folder() { fs::create_directory(path); }
    ~Folder() { fs::remove_all(path); }
};

Error failure_of(const std::function<void()>& act) {
    try {
        act();
    } catch (const Error& error) {
        return error;
    }
    FAIL("no error was thrown");
    return {};
}

const std::string one_key = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

} // namespace

TEST_CASE("the first start makes the key file for its owner alone, the next ones read it") {
    const Folder folder;
    const fs::path file = folder.path / "seal.key";
    const Keyring made = load_keys({.file = file});
    struct stat status {};
    REQUIRE(::stat(file.c_str(), &status) == 0);
    CHECK((status.st_mode & 07777) == 0600);
    CHECK(load_keys({.file = file}).current() == made.current());
    // Nothing else is left behind.
    CHECK(std::distance(fs::directory_iterator(folder.path), fs::directory_iterator()) == 1);
}

TEST_CASE("processes that start at once agree on one key") {
    const Folder folder;
    std::array<std::string, 8> seen;
    {
        std::vector<std::jthread> starters;
        for (std::string& id : seen)
            starters.emplace_back(
                [&] { id = load_or_create_key_file(folder.path / "seal.key").current().text(); });
    }
    CHECK(std::set<std::string>(seen.begin(), seen.end()).size() == 1);
}

TEST_CASE("a key file that others can read is refused") {
    const Folder folder;
    const fs::path file = folder.path / "seal.key";
    load_or_create_key_file(file);
    fs::permissions(file, fs::perms::group_read, fs::perm_options::add);
    const Error error = failure_of([&] { load_or_create_key_file(file); });
    CHECK(error.code() == ErrorCode::usage);
    CHECK(error.message().find("0640") != std::string::npos);
    CHECK(error.hint().find("chmod 600") != std::string::npos);
}

TEST_CASE("what is no file is refused, without waiting for somebody to write into it") {
    const Folder folder;
    const fs::path pipe = folder.path / "seal.key";
    REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
    CHECK(failure_of([&] { load_or_create_key_file(pipe); }).message().find("no file") !=
          std::string::npos);
}

TEST_CASE("rotation puts a fresh key in front of the file's others") {
    const Folder folder;
    const fs::path file = folder.path / "seal.key";
    const Keyring old = load_or_create_key_file(file);
    write_key_file(file, old.with_fresh_key());
    const Keyring rotated = load_or_create_key_file(file);
    CHECK(rotated.size() == 2);
    CHECK(rotated.ids().back() == old.current());
    CHECK(rotated.current() != old.current());
}

TEST_CASE("a credential of systemd comes before a variable, a variable before the file") {
    const Folder folder;
    replace_file(folder.path / "credential", one_key + "\n", 0440);
    const std::string id = Keyring::parse(Secret(one_key), "here").current().text();
    const KeySource all{.credential = folder.path / "credential",
                        .variable = Keyring::generate().text(),
                        .file = folder.path / "seal.key"};
    CHECK(load_keys(all).current().text() == id);
    CHECK(load_keys({.variable = Secret(one_key), .file = folder.path / "seal.key"})
              .current()
              .text() == id);
    CHECK_FALSE(fs::exists(folder.path / "seal.key"));
    CHECK(failure_of([&] {
              load_keys({.credential = folder.path / "none", .file = folder.path / "k"});
          }).code() == ErrorCode::not_found);
}

TEST_CASE("text that is no key is refused without being repeated") {
    const auto refused = [](std::string text) {
        return failure_of([&] { Keyring::parse(Secret(std::move(text)), "the file k"); });
    };
    for (const char* text : {"", "# only a comment\n", "c2hvcnQ=", "not base64!",
                             "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gIQ=="}) {
        const Error error = refused(text);
        CHECK(error.code() == ErrorCode::usage);
        CHECK(error.message().find("the file k") != std::string::npos);
        CHECK(error.message().find("c2hvcnQ") == std::string::npos);
    }
    CHECK(refused(one_key + "," + one_key).message().find("twice") != std::string::npos);
    Keyring grown = Keyring::generate();
    while (grown.size() < key_limit) grown = grown.with_fresh_key();
    CHECK(failure_of([&] { grown.with_fresh_key(); }).code() == ErrorCode::usage);
    CHECK(refused(grown.text().reveal() + one_key).code() == ErrorCode::usage);
}

TEST_CASE("comments, commas and line ends separate keys") {
    const std::string other = Keyring::generate().text().reveal();
    const Keyring keys =
        Keyring::parse(Secret("# current\n" + one_key + " # since May\r\n," + other), "here");
    CHECK(keys.size() == 2);
    CHECK(Keyring::parse(keys.text(), "here").ids() == keys.ids());
}
