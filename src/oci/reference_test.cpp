#include "oci/reference.hpp"

#include <doctest/doctest.h>

using namespace berth;
using oci::Reference;

namespace {

const std::string reference_hex =
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
const std::string reference_digest = "sha256:" + reference_hex;

std::string fault_in_reference(std::string_view text) {
    const auto reference = Reference::parse(text);
    if (!reference.has_error()) return "accepted as " + reference->text();
    CHECK(reference.error().code() == ErrorCode::usage);
    return reference.error().message();
}

} // namespace

TEST_CASE("references are read as Docker reads them") {
    struct Row {
        std::string text, registry, repository, tag, digest;
    };
    const Row rows[] = {
        {"debian", "docker.io", "library/debian", "", ""},
        {"debian:12", "docker.io", "library/debian", "12", ""},
        {"team/app", "docker.io", "team/app", "", ""},
        {"docker.io/debian", "docker.io", "library/debian", "", ""},
        {"docker.io/team/app:1", "docker.io", "team/app", "1", ""},
        {"index.docker.io/debian", "docker.io", "library/debian", "", ""},
        {"localhost/app", "localhost", "app", "", ""},
        {"localhost:5000/app", "localhost:5000", "app", "", ""},
        {"host:5000", "docker.io", "library/host", "5000", ""},
        {"host:5000/app:tag", "host:5000", "app", "tag", ""},
        {"host/app", "docker.io", "host/app", "", ""},
        {"ghcr.io/a/b/c:V1.0", "ghcr.io", "a/b/c", "V1.0", ""},
        {"127.0.0.1:5000/app", "127.0.0.1:5000", "app", "", ""},
        {"[::1]:5000/app", "[::1]:5000", "app", "", ""},
        {"[2001:db8::1]/app:x", "[2001:db8::1]", "app", "x", ""},
        {"Registry.Example.COM/app", "registry.example.com", "app", "", ""},
        {"docker://debian:12", "docker.io", "library/debian", "12", ""},
        {"oci://ghcr.io/charts/web", "ghcr.io", "charts/web", "", ""},
        {"debian@" + reference_digest, "docker.io", "library/debian", "", reference_digest},
        {"host:5000/team/app:tag@" + reference_digest, "host:5000", "team/app", "tag",
         reference_digest},
        {"app@sha512:" + reference_hex + reference_hex, "docker.io", "library/app", "",
         "sha512:" + reference_hex + reference_hex},
        {"a--b/c__d/e.f/g_h/i-j", "docker.io", "a--b/c__d/e.f/g_h/i-j", "", ""},
        {"123.dkr.ecr.eu-central-1.amazonaws.com/x:_t.-9", "123.dkr.ecr.eu-central-1.amazonaws.com",
         "x", "_t.-9", ""},
    };
    for (const Row& row : rows) {
        CAPTURE(row.text);
        const auto parsed = Reference::parse(row.text);
        REQUIRE(parsed.has_value());
        CHECK(parsed->registry == row.registry);
        CHECK(parsed->repository == row.repository);
        CHECK(parsed->tag.value_or("") == row.tag);
        CHECK((parsed->digest ? parsed->digest->text() : "") == row.digest);
        const auto again = Reference::parse(parsed->text()).value();
        CHECK(again.text() == parsed->text());
        CHECK(again.name() == parsed->name());
    }
}

TEST_CASE("what goes into a request is the digest, else the tag, else latest") {
    CHECK(Reference::parse("a:b@" + reference_digest).value().tag_or_digest() == reference_digest);
    CHECK(Reference::parse("a:b").value().tag_or_digest() == "b");
    CHECK(Reference::parse("a").value().tag_or_digest() == "latest");
    CHECK(Reference::parse("a").value().text() == "docker.io/library/a");
}

TEST_CASE("everything else is refused with the reason") {
    const std::pair<std::string, std::string_view> rows[] = {
        {"", "empty"},
        {":tag", "empty"},
        {"@" + reference_digest, "empty"},
        {"Debian", "lower-case"},
        {"team/App:1", "byte 6 is an upper-case letter; names are lower-case"},
        {"ghcr.io/Team/app", "lower-case"},
        {"a//b", "component is empty"},
        {"/a", "component is empty"},
        {"a/", "component is empty"},
        {"ghcr.io/", "empty"},
        {"../../etc", "not a host name"},
        {"a/../b", "between letters or digits"},
        {"a..b/c", "not a host name"},
        {"x/a..b", "must be one of"},
        {"x/a___b", "must be one of"},
        {"x/-a", "between letters"},
        {"x/a-", "between letters"},
        {"x/a._b", "must be one of"},
        {"a b", "byte 2 is \" \""},
        {"a\nb", "\\n"},
        {"caf\xc3\xa9", "byte 4"},
        {"a:", "tag"},
        {"a:.x", "must begin with"},
        {"a:-x", "must begin with"},
        {"a:b:c", "byte 2 is \":\""},
        {"a:" + std::string(129, 't'), "the limit is 128"},
        {"a@", "digest"},
        {"a@sha256:abc", "64 hex digits, not 3"},
        {"a@md5:d41d8cd98f00b204e9800998ecf8427e", "sha256 or sha512"},
        {"a@" + reference_digest + "@" + reference_digest, "digest"},
        {"host:0/app", "not a port"},
        {"host:65536/app", "not a port"},
        {"host:x/app", "not a port"},
        {"host:/app", "not a port"},
        {"-host.io/app", "not a host name"},
        {"host_x.io/app", "not a host name"},
        {"a.io..b/app", "not a host name"},
        {"user@host.io/app", "digest"},
        {"[::1/app", "not a host name"},
        {"[::g]/app", "not a host name"},
        {"[fe80::1%eth0]/app", "not a host name"},
        {std::string("[::1\0]/app", 10), "not a host name"},
        {"https://ghcr.io/app", "a URL is not a reference"},
        {"docker-daemon://x", "a URL is not a reference"},
        {reference_hex, "a digest needs a repository"},
        {std::string(250, 'h') + ".example/app", "not a host name"},
    };
    for (const auto& [text, why] : rows) {
        CAPTURE(text);
        const std::string fault = fault_in_reference(text);
        CAPTURE(fault);
        CHECK(fault.find(why) != std::string::npos);
    }
}

TEST_CASE("a repository name has at most 255 bytes, with library/ counted") {
    CHECK(Reference::parse("ghcr.io/" + std::string(255, 'a')).has_value());
    CHECK(fault_in_reference("ghcr.io/" + std::string(256, 'a')).find("the limit is 255") !=
          std::string::npos);
    CHECK(Reference::parse(std::string(247, 'a')).has_value());
    CHECK(fault_in_reference(std::string(248, 'a')).find("the limit is 255") != std::string::npos);
    CHECK(oci::parse_repository_name(std::string(255, 'a')).has_value());
    CHECK(oci::parse_tag(std::string(128, 'T')).has_value());
}
