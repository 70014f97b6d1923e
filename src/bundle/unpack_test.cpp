#include "bundle/unpack.hpp"

#include "base/error.hpp"
#include "bundle/layer_fixture.hpp"
#include "bundle/tree_text.hpp"
#include "tree/scratch_directory.hpp"

#include <doctest/doctest.h>

#include <grp.h>
#include <sys/wait.h>

#include <atomic>
#include <mutex>

namespace berth::bundle {
namespace {

namespace fs = std::filesystem;

class CountingProgress final : public registry::Progress {
public:
    void expect(std::uint64_t items, std::uint64_t bytes) override {
        expected_items += items;
        expected_bytes += bytes;
    }
    void started(std::string_view, std::uint64_t) override { ++starts; }
    void moved(std::string_view, std::uint64_t bytes) override { moved_bytes += bytes; }
    void finished(std::string_view, std::string_view outcome) override {
        CHECK(outcome == "unpacked");
        ++ends;
    }
    void note(std::string_view) override {}
    std::atomic<std::uint64_t> expected_items = 0, expected_bytes = 0, moved_bytes = 0;
    std::atomic<int> starts = 0, ends = 0;
};

/// Runs `work` as a user who is not root; true if it returned true.
bool as_ordinary_user(const fs::path& yard, const std::function<bool()>& work) {
    constexpr uid_t user = 65534;
    const bool root = ::geteuid() == 0;
    if (root) REQUIRE(::chown(yard.c_str(), user, user) == 0);
    const auto child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        bool fine =
            !root || (::setgroups(0, nullptr) == 0 && ::setgid(user) == 0 && ::setuid(user) == 0);
        try {
            fine = fine && work();
        } catch (const std::exception& error) {
            std::fprintf(stderr, "%s\n", error.what());
            fine = false;
        }
        std::fflush(stderr);
        ::_exit(fine ? 0 : 1);
    }
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    return status == 0;
}

UnpackOptions here() {
    return {.rootless = ::geteuid() != 0};
}

} // namespace

TEST_CASE("a bundle has the layers' files and a config for the image's own user") {
    const tree::ScratchDirectory scratch;
    auto image =
        image_of({archive({file("etc/passwd", "app:x:0:0::/srv:/bin/sh\n"), file("a", "one")}),
                  archive({file("b", std::string(300'000, 'b')), file(".wh.a")})});
    image.config.user = "app";
    image.config.cmd = {"/b"};
    CountingProgress progress;
    const auto report = unpack(image, scratch.path() / "bundle", here(), progress, {});
    CHECK(paths_text(scratch.path() / "bundle/rootfs") == "b etc etc/passwd");
    CHECK(scratch.read("bundle/config.json").find("\"HOME=/srv\"") != std::string::npos);
    CHECK(report.entries == 4);
    CHECK(report.bytes == 24 + 3 + 300'000);
    CHECK(progress.expected_items == 2);
    CHECK(progress.starts == 2);
    CHECK(progress.ends == 2);
    CHECK(progress.moved_bytes == progress.expected_bytes);
}

TEST_CASE("the image's passwd is found through symlinks in the root only") {
    const tree::ScratchDirectory scratch;
    scratch.write("outside", "app:x:42:42::/:\n");
    auto image =
        image_of({archive({symlink("etc/passwd", (scratch.path() / "outside").string())})});
    image.config.user = "app";
    CHECK_THROWS_WITH_AS(unpack_image(image, scratch.path() / "b", here()),
                         doctest::Contains("not in its /etc/passwd"), Error);
    image = image_of(
        {archive({symlink("etc/passwd", "/lib/passwd"), file("lib/passwd", "app:x:0:0::/x:\n")})});
    image.config.user = "app";
    unpack_image(image, scratch.path() / "b", here());
    CHECK(fs::exists(scratch.path() / "b/config.json"));
}

TEST_CASE("an image without layers, and layers without entries, make an empty rootfs") {
    const tree::ScratchDirectory scratch;
    unpack_image(image_of({}), scratch.path() / "none", here());
    unpack_image(image_of({archive({}), archive({}), std::string()}), scratch.path() / "empty",
                 here());
    CHECK(fs::is_empty(scratch.path() / "none/rootfs"));
    CHECK(fs::is_empty(scratch.path() / "empty/rootfs"));
}

TEST_CASE("content that is not what the image says leaves nothing and names the layer") {
    const auto good = archive({file("a", "text")});
    struct Case {
        const char* name;
        std::function<void(ImageContent&)> spoil;
        ErrorCode code;
        const char* words;
    };
    const Case cases[] = {
        {"another diff-id",
         [](ImageContent& image) { image.config.diff_ids[1] = codec::digest_of("other"); },
         ErrorCode::digest_invalid, "layer 2 of 2"},
        {"bytes after the end mark",
         [&](ImageContent& image) {
             image.open_layer = [&](std::size_t) {
                 return std::make_unique<MemorySource>(good + "trailing");
             };
         },
         ErrorCode::digest_invalid, "layer 1 of 2"},
        {"cut short",
         [&](ImageContent& image) {
             image.open_layer = [&](std::size_t) {
                 return std::make_unique<MemorySource>(good.substr(0, 600));
             };
         },
         ErrorCode::digest_invalid, "layer 1 of 2"},
        {"diff-ids that do not match in number",
         [](ImageContent& image) { image.config.diff_ids.pop_back(); }, ErrorCode::content_invalid,
         "2 layers, its config 1 diff-ids"},
        {"no file system layer",
         [](ImageContent& image) { image.manifest.layers[1].media_type = "text/plain"; },
         ErrorCode::unsupported, "layer 2 is \"text/plain\""},
        {"a layer that cannot be opened",
         [](ImageContent& image) {
             image.open_layer = [](std::size_t) -> std::unique_ptr<Source> {
                 throw Error(ErrorCode::unreachable, "gone");
             };
         },
         ErrorCode::unreachable, "gone"},
        {"an unknown user", [](ImageContent& image) { image.config.user = "nobody"; },
         ErrorCode::content_invalid, "\"nobody\""},
    };
    for (const auto& [name, spoil, code, words] : cases) {
        CAPTURE(name);
        const tree::ScratchDirectory scratch;
        auto image = image_of({good, archive({file("b", "more")})});
        spoil(image);
        try {
            unpack_image(image, scratch.path() / "b", here());
            FAIL_CHECK("unpacked");
        } catch (const Error& error) {
            CAPTURE(error.what());
            CHECK(error.code() == code);
            CHECK(std::string(error.what()).find(words) != std::string::npos);
        }
        CHECK(fs::is_empty(scratch.path()));
    }
}

TEST_CASE("layers are opened once each, in order, and never far ahead") {
    const tree::ScratchDirectory scratch;
    std::vector<std::string> layers;
    for (int i = 0; i < 6; ++i) layers.push_back(archive({file("f" + std::to_string(i))}));
    auto image = image_of(layers);
    std::mutex mutex;
    std::vector<std::size_t> opened;
    image.open_layer = [&](std::size_t i) {
        const std::lock_guard lock(mutex);
        opened.push_back(i);
        return std::make_unique<MemorySource>(layers[i]);
    };
    unpack_image(image, scratch.path() / "b", here());
    CHECK(opened == std::vector<std::size_t>{0, 1, 2, 3, 4, 5});
}

TEST_CASE("a stop leaves nothing") {
    const tree::ScratchDirectory scratch;
    std::stop_source stop;
    auto image = image_of({archive({file("a"), file("b")})});
    const auto open = image.open_layer;
    image.open_layer = [&](std::size_t i) {
        stop.request_stop();
        return open(i);
    };
    registry::NoProgress progress;
    try {
        unpack(image, scratch.path() / "b", here(), progress, stop.get_token());
        FAIL("unpacked");
    } catch (const Error& error) {
        CHECK(error.code() == ErrorCode::cancelled);
    }
    CHECK(fs::is_empty(scratch.path()));
}

TEST_CASE("a user who is not root unpacks everything as his own") {
    const tree::ScratchDirectory scratch;
    auto device = item("dev/null", codec::TarType::character_device).owner(0, 5);
    const auto image = image_of(
        {archive(
             {directory("closed").mode(0), file("closed/f").mode(0400).owner(3, 0),
              directory("read").mode(0500).owner(7, 8), file("read/f"), device,
              file("suid").mode(04711).owner(0, 9), directory("gone").mode(0), file("gone/f"),
              file("cap").xattr("security.capability",
                                std::string("\1\0\0\2\0\x20\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 20))}),
         archive({file("closed/g"), file(".wh.gone"), hard_link("read/h", "closed/f")})});
    CHECK(as_ordinary_user(scratch.path(), [&] {
        const auto report = unpack_image(image, scratch.path() / "b", {.rootless = true});
        const auto warnings = fmt::format("{}", fmt::join(report.warnings, "; "));
        return warnings.find("1 device node became an empty file") != std::string::npos &&
               warnings.find("1 extended attribute needs privilege") != std::string::npos;
    }));
    const auto root = scratch.path() / "b/rootfs";
    for (const auto* name : {"closed", "read", "read/f", "suid", "dev/null"}) {
        struct stat status {};
        REQUIRE(::lstat((root / name).c_str(), &status) == 0);
        if (::geteuid() == 0) CHECK(status.st_uid == 65534);
    }
    CHECK(status_text(root / "closed").starts_with("40000 "));
    CHECK(status_text(root / "read").starts_with("40500 "));
    CHECK(status_text(root / "suid").starts_with("104711 "));
    CHECK(!fs::exists(root / "gone"));
    if (::geteuid() != 0) return;
    CHECK(status_text(root / "closed").find(" 1000000000.000000000 ") != std::string::npos);
    CHECK(fs::exists(root / "closed/g"));
    CHECK(fs::hard_link_count(root / "closed/f") == 2);
    // What umoci 0.4.7 writes for 3:0.
    CHECK(status_text(root / "closed/f").find("user.rootlesscontainers=080310ffffffff0f") !=
          std::string::npos);
}

TEST_CASE("a user who is not root is told to unpack rootless") {
    const tree::ScratchDirectory scratch;
    const auto image = image_of({archive({file("a")})});
    CHECK(as_ordinary_user(scratch.path(), [&] {
        try {
            unpack_image(image, scratch.path() / "b");
        } catch (const Error& error) {
            return error.code() == ErrorCode::denied &&
                   error.hint().find("--rootless") != std::string::npos &&
                   fs::is_empty(scratch.path());
        }
        return false;
    }));
}

} // namespace berth::bundle
