#include "artifact/pull.hpp"

#include "artifact/test_artifacts.hpp"
#include "base/staging_directory.hpp"

#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace berth;
using namespace berth::artifact;
using namespace berth::artifact::testing;
using codec::TarType;

namespace {

struct Fixture {
    registry::MemoryRegistry registry;
    std::unique_ptr<registry::Repository> repository = registry.repository("team/files");
    Scratch scratch;
    Outcomes outcomes;

    std::vector<std::string> pull(const registry::Document& document, std::stop_token stop = {}) {
        return pull_files(*repository, document, scratch.path, outcomes, stop);
    }
    std::vector<std::string> pull(const std::vector<Layer>& layers) {
        return pull(artifact_of(*repository, layers));
    }
    ErrorCode refusal(const std::vector<Layer>& layers) {
        try {
            pull(layers);
        } catch (const Error& error) {
            CAPTURE(error.what());
            return error.code();
        }
        return ErrorCode::internal;
    }
};

Layer folder(std::string title, std::string archive) {
    Layer layer = titled(std::move(title), std::move(archive));
    layer.annotations["io.deis.oras.content.unpack"] = "true";
    return layer;
}

using Names = std::vector<std::string>;

} // namespace

TEST_CASE_FIXTURE(Fixture,
                  "files appear under their titles, and untitled ones under their digest") {
    const std::string hex(codec::digest_of("nameless").hex());
    const auto paths = pull({titled("a.txt", "one"), titled("deep/er/b", "two"), {"nameless", {}}});
    CHECK(paths == Names{"a.txt", "deep/er/b", hex});
    CHECK(scratch.read("a.txt") == "one");
    CHECK(scratch.read("deep/er/b") == "two");
    CHECK(scratch.read(hex) == "nameless");
    CHECK(scratch.names().size() == 5);
    CHECK(outcomes.take().front() == hex + " copied");
}

TEST_CASE_FIXTURE(Fixture, "the directory is made, and goes again when nothing came into it") {
    const auto good = artifact_of(*repository, {titled("a", "1")});
    pull_files(*repository, good, scratch.path / "x/y", outcomes, {});
    CHECK(scratch.read("x/y/a") == "1");
    const auto absent = document_of({{.media_type = "a/b",
                                      .digest = codec::digest_of("not pushed"),
                                      .size = 10,
                                      .annotations = titled("b", "").annotations}});
    CHECK_THROWS_AS(pull_files(*repository, absent, scratch.path / "z", outcomes, {}), Error);
    CHECK_FALSE(fs::exists(scratch.path / "z"));
}

TEST_CASE_FIXTURE(Fixture, "equal files are left, different ones and symlinks are replaced") {
    scratch.write("equal", "same");
    scratch.write("other", "old content");
    scratch.write("target", "untouched");
    fs::create_symlink("target", scratch.path / "link");
    const auto before = fs::last_write_time(scratch.path / "equal");
    pull({titled("equal", "same"), titled("other", "new"), titled("link", "file")});
    CHECK(outcomes.take() == Names{"equal present", "link copied", "other copied"});
    CHECK(fs::last_write_time(scratch.path / "equal") == before);
    CHECK(scratch.read("other") == "new");
    CHECK(fs::is_regular_file(fs::symlink_status(scratch.path / "link")));
    CHECK(scratch.read("target") == "untouched");
}

TEST_CASE_FIXTURE(Fixture, "a directory in the way is a conflict and stays") {
    scratch.write("a/keep", "mine");
    CHECK(refusal({titled("a", "file")}) == ErrorCode::conflict);
    CHECK(scratch.names() == Names{"a", "a/keep"});
}

TEST_CASE_FIXTURE(Fixture, "bad titles and collisions are refused before anything is fetched") {
    for (const char* title : {"../evil", "/tmp/evil", "", ".", "a/../../b", "a\nb"})
        CHECK(refusal({titled("good", "x"), titled(title, "y")}) == ErrorCode::content_invalid);
    CHECK(refusal({titled("a", "x"), titled("./a", "y")}) == ErrorCode::content_invalid);
    CHECK(refusal({titled("a", "x"), titled("a/b", "y")}) == ErrorCode::content_invalid);
    CHECK(scratch.names().empty());
}

TEST_CASE_FIXTURE(Fixture, "nothing is written through a symlink in the target") {
    const Scratch outside;
    fs::create_directory_symlink(outside.path, scratch.path / "trap");
    CHECK(refusal({titled("trap/pwned", "x")}) == ErrorCode::content_invalid);
    CHECK(refusal({titled("trap/a/b", "x")}) == ErrorCode::content_invalid);
    CHECK(outside.names().empty());
    CHECK(scratch.names() == Names{"trap"});
}

TEST_CASE_FIXTURE(Fixture, "a failed pull leaves whole files only, and the next one goes on") {
    const Layer missing = titled("missing", "comes later");
    auto document = document_of({push(*repository, titled("there", "whole")),
                                 {.media_type = "application/octet-stream",
                                  .digest = codec::digest_of(missing.content),
                                  .size = missing.content.size(),
                                  .annotations = missing.annotations}});
    CHECK_THROWS_AS(pull(document), Error);
    for (const auto& name : scratch.names()) CHECK(name == "there");
    push(*repository, missing);
    pull(document);
    CHECK(scratch.names() == Names{"missing", "there"});
}

TEST_CASE_FIXTURE(Fixture, "what a killed pull left behind is cleared by the next") {
    scratch.write(".berth-0123456789abcdef.partial/0", "half");
    pull({titled("a", "1")});
    CHECK(scratch.names() == Names{"a"});
}

TEST_CASE_FIXTURE(Fixture, "a requested stop leaves nothing") {
    std::stop_source stop;
    stop.request_stop();
    const auto document = artifact_of(*repository, {titled("a", "1")});
    CHECK_THROWS_AS(pull(document, stop.get_token()), Error);
    CHECK(scratch.names().empty());
}

TEST_CASE_FIXTURE(Fixture, "the empty layer of an artifact without files is no file") {
    const auto empty = push(*repository, {"{}", {}}, oci::media_type::oci_empty);
    CHECK(pull(document_of({empty})).empty());
    CHECK(scratch.names().empty());
}

TEST_CASE_FIXTURE(Fixture, "an index is no artifact") {
    const registry::Document index{{.media_type = std::string(oci::media_type::oci_index),
                                    .digest = codec::digest_of("x"),
                                    .size = 1},
                                   R"({"schemaVersion":2,"manifests":[]})"};
    CHECK_THROWS_AS(pull(index), Error);
}

TEST_CASE_FIXTURE(Fixture, "a packed folder is unpacked, and is present the second time") {
    const std::string archive =
        tar_of({{entry("data", TarType::directory), ""},
                {entry("data/sub/f"), "content"},
                {entry("data/link", TarType::symlink, "sub/f"), ""},
                {entry("data/hard", TarType::hard_link, "data/sub/f"), ""}});
    Layer layer = folder("data", archive);
    layer.annotations["io.deis.oras.content.digest"] = codec::digest_of(archive).text();
    CHECK(pull({layer}) == Names{"data"});
    CHECK(outcomes.take() == Names{"data unpacked"});
    CHECK(scratch.names() == Names{"data", "data/hard", "data/link", "data/sub", "data/sub/f"});
    CHECK(scratch.read("data/link") == "content");
    pull({layer});
    CHECK(outcomes.take() == Names{"data present"});
    scratch.write("data/sub/f", "changed by its owner");
    CHECK(refusal({layer}) == ErrorCode::conflict);
    CHECK(scratch.read("data/sub/f") == "changed by its owner");
}

TEST_CASE_FIXTURE(Fixture, "a packed folder may have a title of several parts") {
    CHECK(pull({folder("a/b", tar_of({{entry("a/b/f"), "x"}}))}) == Names{"a/b"});
    CHECK(scratch.names() == Names{"a", "a/b", "a/b/f"});
}

TEST_CASE_FIXTURE(Fixture, "a packed folder that breaks the rules leaves nothing") {
    const std::pair<const char*, std::string> rows[] = {
        {"dotdot", tar_of({{entry("data/../../evil"), "x"}})},
        {"absolute", tar_of({{entry("/data/x"), "x"}})},
        {"beside", tar_of({{entry("data/x"), "x"}, {entry("other"), "y"}})},
        {"prefix", tar_of({{entry("data2/x"), "x"}})},
        {"symlink out", tar_of({{entry("data/s", TarType::symlink, "../../x"), ""}})},
        {"absolute symlink", tar_of({{entry("data/s", TarType::symlink, "/etc/passwd"), ""}})},
        {"hard link out", tar_of({{entry("data/h", TarType::hard_link, "../x"), ""}})},
        {"fifo", tar_of({{entry("data/f", TarType::fifo), ""}})},
        {"twice", tar_of({{entry("data/a"), "x"}, {entry("data/a"), "y"}})},
        {"a file", tar_of({{entry("data"), "x"}})},
        {"empty", tar_of({})},
        {"cut", tar_of({{entry("data/x"), std::string(5000, 'x')}}).substr(0, 2000)},
    };
    for (const auto& [name, archive] : rows) {
        CAPTURE(name);
        CHECK(refusal({folder("data", archive)}) == ErrorCode::content_invalid);
        CHECK(scratch.names().empty());
    }
}

TEST_CASE_FIXTURE(Fixture, "the digest that was noted for a packed folder must be right") {
    Layer layer = folder("data", tar_of({{entry("data/f"), "x"}}));
    layer.annotations["io.deis.oras.content.digest"] = codec::digest_of("another").text();
    CHECK(refusal({layer}) == ErrorCode::digest_invalid);
    layer.annotations["io.deis.oras.content.digest"] = "sha256:short";
    CHECK(refusal({layer}) == ErrorCode::content_invalid);
    CHECK(scratch.names().empty());
}
