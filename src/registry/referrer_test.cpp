#include "registry/referrer.hpp"

#include "registry/repository_contract.hpp"

using namespace berth;
using namespace berth::registry;

TEST_CASE("a referrer is described with its artifact type and annotations") {
    const auto image = contract::small_image(1);
    const auto artifact = contract::small_artifact(image.manifest.descriptor, "a/b", "word");
    CHECK_FALSE(referrer_of(image.manifest).has_value());
    const auto referrer = referrer_of(artifact.manifest);
    REQUIRE(referrer.has_value());
    CHECK(referrer->subject.digest == image.manifest.descriptor.digest);
    CHECK(referrer->descriptor.digest == artifact.manifest.descriptor.digest);
    CHECK(referrer->descriptor.size == artifact.manifest.bytes.size());
    CHECK(referrer->descriptor.artifact_type == "a/b");
    CHECK(referrer->descriptor.annotations.at("word") == "word");
}

TEST_CASE("the fallback tag is the digest with a dash, its hex cut after 64 digits") {
    const auto short_one = codec::digest_of("x");
    CHECK(fallback_tag(short_one) == "sha256-" + std::string(short_one.hex()));
    const auto long_one = codec::digest_of("x", oci::DigestAlgorithm::sha512);
    CHECK(fallback_tag(long_one) == "sha512-" + std::string(long_one.hex().substr(0, 64)));
}
