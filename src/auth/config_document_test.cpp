#include "auth/config_document.hpp"

#include <doctest/doctest.h>

using namespace berth;
using namespace berth::auth;

namespace {

ConfigDocument parsed(std::string_view text) {
    return ConfigDocument::parse(text).value();
}

// as `docker login` and `podman login` leave it
constexpr std::string_view real_file = R"({
	"auths": {
		"https://index.docker.io/v1/": {
			"auth": "cm9ib3Q6cGE6c3M="
		},
		"registry.test/team": {"username": "u", "password": "p"},
		"azure.test": {"auth": "MDA6", "identitytoken": "refresh"},
		"empty.test": {}
	},
	"credHelpers": {"ecr.test": "ecr-login"},
	"credsStore": "desktop",
	"HttpHeaders": {"User-Agent": "Docker-Client"}
})";

} // namespace

TEST_CASE("an auth holds the user and a password that may have colons") {
    const auto credential = parsed(real_file).credential("docker.io");
    REQUIRE(credential.has_value());
    CHECK(credential->user == "robot");
    CHECK(credential->password.reveal() == "pa:ss");
}

TEST_CASE("user and password may stand apart, and an identity token beside an auth") {
    CHECK(parsed(real_file).credential("registry.test/team")->password.reveal() == "p");
    CHECK(parsed(real_file).credential("azure.test")->identity_token.reveal() == "refresh");
}

TEST_CASE("an empty entry is listed but gives no credential") {
    CHECK(parsed(real_file).lists("empty.test"));
    CHECK_FALSE(parsed(real_file).credential("empty.test").has_value());
    CHECK_FALSE(parsed(real_file).lists("registry.test"));
}

TEST_CASE("helpers and the store are named") {
    CHECK(parsed(real_file).helper("ecr.test") == "ecr-login");
    CHECK_FALSE(parsed(real_file).helper("registry.test").has_value());
    CHECK(parsed(real_file).store() == "desktop");
    CHECK_FALSE(parsed("{}").store().has_value());
}

TEST_CASE("malformed entries are errors that do not show the secret") {
    for (const auto* text :
         {R"({"auths": {"h": {"auth": "c2VjcmV0"}}})", R"({"auths": {"h": {"auth": "!secret!"}}})",
          R"({"auths": {"h": {"auth": 7}}})", R"({"auths": {"h": "secret"}})",
          R"({"auths": ["secret"]})"}) {
        CAPTURE(text);
        try {
            (void)parsed(text).credential("h");
            FAIL("no error");
        } catch (const Error& error) {
            CHECK(error.code() == ErrorCode::content_invalid);
            CHECK(std::string(error.what()).find("secret") == std::string::npos);
        }
    }
}

TEST_CASE("text that is no JSON object is refused, an empty file is an empty document") {
    CHECK(ConfigDocument::parse("[]").has_error());
    CHECK(ConfigDocument::parse("{").has_error());
    CHECK(ConfigDocument::parse(" \n").has_value());
}

TEST_CASE("an edit keeps all other members and replaces every spelling of the key") {
    auto document = parsed(real_file);
    registry::Credential credential;
    credential.user = "new";
    credential.password = Secret("word");
    document.set("docker.io", credential);
    const auto again = parsed(document.text());
    CHECK(again.credential("docker.io")->user == "new");
    CHECK(document.text().find("index.docker.io") == std::string::npos);
    CHECK(document.text().find("Docker-Client") != std::string::npos);
    CHECK(again.credential("registry.test/team").has_value());
    CHECK(again.store() == "desktop");
}

TEST_CASE("removal says whether there was something") {
    auto document = parsed(real_file);
    CHECK(document.remove("docker.io"));
    CHECK_FALSE(document.remove("docker.io"));
    CHECK(document.keys() ==
          std::vector<std::string>{"registry.test/team", "azure.test", "empty.test"});
}
