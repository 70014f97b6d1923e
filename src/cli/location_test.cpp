#include "cli/location.hpp"
#include "cli/certificates.hpp"
#include "cli/copy_tags.hpp"

#include <doctest/doctest.h>
#include <fstream>

using namespace berth;
using namespace berth::cli;

TEST_CASE("references of registries, with and without a transport") {
    for (const auto* text :
         {"registry.test:5000/team/app:1", "docker://registry.test:5000/team/app:1",
          "oci://registry.test:5000/team/app:1"}) {
        CAPTURE(text);
        const auto location = Location::parse(text).value();
        CHECK(location.kind == Location::Kind::registry);
        CHECK(location.text() == "registry.test:5000/team/app:1");
        CHECK(location.tag_or_digest == "1");
    }
    CHECK_FALSE(Location::parse("debian").value().tag_or_digest.has_value());
}

TEST_CASE("layouts and archives with a tag, a digest, or none") {
    const auto layout = Location::parse("oci:/tmp/out:1.4").value();
    CHECK(layout.kind == Location::Kind::layout);
    CHECK(layout.path == "/tmp/out");
    CHECK(layout.tag_or_digest == "1.4");
    const auto archive = Location::parse("oci-archive:a:b/c.tar").value();
    CHECK(archive.kind == Location::Kind::archive);
    CHECK(archive.path == "a:b/c.tar");
    CHECK_FALSE(archive.tag_or_digest.has_value());
    const auto digest = "sha256:" + std::string(64, 'a');
    const auto pinned = Location::parse("oci:out@" + digest).value();
    CHECK(pinned.path == "out");
    CHECK(pinned.tag_or_digest == digest);
    CHECK(pinned.text() == "oci:out@" + digest);
}

TEST_CASE("what is no reference is refused") {
    for (const auto* text : {"", "oci:", "oci:out:", "oci::tag", "oci:out@sha256:abc",
                             "oci-archive:", "oci:out:bad tag", "UPPER"}) {
        CAPTURE(text);
        CHECK(Location::parse(text).has_error());
    }
}

TEST_CASE("tags are chosen by globs") {
    CHECK(selects({}, "v1"));
    CHECK(selects({.include = {"v1.*", "v2.*"}}, "v2.0"));
    CHECK_FALSE(selects({.include = {"v1.*"}}, "v2.0"));
    CHECK_FALSE(selects({.include = {"v*"}, .exclude = {"*-rc?"}}, "v1-rc1"));
}

TEST_CASE("installed certificates are found by host, and a host never leads elsewhere") {
    namespace fs = std::filesystem;
    char name[] = "/tmp/berth-certs-XXXXXX";
    const fs::path folder = ::mkdtemp(name);
    fs::create_directories(folder / "registry.test:5000");
    for (const auto* file : {"ca.crt", "client.cert", "client.key", "other.cert"}) {
        std::ofstream(folder / "registry.test:5000" / file) << "x";
    }
    const auto tls = certificates_in({folder / "absent", folder}, "registry.test:5000");
    CHECK(tls.ca_file == (folder / "registry.test:5000/ca.crt").string());
    CHECK(tls.certificate_file == (folder / "registry.test:5000/client.cert").string());
    CHECK(tls.key_file == (folder / "registry.test:5000/client.key").string());
    CHECK(certificates_in({folder}, "other.test") == net::TlsOptions());
    CHECK(certificates_in({folder / "registry.test:5000"}, "..") == net::TlsOptions());
    fs::remove_all(folder);
}
