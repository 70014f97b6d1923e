#include "bundle/runtime_config.hpp"

#include "base/error.hpp"
#include "base/file.hpp"

#include <doctest/doctest.h>

namespace berth::bundle {
namespace {

oci::ImageConfig image() {
    oci::ImageConfig config;
    config.platform = {.os = "linux", .architecture = "arm64", .variant = "v8"};
    config.entrypoint = {"/bin/sh", "-c"};
    config.cmd = {"echo"};
    config.env = {"A=1", "PATH=/bin", "A=2", "EMPTY="};
    config.working_dir = "/w";
    config.stop_signal = "SIGTERM";
    config.exposed_ports = {"53/udp", "80/tcp"};
    config.volumes = {"/data"};
    config.labels = {{"a", "b"}, {"org.opencontainers.image.author", "label"}, {"", "no name"}};
    config.author = "config";
    config.created = "2026-01-02T03:04:05Z";
    return config;
}

json::Value made(const oci::ImageConfig& config, const RuntimeUser& user,
                 const RuntimeOptions& options = {}) {
    Warnings warnings;
    return runtime_config(config, user, options, warnings);
}

std::string at(const json::Value& value, std::string_view pointer) {
    return json::write(value.at_pointer(pointer));
}

std::string golden(const std::string& name) {
    return read_file(std::string(BERTH_TESTDATA) + "/" + name, 1 << 20);
}

} // namespace

TEST_CASE("an image's config becomes what the conversion rules say") {
    const auto config =
        made(image(), {.uid = 7, .gid = 8, .additional_gids = {9}, .home = "/home/x"});
    CHECK(at(config, "/process/args") == R"(["/bin/sh","-c","echo"])");
    CHECK(at(config, "/process/env") ==
          R"(["A=2","PATH=/bin","EMPTY=","TERM=xterm","HOME=/home/x"])");
    CHECK(at(config, "/process/cwd") == R"("/w")");
    CHECK(at(config, "/process/user") == R"({"uid":7,"gid":8,"additionalGids":[9]})");
    CHECK(at(config, "/annotations/org.opencontainers.image.exposedPorts") == R"("53/udp,80/tcp")");
    CHECK(at(config, "/annotations/org.opencontainers.image.stopSignal") == R"("SIGTERM")");
    CHECK(at(config, "/annotations/org.opencontainers.image.variant") == R"("v8")");
    CHECK(at(config, "/annotations/org.opencontainers.image.author") == R"("label")");
    CHECK(at(config, "/annotations").find("no name") == std::string::npos);
    CHECK(at(config, "/mounts/7/destination") == R"("/data")");
    const auto seeded = made(image(), {}, {.volumes = {{"/data", {7, 8, 02750}}}});
    CHECK(at(seeded, "/mounts/7/options") ==
          R"(["rw","nosuid","nodev","relatime","tmpcopyup","mode=2750","uid=7","gid=8"])");
}

TEST_CASE("what the image leaves open is as runc spec has it") {
    oci::ImageConfig empty;
    CHECK(json::write_pretty(made(empty, {})) == golden("empty-root.json"));
    CHECK(json::write_pretty(
              made(empty, {}, {.rootless = true, .caller_uid = 1000, .caller_gid = 1001})) ==
          golden("empty-rootless.json"));
}

TEST_CASE("relative directories and volumes are read from the root; a volume at the root is not") {
    auto config = image();
    config.working_dir = "app";
    config.volumes = {"data"};
    CHECK(at(made(config, {}), "/process/cwd") == R"("/app")");
    CHECK(at(made(config, {}), "/mounts/7/destination") == R"("/data")");
    for (const auto* volume : {"/", "", "//", "/."}) {
        config.volumes = {volume};
        CHECK_THROWS_AS(made(config, {}), Error);
    }
    config = image();
    for (const auto* setting : {"NOVALUE", "=x", ""}) {
        config.env = {setting};
        CHECK_THROWS_AS(made(config, {}), Error);
    }
}

TEST_CASE("a user that the map does not have becomes container root, with a warning") {
    Warnings warnings;
    const RuntimeUser user{.uid = 7, .gid = 8, .additional_gids = {9, 70000}};
    const auto single =
        runtime_config(image(), user, {.rootless = true, .caller_uid = 1000}, warnings);
    CHECK(at(single, "/process/user") == R"({"uid":0,"gid":0})");
    REQUIRE(warnings.sentences().size() == 1);
    CHECK(warnings.sentences()[0].find("7:8") != std::string::npos);

    const std::vector<IdRange> map{{0, 1000, 1}, {1, 100000, 65535}};
    const auto mapped = made(image(), user, {.rootless = true, .uid_map = map, .gid_map = map});
    CHECK(at(mapped, "/process/user") == R"({"uid":7,"gid":8,"additionalGids":[9]})");
    CHECK(at(mapped, "/linux/uidMappings/1") ==
          R"({"containerID":1,"hostID":100000,"size":65535})");
}

} // namespace berth::bundle
