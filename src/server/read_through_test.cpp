// Repositories of registered registries through the API: content, pages, errors, rights, writes.
#include "server/read_through.hpp"
#include "codec/verifying_source.hpp"
#include "registry/memory_registry.hpp"
#include "registry/repository_contract.hpp"
#include "server/distribution_fixture.hpp"
#include "server/via.hpp"

#include <fmt/format.h>

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace berth::server {

namespace {

namespace contract = registry::contract;

/// A repository of another server that can be made to lie and to fail.
class AwayRepository final : public registry::Repository {
public:
    struct Wishes {
        std::function<void()> fail = [] {};
        std::string content = {}; ///< of every blob, if it is not empty
    };
    AwayRepository(std::unique_ptr<registry::Repository> inner, Wishes& wishes)
        : inner_(std::move(inner)), wishes_(wishes) {}

    std::string name() const override { return inner_->name(); }
    std::optional<oci::Descriptor> resolve(std::string_view reference) override {
        wishes_.fail();
        return inner_->resolve(reference);
    }
    std::optional<registry::Document> manifest(std::string_view reference) override {
        wishes_.fail();
        return inner_->manifest(reference);
    }
    bool has_blob(const oci::Descriptor& blob) override { return inner_->has_blob(blob); }
    std::optional<std::uint64_t> blob_size(const oci::Digest& blob) override {
        wishes_.fail();
        return inner_->blob_size(blob);
    }
    std::unique_ptr<Source> fetch(const oci::Descriptor& blob, std::uint64_t offset) override {
        if (wishes_.content.empty()) return inner_->fetch(blob, offset);
        return std::make_unique<codec::VerifyingSource>(
            std::make_unique<MemorySource>(wishes_.content), blob.digest, blob.size, "the blob");
    }
    void push_blob(const oci::Descriptor&, const registry::OpenContent&) override {
        FAIL("nobody writes");
    }
    bool mount(const oci::Descriptor&, std::string_view) override { return false; }
    void push_manifest(const registry::Document&, std::string_view) override {
        FAIL("nobody writes");
    }
    registry::Page tags(std::string_view after, std::size_t limit) override {
        wishes_.fail();
        return inner_->tags(after, limit);
    }
    std::vector<oci::Descriptor> referrers(const oci::Digest& subject,
                                           std::string_view type) override {
        return inner_->referrers(subject, type);
    }

private:
    std::unique_ptr<registry::Repository> inner_;
    Wishes& wishes_;
};

/// "away/…" is another server to admin, and to robot by its role; to others it is not there.
struct AwayFixture : DistributionFixture {
    AwayFixture() {
        handler = make_distribution(
            {.registry = registry,
             .users = users,
             .tokens = tokens,
             .clock = clock,
             .limiter = &limiter,
             .find_registered = [this](const std::string& user,
                                       std::string_view name) { return find(user, name); }},
            [](net::Request&) { return net::Response{}; });
        contract::push(*away.repository("team/app"), image, "v1");
    }

    std::optional<RegisteredRepository> find(const std::string& user, std::string_view name) {
        if (!name.starts_with("away/") || user.empty()) return std::nullopt;
        const std::string within(name.substr(5));
        return RegisteredRepository{
            .registry = "Away",
            .address = "registry.test/" + within,
            .actions = access::Actions().with(access::Action::pull),
            .open = [this, within](const std::vector<std::string>& before) {
                ++opened;
                passed_on = before;
                wishes.fail();
                return Reading{
                    .held = {},
                    .repository = std::make_unique<AwayRepository>(away.repository(within), wishes),
                    .region = [] { return std::string("eu-west-1"); }};
            }};
    }

    std::string manifest_path(std::string_view reference) const {
        return fmt::format("/v2/away/team/app/manifests/{}", reference);
    }
    std::string blob_path(const oci::Descriptor& blob) const {
        return fmt::format("/v2/away/team/app/blobs/{}", blob.digest.text());
    }
    /// The answer to a question for v1 while the other server fails so.
    Answer failing(Error error) {
        wishes.fail = [error] { throw Error(error); };
        return ask("GET", manifest_path("v1"));
    }

    registry::MemoryRegistry away;
    contract::SmallImage image = contract::small_image(7);
    AwayRepository::Wishes wishes;
    int opened = 0;
    std::vector<std::string> passed_on;
};

} // namespace

TEST_CASE_FIXTURE(AwayFixture, "a registered manifest comes as it is, by tag and by digest") {
    const auto& wanted = image.manifest;
    for (const std::string& reference : {std::string("v1"), wanted.descriptor.digest.text()}) {
        const auto got = ask("GET", manifest_path(reference));
        CHECK(got.status == 200);
        CHECK(got.body == wanted.bytes);
        CHECK(got.header("Content-Type") == wanted.descriptor.media_type);
        CHECK(got.header("Docker-Content-Digest") == wanted.descriptor.digest.text());
        CHECK(got.header("Berth-Region") == "eu-west-1");
        const auto head = ask("HEAD", manifest_path(reference));
        CHECK(head.body.empty());
        CHECK(head.header("Content-Length") == std::to_string(wanted.bytes.size()));
    }
    const auto known = send("GET", manifest_path("v1"),
                            {{"Authorization", admin},
                             {"If-None-Match", "\"" + wanted.descriptor.digest.text() + "\""}});
    CHECK(known.status == 304);
}

TEST_CASE_FIXTURE(AwayFixture, "a registered blob is streamed, whole and in parts") {
    const auto& layer = image.layer;
    CHECK(ask("HEAD", blob_path(layer.descriptor)).header("Content-Length") == "200000");
    const auto whole = ask("GET", blob_path(layer.descriptor));
    CHECK(whole.body == layer.bytes);
    CHECK(whole.header("Berth-Region") == "eu-west-1");
    const auto part = [&](const std::string& range) {
        return send("GET", blob_path(layer.descriptor),
                    {{"Authorization", admin}, {"Range", range}});
    };
    CHECK(part("bytes=10-19").body == layer.bytes.substr(10, 10));
    CHECK(part("bytes=10-19").header("Content-Range") == "bytes 10-19/200000");
    CHECK(part("bytes=0-9").body == layer.bytes.substr(0, 10));
    CHECK(part("bytes=-3").body == layer.bytes.substr(199'997));
    CHECK(part("bytes=200000-").status == 416);
}

TEST_CASE_FIXTURE(AwayFixture, "a false or short blob is cut off before its end") {
    for (std::string content : {std::string(200'000, 'x'), std::string(1000, 'x')}) {
        wishes.content = std::move(content);
        net::Request request;
        request.method = "GET";
        request.path = blob_path(image.layer.descriptor);
        request.headers.add("Authorization", admin);
        auto response = handler(request);
        auto& body = std::get<net::StreamedBody>(response.body);
        CHECK(body.size == 200'000);
        std::uint64_t given = 0;
        std::vector<std::byte> piece(7000);
        CHECK_THROWS_AS(while (const auto got = body.source->read(piece)) given += got, Error);
        CHECK(given < 200'000);
    }
}

TEST_CASE_FIXTURE(AwayFixture, "what is not there is told in the codes of the specification") {
    const auto absent = codec::digest_of("absent").text();
    CHECK(ask("GET", manifest_path("v2")).code() == "MANIFEST_UNKNOWN");
    CHECK(ask("HEAD", manifest_path(absent)).status == 404);
    CHECK(ask("GET", "/v2/away/team/app/blobs/" + absent).code() == "BLOB_UNKNOWN");
    opened = 0;
    CHECK(ask("GET", "/v2/away/team/app/blobs/sha256:short").code() == "DIGEST_INVALID");
    CHECK(ask("GET", manifest_path("sha256:short")).code() == "DIGEST_INVALID");
    CHECK(ask("GET", manifest_path("-no-tag")).code() == "MANIFEST_UNKNOWN");
    CHECK(ask("GET", "/v2/away/team/app/tags/list?n=many").code() == "USAGE");
    CHECK(opened == 0);
}

TEST_CASE_FIXTURE(AwayFixture, "tags and referrers come in pages") {
    auto repository = away.repository("team/app");
    for (const auto* tag : {"v2", "v3"}) repository->push_manifest(image.manifest, tag);
    const auto first = ask("GET", "/v2/away/team/app/tags/list?n=2");
    CHECK(first.body == R"({"name":"away/team/app","tags":["v1","v2"]})");
    CHECK(first.header("Link") == "</v2/away/team/app/tags/list?n=2&last=v2>; rel=\"next\"");
    CHECK(ask("GET", "/v2/away/team/app/tags/list?n=2&last=v2").body ==
          R"({"name":"away/team/app","tags":["v3"]})");

    for (const auto* word : {"one", "two", "three"})
        contract::push(*repository,
                       contract::small_artifact(image.manifest.descriptor, "a/b", word), "");
    const auto path = fmt::format("/v2/away/team/app/referrers/{}?artifactType=a%2Fb&n=2",
                                  image.manifest.descriptor.digest.text());
    const auto some = ask("GET", path);
    CHECK(some.header("OCI-Filters-Applied") == "artifactType");
    const auto link = some.header("Link");
    REQUIRE(link.find("/v2/away/team/app/referrers/sha256:") == 1);
    const auto rest = ask("GET", link.substr(1, link.find('>') - 1));
    CHECK(rest.header("Link").empty());
    const auto count = [](const Answer& answer) {
        const auto document = json::parse(answer.body).value();
        return json::Reader(document, "").objects("manifests").size();
    };
    CHECK(count(some) == 2);
    CHECK(count(rest) == 1);
}

TEST_CASE_FIXTURE(AwayFixture, "the servers that a request was passed on by are told") {
    const std::string one = "berth-0123456789abcdef";
    const std::string two = "berth-fedcba9876543210";
    send("GET", manifest_path("v1"),
         {{"Authorization", admin},
          {"Via", "1.1 proxy.test, 1.1 " + one},
          {"via", "HTTP/1.1  " + one + ",1.1 " + two + " (a comment),1.0 berth-x, ,berth-"}});
    CHECK(passed_on == std::vector<std::string>{one, two});
    CHECK(via_field(passed_on) == "1.1 " + one + ", 1.1 " + two);
    ask("GET", manifest_path("v1"));
    CHECK(passed_on.empty());
    net::Headers own;
    const auto name = new_server_name();
    own.add("Via", via_field({name}));
    CHECK(passed_on_by(own) == std::vector<std::string>{name});
}

TEST_CASE_FIXTURE(AwayFixture, "writes are refused with where to write instead") {
    for (const auto& [method, path] : std::initializer_list<std::pair<const char*, const char*>>{
             {"PUT", "manifests/v1"},
             {"DELETE", "manifests/v1"},
             {"POST", "blobs/uploads/"},
             {"DELETE", "blobs/sha256:short"}}) {
        const auto answer = ask(method, fmt::format("/v2/away/team/app/{}", path));
        CHECK(answer.status == 405);
        CHECK(answer.code() == "UNSUPPORTED");
        CHECK(answer.header("Allow") == "GET, HEAD");
        CHECK(answer.body.find("registered registry \\\"Away\\\"") != std::string::npos);
        CHECK(answer.body.find("push to registry.test/team/app itself") != std::string::npos);
    }
    CHECK(opened == 0);
}

TEST_CASE_FIXTURE(AwayFixture, "a failure of the other server is told as its own") {
    struct Told {
        ErrorCode failure;
        int status;
        const char* code;
        const char* retry_after;
    };
    for (const Told& told : {Told{ErrorCode::unauthorized, 403, "DENIED", ""},
                             Told{ErrorCode::denied, 403, "DENIED", ""},
                             Told{ErrorCode::not_found, 404, "NAME_UNKNOWN", ""},
                             Told{ErrorCode::name_unknown, 404, "NAME_UNKNOWN", ""},
                             Told{ErrorCode::conflict, 409, "CONFLICT", ""},
                             Told{ErrorCode::too_many_requests, 429, "TOOMANYREQUESTS", ""},
                             Told{ErrorCode::unreachable, 503, "UNREACHABLE", "10"},
                             Told{ErrorCode::timeout, 503, "TIMEOUT", "10"},
                             Told{ErrorCode::cancelled, 503, "CANCELLED", "10"},
                             Told{ErrorCode::upstream_failed, 502, "UPSTREAM_FAILED", ""},
                             Told{ErrorCode::tls_invalid, 502, "TLS_INVALID", ""},
                             Told{ErrorCode::digest_invalid, 502, "RESPONSE_INVALID", ""},
                             Told{ErrorCode::limit_exceeded, 502, "RESPONSE_INVALID", ""}}) {
        const auto answer = failing(Error(told.failure, "registry.test answered so"));
        CHECK(answer.status == told.status);
        CHECK(answer.code() == told.code);
        CHECK(answer.header("Retry-After") == told.retry_after);
        CHECK(answer.header("WWW-Authenticate").empty());
        CHECK(answer.body.find("the registered registry \\\"Away\\\": registry.test answered so") !=
              std::string::npos);
    }
    const auto busy = failing(Error(ErrorCode::too_many_requests, "too many").set_retry_after(30));
    CHECK(busy.header("Retry-After") == "30");
    const auto locked = failing(Error(ErrorCode::unauthorized, "no").set_hint("berth login there"));
    CHECK(locked.body.find("berth registry validate") != std::string::npos);
    CHECK(locked.body.find("berth login there") == std::string::npos);
    CHECK(failing(Error(ErrorCode::conflict, "a circle")).body.find("that holds the content") !=
          std::string::npos);
}

TEST_CASE_FIXTURE(AwayFixture, "who may read by their role gets a token for it, and others none") {
    const auto token = [&](Fields fields) {
        const auto answer =
            send("GET", "/token?service=berth&scope=repository:away/team/app:pull,push", fields);
        const auto document = json::parse(answer.body).value();
        return "Bearer " + json::Reader(document, "").required_text("token");
    };
    const auto read = [&](std::string authorization, std::string_view path) {
        return send("GET", path, {{"Authorization", std::move(authorization)}});
    };
    const auto robots = token({{"Authorization", robot}});
    CHECK(read(robots, manifest_path("v1")).status == 200);
    CHECK(read(robot, manifest_path("v1")).status == 200); // Basic
    // A token is for what it names.
    CHECK(read(robots, "/v2/away/team/other/manifests/v1").status == 401);
    const auto push = send("POST", "/v2/away/team/app/blobs/uploads/", {{"Authorization", robots}});
    CHECK(push.status == 405);
    const auto anonymous = read(token({}), manifest_path("v1"));
    CHECK(anonymous.status == 401);
    CHECK(send("GET", manifest_path("v1"))
              .header("WWW-Authenticate")
              .find("scope=\"repository:away/team/app:pull\"") != std::string::npos);
}

} // namespace berth::server
