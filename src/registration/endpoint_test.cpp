#include "registration/endpoint.hpp"

#include "registration/test_support.hpp"

using namespace berth;
using namespace berth::registration;
using namespace berth::registration::testing;

namespace {

Endpoint of(std::string_view text, std::string_view base_path = "") {
    const EndpointPolicy policy;
    return normalise_endpoint({.endpoint = text, .base_path = base_path}, policy);
}

std::vector<std::string> codes(const Endpoint& endpoint) {
    std::vector<std::string> all;
    for (const Note& note : endpoint.notes) all.push_back(note.code);
    return all;
}

using Codes = std::vector<std::string>;

Refusal refused(std::string_view text, std::string_view base_path = "") {
    return refusal_of([&] { of(text, base_path); });
}

} // namespace

TEST_CASE("a plain https address stays as it is, without a word") {
    const Endpoint endpoint = of("https://registry.example:5000");
    CHECK(endpoint.text() == "https://registry.example:5000");
    CHECK(endpoint.host_and_port() == "registry.example:5000");
    CHECK(endpoint.bound_origin == "https://registry.example:5000");
    CHECK(endpoint.base_path.empty());
    CHECK(endpoint.notes.empty());
}

TEST_CASE("whatever people paste becomes an address, and each change has its word") {
    CHECK(codes(of("registry.example")) == Codes{"scheme_added"});
    CHECK(codes(of(" https://registry.example/ ")) == Codes{"spaces_removed"});
    CHECK(codes(of("https://registry.example/v2/")) == Codes{"slash_removed", "v2_removed"});
    CHECK(codes(of("oci://registry.example")) == Codes{"transport_removed", "scheme_added"});
    CHECK(codes(of("docker://Registry.Example")) ==
          Codes{"transport_removed", "scheme_added", "host_lowered"});
    CHECK(codes(of("https://registry.example:443")) == Codes{"port_removed"});
    CHECK(codes(of("docker.io")) == Codes{"scheme_added", "docker_hub"});
    CHECK(of("https://index.docker.io/v1/").base_path.empty());
    CHECK(of("https://art.example/proxy/v1").base_path == "/proxy/v1");
    for (const char* text : {"registry.example", " https://registry.example/ ",
                             "https://registry.example/v2/", "oci://registry.example",
                             "docker://Registry.Example/v2", "https://registry.example:443//"})
        CHECK(of(text).text() == "https://registry.example");
}

TEST_CASE("a path is moved to the base path, and the two are joined") {
    const Endpoint moved = of("https://art.example/artifactory/api/docker/charts/v2/");
    CHECK(moved.base_path == "/artifactory/api/docker/charts");
    CHECK(codes(moved) == Codes{"slash_removed", "v2_removed", "path_moved"});
    CHECK(of("https://art.example", "/artifactory/api/docker/charts").base_path ==
          "/artifactory/api/docker/charts");
    const Endpoint slash = of("https://art.example", "artifactory/api/");
    CHECK(slash.base_path == "/artifactory/api");
    CHECK(codes(slash) == Codes{"base_path_slash", "slash_removed"});
    CHECK(of("https://art.example/artifactory", "/api/docker/x/v2").text() ==
          "https://art.example/artifactory/api/docker/x");
    CHECK(of("https://art.example", "/").base_path.empty());
}

TEST_CASE("plain HTTP is what somebody wrote, with a warning, and only where it is allowed") {
    const Endpoint plain = of("http://registry.example:5000");
    CHECK(plain.origin.scheme == "http");
    CHECK(codes(plain) == Codes{"plain_http"});
    const EndpointPolicy strict{.plain_http = false};
    CHECK(refusal_of([&] {
              normalise_endpoint({.endpoint = "http://r.example"}, strict);
          }).says("plain HTTP is not allowed"));
}

TEST_CASE("what cannot be an address is refused, and a password in it is not repeated") {
    CHECK(refused("").says("empty"));
    CHECK(refused("  ").says("empty"));
    CHECK(refused("ftp://registry.example").says("ftp"));
    CHECK(refused("https://registry.example/?x=1").says("query"));
    CHECK(refused("https://registry.example/#top").says("query or fragment"));
    CHECK(refused("https://registry.example:70000").says("port"));
    CHECK(refused("registry example").says("space"));
    const Refusal secret = refused("https://ada:hunter2@registry.example");
    CHECK(secret.says("user name or password"));
    CHECK_FALSE(secret.says("hunter2"));
    CHECK(secret.field == "spec.endpoint");
    CHECK(refused("https://registry.example/a/../b").field == "spec.basePath");
    CHECK(refused("https://registry.example", "/a//b").field == "spec.basePath");
    CHECK(refused("https://registry.example", "/a?b").field == "spec.basePath");
    CHECK(refused(std::string(3000, 'a')).says("2 KiB"));
}

TEST_CASE("this machine and link-local addresses are refused in all their spellings") {
    for (const char* text :
         {"localhost:5000", "http://127.0.0.1", "https://[::1]:5000", "https://2130706433",
          "https://0x7f000001", "https://0.0.0.0", "https://[::ffff:127.0.0.1]", "x.localhost"})
        CHECK(refused(text).code == ErrorCode::denied);
    CHECK(refused("http://169.254.169.254").says("link-local"));
    CHECK(refused("https://[fe80::1]").code == ErrorCode::denied);
    const EndpointPolicy local{.loopback = true};
    CHECK(normalise_endpoint({.endpoint = "http://localhost:5000"}, local).text() ==
          "http://localhost:5000");
    CHECK(of("https://10.0.0.7").text() == "https://10.0.0.7");
    CHECK(may_be_at(EndpointPolicy{}, "10.1.2.3"));
    CHECK_FALSE(may_be_at(EndpointPolicy{}, "127.0.0.1"));
    CHECK_FALSE(may_be_at(EndpointPolicy{}, "::1"));
    CHECK_FALSE(may_be_at(EndpointPolicy{}, "::ffff:169.254.169.254"));
    CHECK_FALSE(may_be_at(EndpointPolicy{}, "fe80::1%eth0"));
    CHECK(may_be_at(local, "127.0.0.1"));
    for (const char* metadata :
         {"fd00:ec2::254", "fd00:ec2::23", "100.100.100.200", "168.63.129.16"})
        CHECK_FALSE(may_be_at(EndpointPolicy{}, metadata));
    CHECK(refused("https://[fd00:ec2::254]").code == ErrorCode::denied);
}

TEST_CASE("an ECR endpoint may hold the region placeholder, exactly and once") {
    const EndpointPolicy policy;
    const auto ecr = [&](std::string_view text, std::string_view region) {
        return normalise_endpoint({.endpoint = text, .default_region = region, .is_ecr = true},
                                  policy);
    };
    const char* text = "123456789012.dkr.ecr.{{.spectro.system.aws.region}}.amazonaws.com";
    const Endpoint endpoint = ecr(text, "eu-west-1");
    CHECK(endpoint.has_placeholder);
    CHECK(endpoint.text() == "https://123456789012.dkr.ecr.eu-west-1.amazonaws.com");
    CHECK(endpoint.bound_origin ==
          "https://123456789012.dkr.ecr.{{.spectro.system.aws.region}}.amazonaws.com");
    // Secrets stay with the endpoint when only the default region changes.
    CHECK(endpoint.bound_origin == ecr(text, "us-east-1").bound_origin);
    const auto code = [&](std::string_view bad, std::string_view region) {
        return refusal_of([&] { ecr(bad, region); }).field;
    };
    CHECK(code(text, "") == "spec.defaultRegion");
    CHECK(code(text, "Ireland") == "spec.defaultRegion");
    CHECK(code(text, "eu-west-1.evil.test") == "spec.defaultRegion");
    CHECK(code("1.dkr.ecr.{{.spectro.system.aws.region}.amazonaws.com", "eu-west-1") ==
          "spec.endpoint");
    CHECK(code("1.dkr.ecr.{{ .spectro.system.aws.region }}.amazonaws.com", "eu-west-1") ==
          "spec.endpoint");
    CHECK(code("{{.spectro.system.aws.region}}.{{.spectro.system.aws.region}}", "eu-west-1") ==
          "spec.endpoint");
    CHECK(refused(text).says("only ECR"));
}

TEST_CASE("a repository is within a content path if it is that or lies below it") {
    CHECK(is_within({}, "anything"));
    CHECK(is_within({"charts", "team/app"}, "team/app"));
    CHECK(is_within({"charts", "team/app"}, "charts/pier"));
    CHECK_FALSE(is_within({"charts"}, "charts-old"));
    CHECK_FALSE(is_within({"team/app"}, "team"));
}

TEST_CASE("base content paths are split, cleaned and bounded") {
    using Paths = std::vector<std::string>;
    CHECK(content_paths("").empty());
    CHECK(content_paths("charts") == Paths{"charts"});
    CHECK(content_paths(" /team/charts/ , infra ,, infra") == Paths{"team/charts", "infra"});
    CHECK(refusal_of([] { content_paths("Team Charts"); }).field == "spec.baseContentPath");
    CHECK(refusal_of([] { content_paths("a/../b"); }).field == "spec.baseContentPath");
    std::string many;
    for (int i = 0; i < 65; ++i) many += "p" + std::to_string(i) + ",";
    CHECK(refusal_of([&] { content_paths(many); }).says("64"));
}
