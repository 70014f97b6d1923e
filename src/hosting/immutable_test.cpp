#include "hosting/hosting_fixture.hpp"

namespace berth::hosting {

namespace {

Policy immutable(std::string repositories, std::vector<std::string> tags) {
    return {.immutable = {{.repositories = std::move(repositories), .tags = std::move(tags)}}};
}

struct ImmutableFixture : HostedFixture {
    ImmutableFixture() { reopen(immutable("team/**", {"v*"})); }
};

} // namespace

TEST_CASE_FIXTURE(ImmutableFixture,
                  "an immutable tag is set once and takes the same content again") {
    push_image("team/a", "one", {"v1", "latest"});
    put("team/a", manifest_of("{}", "one"), {"v1"});
    CHECK(code_of([&] { push_image("team/a", "two", {"v1"}); }) == ErrorCode::denied);
    CHECK(index().manifest("team/a", "v1")->bytes == manifest_of("{}", "one"));
    CHECK_FALSE(index().manifest("team/a", codec::digest_of(manifest_of("{}", "two")).text()));
    push_image("team/a", "two", {"latest"});
    CHECK(index().manifest("team/a", "latest")->bytes == manifest_of("{}", "two"));
}

TEST_CASE_FIXTURE(ImmutableFixture, "repositories and tags that no rule names are as ever") {
    push_image("other", "one", {"v1"});
    push_image("other", "two", {"v1"});
    CHECK(index().remove_tag("other", "v1"));
    push_image("team/a", "one", {"x1"});
    push_image("team/a", "two", {"x1"});
    CHECK(index().remove_tag("team/a", "x1"));
}

TEST_CASE_FIXTURE(ImmutableFixture,
                  "an immutable tag, its manifest and its blobs cannot be deleted") {
    const auto image = push_image("team/a", "one", {"v1", "latest"});
    CHECK(code_of([&] { index().remove_tag("team/a", "v1"); }) == ErrorCode::denied);
    CHECK(code_of([&] { index().remove_manifest("team/a", image); }) == ErrorCode::denied);
    CHECK(code_of([&] { index().unlink_blob("team/a", codec::digest_of("one")); }) ==
          ErrorCode::denied);
    CHECK(index().remove_tag("team/a", "latest"));
    CHECK_FALSE(index().remove_tag("team/a", "v9"));
    CHECK(index().manifest("team/a", "v1"));
    CHECK(recount_all().empty());
}

TEST_CASE_FIXTURE(ImmutableFixture, "what an immutable index lists cannot be deleted either") {
    const auto first = push_image("team/a", "one", {});
    const auto second = push_image("team/a", "two", {});
    const auto loose = push_image("team/a", "three", {});
    push_index("team/a", {push_index("team/a", {first}, {}), second}, {"v1"});
    CHECK(code_of([&] { index().remove_manifest("team/a", first); }) == ErrorCode::denied);
    CHECK(code_of([&] { index().remove_manifest("team/a", second); }) == ErrorCode::denied);
    CHECK(code_of([&] { index().unlink_blob("team/a", codec::digest_of("one")); }) ==
          ErrorCode::denied);
    CHECK(index().remove_manifest("team/a", loose));
    CHECK(index().unlink_blob("team/a", codec::digest_of("three")));
}

TEST_CASE_FIXTURE(HostedFixture, "the first rule that matches a repository counts") {
    reopen({.immutable = {{.repositories = "team/free", .tags = {}},
                          {.repositories = "**", .tags = {"*"}}}});
    push_image("team/free", "one", {"v1"});
    push_image("team/free", "two", {"v1"});
    push_image("team/a", "one", {"v1"});
    CHECK(code_of([&] { push_image("team/a", "two", {"v1"}); }) == ErrorCode::denied);
}

TEST_CASE_FIXTURE(HostedFixture, "a pattern that cannot be read names its rule") {
    hosted.reset();
    options.policy = {.retention = {{.repositories = "**"}, {.repositories = "team/["}}};
    try {
        HostedRegistry again(options, clock);
        CHECK_FALSE("nothing was thrown");
    } catch (const Error& error) {
        CHECK(error.code() == ErrorCode::usage);
        CHECK(std::string(error.what()).starts_with("retention rule 2: the pattern \"team/[\""));
    }
}

} // namespace berth::hosting
