#include "artifact/pull.hpp"

#include "artifact/test_artifacts.hpp"

#include <doctest/doctest.h>
#include <sys/stat.h>

using namespace berth;
using namespace berth::artifact;
using namespace berth::artifact::testing;

namespace {

struct PushFixture {
    registry::MemoryRegistry registry;
    std::unique_ptr<registry::Repository> repository = registry.repository("team/files");
    Scratch scratch;
    Outcomes outcomes;

    oci::Descriptor push(const std::vector<FileToPush>& files, std::string_view tag = "v1",
                         std::string_view type = "application/vnd.example.thing") {
        return push_files(*repository, tag, type, files, {{"org.example.key", "value"}}, outcomes,
                          {});
    }
    ErrorCode refusal(const std::vector<FileToPush>& files, std::string_view tag = "v1",
                      std::string_view type = "application/vnd.example.thing") {
        try {
            push(files, tag, type);
        } catch (const Error& error) {
            CAPTURE(error.what());
            return error.code();
        }
        return ErrorCode::internal;
    }
};

using Names = std::vector<std::string>;

} // namespace

TEST_CASE_FIXTURE(PushFixture, "pushed files come back the same") {
    scratch.write("in/a.txt", "one");
    scratch.write("in/b.bin", std::string(300'000, 'b'));
    scratch.write("in/empty", "");
    const auto pushed = push({{scratch.path / "in/a.txt", "text/plain", ""},
                              {scratch.path / "in/b.bin", "application/x.b", "deep/b"},
                              {scratch.path / "in/empty", "text/plain", ""}});
    const auto document = repository->manifest("v1");
    REQUIRE(document.has_value());
    CHECK(document->descriptor.same_content(pushed));
    CHECK(pull_files(*repository, *document, scratch.path / "out", outcomes, {}) ==
          Names{"a.txt", "deep/b", "empty"});
    CHECK(scratch.read("out/deep/b") == std::string(300'000, 'b'));
    CHECK(scratch.read("out/empty").empty());
}

TEST_CASE_FIXTURE(PushFixture, "the manifest is an OCI 1.1 artifact with the empty config") {
    scratch.write("a.txt", "one");
    push({{scratch.path / "a.txt", "text/plain", ""}});
    const auto manifest = oci::parse_manifest(repository->manifest("v1")->bytes, "").value();
    CHECK(manifest.media_type == oci::media_type::oci_manifest);
    CHECK(manifest.artifact_type == "application/vnd.example.thing");
    CHECK(manifest.config.media_type == oci::media_type::oci_empty);
    CHECK(manifest.config.digest.text() ==
          "sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a");
    CHECK(repository->has_blob(manifest.config));
    REQUIRE(manifest.layers.size() == 1);
    CHECK(manifest.layers[0].media_type == "text/plain");
    CHECK(manifest.layers[0].annotations.at(std::string(oci::title_annotation)) == "a.txt");
    CHECK(manifest.annotations.at("org.example.key") == "value");
}

TEST_CASE_FIXTURE(PushFixture, "an artifact without files or type says so as others do") {
    push({}, "v1", "");
    const auto document = *repository->manifest("v1");
    CHECK(document.bytes.find(R"("artifactType":"application/vnd.unknown.artifact.v1")") !=
          std::string::npos);
    const auto manifest = oci::parse_manifest(document.bytes, "").value();
    REQUIRE(manifest.layers.size() == 1);
    CHECK(manifest.layers[0].media_type == oci::media_type::oci_empty);
}

TEST_CASE_FIXTURE(PushFixture, "the same files give the same digest, and are present") {
    scratch.write("a", "one");
    const std::vector<FileToPush> files{{scratch.path / "a", "text/plain", "a"}};
    const auto first = push(files);
    CHECK(outcomes.take() == Names{"a copied"});
    CHECK(push(files).same_content(first));
    CHECK(outcomes.take() == Names{"a present"});
}

TEST_CASE_FIXTURE(PushFixture, "wrong arguments are refused before anything is sent") {
    scratch.write("a", "one");
    scratch.write("d/a", "two");
    const FileToPush good{scratch.path / "a", "text/plain", "a"};
    CHECK(refusal({good, {scratch.path / "d/a", "text/plain", ""}}) == ErrorCode::usage);
    CHECK(refusal({good, {scratch.path / "d/a", "text/plain", "a/b"}}) == ErrorCode::usage);
    CHECK(refusal({{scratch.path / "a", "text", "a"}}) == ErrorCode::usage);
    CHECK(refusal({{scratch.path / "a", "text/plain", "../a"}}) == ErrorCode::usage);
    CHECK(refusal({good}, "v1", "no type") == ErrorCode::usage);
    CHECK(refusal({good}, ".bad") == ErrorCode::name_invalid);
    CHECK(outcomes.take().empty());
    CHECK_FALSE(repository->resolve("v1").has_value());
}

TEST_CASE_FIXTURE(PushFixture, "what is no regular file is refused by name") {
    CHECK(refusal({{scratch.path / "gone", "text/plain", ""}}) == ErrorCode::not_found);
    fs::create_directory(scratch.path / "d");
    CHECK(refusal({{scratch.path / "d", "text/plain", ""}}) == ErrorCode::usage);
    REQUIRE(::mkfifo((scratch.path / "fifo").c_str(), 0600) == 0);
    CHECK(refusal({{scratch.path / "fifo", "text/plain", ""}}) == ErrorCode::usage);
    CHECK_FALSE(repository->resolve("v1").has_value());
}

TEST_CASE_FIXTURE(PushFixture, "a requested stop pushes no manifest") {
    scratch.write("a", "one");
    std::stop_source stop;
    stop.request_stop();
    CHECK_THROWS_AS(push_files(*repository, "v1", "", {{scratch.path / "a", "text/plain", ""}}, {},
                               outcomes, stop.get_token()),
                    Error);
    CHECK_FALSE(repository->resolve("v1").has_value());
}
