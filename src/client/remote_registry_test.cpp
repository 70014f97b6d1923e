#include "client/remote_registry.hpp"

#include "client/remote_fixture.hpp"
#include "client/tiny_registry.hpp"
#include "registry/repository_contract.hpp"

using namespace berth;
using namespace berth::client;
using net::respond;
using net::SentRequest;
using registry::contract::small_image;

namespace {

/// What a tiny registry and its client need to stay alive.
struct Served {
    explicit Served(TinyRegistry::Options options, RemoteOptions remote_options)
        : server(options),
          remote([this](const SentRequest& request) { return server.answer(request); },
                 std::move(remote_options)) {}
    TinyRegistry server;
    Remote remote;
};

registry::contract::MakeRegistry served(TinyRegistry::Options options, std::uint64_t chunk) {
    return [=] {
        auto all = std::make_shared<Served>(
            options, RemoteOptions{.registry = "registry.example", .upload_chunk = chunk});
        return std::shared_ptr<registry::Registry>(all, all->remote.registry.get());
    };
}

} // namespace

TEST_CASE("a remote registry keeps the registry contract") {
    registry::contract::check_registry(served({}, 0));
}

TEST_CASE("uploads in chunks keep the contract too") {
    registry::contract::check_registry(served({}, 70'000));
}

TEST_CASE("without referrers API and ranges the contract still holds") {
    registry::contract::check_registry(served({.referrers_api = false, .ranges = false}, 0));
}

TEST_CASE("a registry that cannot mount says no and keeps no upload open") {
    Served all({.mounts = false}, {.registry = "registry.example"});
    const auto image = small_image(1);
    registry::contract::push(*all.remote.repository, image, "v1");
    const auto other = all.remote.registry->repository("team/other");
    CHECK_FALSE(other->mount(image.layer.descriptor, "team/app"));
    CHECK(all.remote.transport.sent().back().method == "DELETE");
}

TEST_CASE("Docker Hub is reached at its real host and keeps its name") {
    Remote remote([](const SentRequest&) { return respond(200, "{}"); }, {.registry = "docker.io"});
    remote.registry->ping();
    CHECK(remote.transport.sent()[0].url == "https://registry-1.docker.io/v2/");
    CHECK(remote.repository->name() == "docker.io/team/app");
}

TEST_CASE("the registry itself, and no place it leads to, is told who passes a request on") {
    Remote remote(
        [](const SentRequest& request) {
            return request.url.starts_with("https://registry.example/")
                       ? respond(307, "", {{"Location", "https://storage.example/blob"}})
                       : respond(404);
        },
        {.registry = "registry.example", .via = "1.1 berth-a, 1.1 berth-b"});
    CHECK_FALSE(remote.repository->manifest("v1").has_value());
    const auto sent = remote.transport.sent();
    REQUIRE(sent.size() == 2);
    CHECK(sent[0].headers.find("Via") == "1.1 berth-a, 1.1 berth-b");
    CHECK_FALSE(sent[1].headers.find("Via").has_value());
}

TEST_CASE("a web server is told apart from a registry") {
    Remote page([](const SentRequest&) {
        return respond(200, "<html>", {{"Content-Type", "text/html; charset=utf-8"}});
    });
    CHECK(contains(failure_of([&] { page.registry->ping(); }).message(), "not as a registry"));
    Remote nothing([](const SentRequest&) { return respond(404, "no"); });
    CHECK(failure_of([&] { nothing.registry->ping(); }).code() == ErrorCode::response_invalid);
}

TEST_CASE("names that would change the address are refused") {
    for (const char* name : {"host/path", "a@b", "host?x", "", "host:99999"}) {
        CAPTURE(name);
        CHECK_THROWS_AS(Remote([](const SentRequest&) { return respond(200); }, {.registry = name}),
                        Error);
    }
}

TEST_CASE("plain HTTP at a TLS port gets a hint") {
    Remote remote(
        [](const SentRequest&) {
            return respond(400, "Client sent an HTTP request to an HTTPS server.\n");
        },
        {.registry = "registry.example", .plain_http = true});
    const Error error = failure_of([&] { remote.registry->ping(); });
    CHECK(error.remedy().kind == Remedy::Kind::use_tls);
}

TEST_CASE("a registry without a catalog is unsupported, not broken") {
    for (const int status : {403, 404, 405}) {
        Remote remote([&](const SentRequest&) { return respond(status); });
        CHECK(failure_of([&] { (void)remote.registry->repositories("", 10); }).code() ==
              ErrorCode::unsupported);
    }
}

TEST_CASE("a manifest must be what its digest, its header and its type say") {
    const auto image = small_image(2);
    const std::string& bytes = image.manifest.bytes;
    const std::string type(oci::media_type::oci_manifest);
    const std::string other = codec::digest_of("other").text();
    struct Row {
        const char* name;
        std::string body;
        std::vector<std::pair<std::string, std::string>> headers;
        ErrorCode code;
    };
    const std::vector<Row> rows{
        {"v1",
         bytes,
         {{"Content-Type", type}, {"Docker-Content-Digest", other}},
         ErrorCode::digest_invalid},
        {"v1",
         bytes,
         {{"Content-Type", std::string(oci::media_type::oci_index)}},
         ErrorCode::manifest_invalid},
        {"v1", "{oops", {{"Content-Type", type}}, ErrorCode::manifest_invalid},
        {"v1",
         bytes,
         {{"Content-Type", type}, {"Content-Length", "9999999999"}},
         ErrorCode::limit_exceeded},
        {"v1",
         bytes + std::string(5 << 20, ' '),
         {{"Content-Type", type}},
         ErrorCode::limit_exceeded},
    };
    for (const Row& row : rows) {
        CAPTURE(row.body.substr(0, 20));
        Remote remote([&](const SentRequest&) { return respond(200, row.body, row.headers); });
        CHECK(failure_of([&] { (void)remote.repository->manifest(row.name); }).code() == row.code);
    }
    Remote remote([&](const SentRequest&) {
        return respond(200, bytes, {{"Content-Type", type}});
    });
    CHECK(failure_of([&] { (void)remote.repository->manifest(other); }).code() ==
          ErrorCode::digest_invalid);
    CHECK(remote.repository->manifest("v1")->descriptor.digest == image.manifest.descriptor.digest);
}

TEST_CASE("a type that says nothing is read from the manifest itself") {
    const auto image = small_image(3);
    Remote remote([&](const SentRequest&) {
        return respond(200, image.manifest.bytes, {{"Content-Type", "text/plain"}});
    });
    CHECK(remote.repository->resolve("v1")->media_type == oci::media_type::oci_manifest);
}

TEST_CASE("requests for manifests accept all that we can read") {
    Remote remote([](const SentRequest&) { return respond(404); });
    CHECK_FALSE(remote.repository->manifest("v1").has_value());
    const auto sent = remote.transport.sent();
    const auto accept = sent[0].headers.find("Accept").value_or("");
    for (const auto type : {oci::media_type::oci_index, oci::media_type::docker_manifest})
        CHECK(contains(accept, type));
}

TEST_CASE("uploads go nowhere but to the registry or a protected place") {
    const auto image = small_image(4);
    const auto attempt = [&](const char* location) {
        Remote remote([&](const SentRequest& request) {
            if (request.method == "HEAD") return respond(404);
            if (request.method == "POST") return respond(202, "", {{"Location", location}});
            return respond(201);
        });
        return failure_of([&] {
                   remote.repository->push_blob(image.layer.descriptor,
                                                registry::contract::opener(image.layer.bytes));
               })
            .code();
    };
    CHECK(attempt("http://elsewhere.example/upload") == ErrorCode::response_invalid);
    CHECK(attempt("https://169.254.169.254/latest") == ErrorCode::response_invalid);
    CHECK(attempt("file:///etc/passwd") == ErrorCode::response_invalid);
}

TEST_CASE("a registry behind a proxy may not know its own scheme") {
    const auto image = small_image(5);
    Remote remote([&](const SentRequest& request) {
        if (request.method == "HEAD") return respond(404);
        if (request.method == "POST")
            return respond(202, "", {{"Location", "http://registry.example/v2/u/1?state=x"}});
        return respond(201);
    });
    remote.repository->push_blob(image.layer.descriptor,
                                 registry::contract::opener(image.layer.bytes));
    CHECK(remote.transport.sent().back().url.starts_with(
        "https://registry.example/v2/u/1?state=x&digest="));
}

TEST_CASE("an upload that breaks is begun anew as a whole") {
    TinyRegistry server;
    int puts = 0;
    Remote remote([&](const SentRequest& request) {
        if (request.method == "PUT" && ++puts == 1) return respond(503);
        if (request.method == "PUT" && puts == 2) return respond(404);
        return server.answer(request);
    });
    const auto image = small_image(6);
    int opened = 0;
    remote.repository->push_blob(image.layer.descriptor, [&] {
        ++opened;
        return std::make_unique<MemorySource>(image.layer.bytes);
    });
    CHECK(opened == 3);
    CHECK(remote.repository->has_blob(image.layer.descriptor));
}

TEST_CASE("two referrers share the fallback index and a second push adds nothing") {
    Served all({.referrers_api = false}, {.registry = "registry.example"});
    auto& repository = *all.remote.repository;
    const auto image = small_image(7);
    registry::contract::push(repository, image, "v1");
    for (const char* word : {"one", "two", "one"})
        registry::contract::push(
            repository, registry::contract::small_artifact(image.manifest.descriptor, "a/b", word),
            "");
    const std::string tag = registry::fallback_tag(image.manifest.descriptor.digest);
    const auto index = oci::parse_index(repository.manifest(tag)->bytes, "").value();
    REQUIRE(index.manifests.size() == 2);
    CHECK(index.manifests[0].annotations.at("word") == "one");
    CHECK(index.manifests[0].artifact_type == "a/b");
}

TEST_CASE("a base path stands before /v2/, and one that could be left is refused") {
    Remote remote([](const SentRequest&) { return respond(200, "{}"); },
                  {.registry = "art.example", .base_path = "/artifactory/api/docker/charts"});
    remote.registry->ping();
    CHECK(remote.transport.sent()[0].url ==
          "https://art.example/artifactory/api/docker/charts/v2/");
    for (const char* path : {"charts", "/charts/", "/a/../b", "/a//b", "/a?b", "/a#b", "/", "/."})
        CHECK(failure_of([&] {
                  Remote wrong([](const SentRequest&) { return respond(200); },
                               {.registry = "art.example", .base_path = path});
              }).code() == ErrorCode::usage);
}
