#include "oci/manifest.hpp"

#include "base/file.hpp"

#include <doctest/doctest.h>

using namespace berth;

namespace {

std::string fault_in_config(std::string_view text) {
    const auto config = oci::parse_image_config(text);
    if (!config.has_error()) return "accepted";
    CHECK(config.error().code() == ErrorCode::content_invalid);
    return config.error().message();
}

} // namespace

TEST_CASE("a real configuration is read") {
    const auto image =
        oci::parse_image_config(read_file(BERTH_TESTDATA "/umoci_config.json", 1 << 20)).value();
    CHECK(image.platform.text() == "linux/amd64");
    CHECK(image.user == "nobody");
    CHECK(image.entrypoint == std::vector<std::string>{"/bin/app"});
    CHECK(image.cmd == std::vector<std::string>{"--serve"});
    CHECK(image.env == std::vector<std::string>{"PATH=/usr/bin", "LANG=C"});
    CHECK(image.working_dir == "/srv");
    CHECK(image.stop_signal == "SIGQUIT");
    CHECK(image.exposed_ports == std::vector<std::string>{"53/udp", "80/tcp"});
    CHECK(image.volumes == std::vector<std::string>{"/data"});
    CHECK(image.labels.at("org.example") == "x");
    CHECK(image.author == "Berth <berth@example.org>");
    CHECK(image.diff_ids.size() == 2);
    const auto empty =
        oci::parse_image_config(read_file(BERTH_TESTDATA "/umoci_empty_config.json", 1 << 20));
    CHECK(empty.value().diff_ids.empty());
}

TEST_CASE("the nulls that Docker writes are nothing") {
    const auto image =
        oci::parse_image_config(
            R"({"architecture":"amd64","config":{"Hostname":"","AttachStdin":false,"Tty":false,
            "Env":null,"Cmd":null,"Image":"","Volumes":null,"WorkingDir":"","Entrypoint":null,
            "OnBuild":null,"Labels":null,"ExposedPorts":null,"User":null},"container":"a5c0",
            "os":"linux","rootfs":{"type":"layers","diff_ids":null}})")
            .value();
    CHECK(image.env.empty());
    CHECK(image.cmd.empty());
    CHECK(image.entrypoint.empty());
    CHECK(image.labels.empty());
    CHECK(image.user.empty());
    CHECK(image.diff_ids.empty());
    for (const std::string_view text :
         {R"({"rootfs":{"type":"layers"}})", R"({"config":null,"rootfs":{"type":"layers"}})"}) {
        CHECK(oci::parse_image_config(text).value().env.empty());
        CHECK(oci::parse_image_config(text).value().platform.os.empty());
    }
}

TEST_CASE("a wrong member of a configuration is named") {
    const std::pair<std::string_view, std::string_view> rows[] = {
        {"", "JSON"},
        {"[]", "must be an object"},
        {"{}", "rootfs is missing"},
        {R"({"rootfs":{}})", "rootfs.type is missing"},
        {R"({"rootfs":{"type":"other"}})", "rootfs.type must be \"layers\""},
        {R"({"rootfs":{"type":"layers","diff_ids":["sha256:x"]}})", "rootfs.diff_ids[0]"},
        {R"({"rootfs":{"type":"layers","diff_ids":"x"}})", "rootfs.diff_ids must be a list"},
        {R"({"rootfs":{"type":"layers"},"config":[]})", "config must be an object"},
        {R"({"rootfs":{"type":"layers"},"config":{"Cmd":"x"}})", "config.Cmd must be a list"},
        {R"({"rootfs":{"type":"layers"},"config":{"Env":["a",1]}})", "config.Env[1]"},
        {R"({"rootfs":{"type":"layers"},"config":{"User":0}})", "config.User must be a string"},
        {R"({"rootfs":{"type":"layers"},"config":{"Labels":{"a":{}}}})", "config.Labels[\"a\"]"},
        {R"({"rootfs":{"type":"layers"},"config":{"Volumes":["/x"]}})", "config.Volumes must be"},
        {R"({"rootfs":{"type":"layers"},"os":7})", "os must be a string"},
    };
    for (const auto& [text, why] : rows) {
        CAPTURE(text);
        CHECK(fault_in_config(text).find(why) != std::string::npos);
    }
}
