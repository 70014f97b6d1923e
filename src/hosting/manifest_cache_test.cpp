#include "hosting/manifest_cache.hpp"

#include "hosting/index.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

using namespace berth;
using namespace berth::hosting;

namespace {

ManifestCache::Manifest manifest_of(std::string bytes) {
    const auto digest = oci::Digest::parse("sha256:" + std::string(64, 'a')).value();
    return std::make_shared<StoredManifest>(
        StoredManifest{digest, "application/vnd.oci.image.manifest.v1+json", std::move(bytes)});
}

std::string found(ManifestCache& cache, std::string_view repository, std::string_view tag) {
    const auto manifest = cache.find(repository, tag);
    return manifest ? manifest->bytes : "nothing";
}

} // namespace

TEST_CASE("what is kept is found, in its repository only") {
    ManifestCache cache(1 << 20);
    cache.keep(cache.moment(), "team/app", "v1", manifest_of("one"));
    CHECK(found(cache, "team/app", "v1") == "one");
    CHECK(found(cache, "team/app", "v2") == "nothing");
    CHECK(found(cache, "team", "v1") == "nothing");
    cache.keep(cache.moment(), "team/app", "v1", manifest_of("two"));
    CHECK(found(cache, "team/app", "v1") == "two");
}

TEST_CASE("forgetting a repository leaves the others") {
    ManifestCache cache(1 << 20);
    cache.keep(cache.moment(), "a", "v1", manifest_of("one"));
    cache.keep(cache.moment(), "b", "v1", manifest_of("two"));
    cache.forget("a");
    CHECK(found(cache, "a", "v1") == "nothing");
    CHECK(found(cache, "b", "v1") == "two");
    cache.forget_all();
    CHECK(found(cache, "b", "v1") == "nothing");
}

TEST_CASE("what was read before a change is not kept after it") {
    ManifestCache cache(1 << 20);
    const auto before = cache.moment();
    cache.forget("a");
    cache.keep(before, "a", "v1", manifest_of("old"));
    CHECK(found(cache, "a", "v1") == "nothing");
    cache.keep(cache.moment(), "a", "v1", manifest_of("new"));
    CHECK(found(cache, "a", "v1") == "new");
}

TEST_CASE("its size is bounded, and what is in use stays") {
    ManifestCache cache(64 * 1024);
    cache.keep(cache.moment(), "a", "used", manifest_of("used"));
    for (int i = 0; i < 1000; ++i) {
        cache.keep(cache.moment(), "a", fmt::format("v{}", i), manifest_of(std::string(1000, 'x')));
        REQUIRE(found(cache, "a", "used") == "used");
    }
    int kept = 0;
    for (int i = 0; i < 1000; ++i) kept += found(cache, "a", fmt::format("v{}", i)) != "nothing";
    CHECK(kept > 10);
    CHECK(kept < 64);
}

TEST_CASE("a manifest that would push out many others is not kept") {
    ManifestCache cache(64 * 1024);
    cache.keep(cache.moment(), "a", "huge", manifest_of(std::string(10'000, 'x')));
    CHECK(found(cache, "a", "huge") == "nothing");
}
