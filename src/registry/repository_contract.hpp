// The contract of Repository and Registry, as checks that run over every implementation.
//
// A test hands in a factory; each check asks it for a fresh, empty, writable repository (or
// registry) and uses only the seam. Include it in tests only: it needs doctest.
//
//   TEST_CASE("a layout keeps the repository contract") {
//       registry::contract::check_repository([&] { return fresh_layout(); });
//   }
#pragma once

#include "codec/hasher.hpp"
#include "oci/manifest.hpp"
#include "oci/media_type.hpp"
#include "registry/referrer.hpp"
#include "registry/repository.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace berth::registry::contract {

/// A fresh repository each time. Use the aliasing constructor of shared_ptr to keep alive what it
/// stands on.
using MakeRepository = std::function<std::shared_ptr<Repository>()>;
using MakeRegistry = std::function<std::shared_ptr<Registry>()>;

/// Bytes with the descriptor that names them.
inline Document content(std::string bytes, std::string_view media_type,
                        oci::DigestAlgorithm algorithm = oci::DigestAlgorithm::sha256) {
    oci::Descriptor descriptor{.media_type = std::string(media_type),
                               .digest = codec::digest_of(bytes, algorithm),
                               .size = bytes.size()};
    return {std::move(descriptor), std::move(bytes)};
}

/// Bytes of a layer that do not repeat within the buffer size.
inline std::string some_bytes(std::size_t size, unsigned seed) {
    std::string bytes(size, '\0');
    std::uint32_t state = seed * 2654435761U + 1U;
    for (char& each : bytes) {
        state = state * 1664525U + 1013904223U;
        each = static_cast<char>(state >> 24);
    }
    return bytes;
}

inline OpenContent opener(const std::string& bytes) {
    return [bytes] { return std::make_unique<MemorySource>(bytes); };
}

/// An image of one layer, all of it in memory.
struct SmallImage {
    Document config;
    Document layer;
    Document manifest;
};

inline SmallImage small_image(unsigned seed) {
    Document layer = content(some_bytes(200'000, seed), oci::media_type::oci_layer);
    Document config =
        content(R"({"architecture":"amd64","os":"linux","rootfs":{"type":"layers","diff_ids":[")" +
                    layer.descriptor.digest.text() + R"("]}})",
                oci::media_type::oci_config);
    const oci::Manifest manifest{.media_type = std::string(oci::media_type::oci_manifest),
                                 .artifact_type = std::string(oci::media_type::oci_config),
                                 .config = config.descriptor,
                                 .layers = {layer.descriptor},
                                 .subject = {},
                                 .annotations = {{"seed", std::to_string(seed)}}};
    Document document = content(oci::write_manifest(manifest), oci::media_type::oci_manifest);
    return {std::move(config), std::move(layer), std::move(document)};
}

/// An artifact without layers that refers to `subject`.
inline SmallImage small_artifact(const oci::Descriptor& subject, std::string_view artifact_type,
                                 std::string_view word) {
    Document config = content("{}", oci::media_type::oci_empty);
    oci::Manifest manifest{.media_type = std::string(oci::media_type::oci_manifest),
                           .artifact_type = std::string(artifact_type),
                           .config = config.descriptor,
                           .layers = {config.descriptor},
                           .subject = subject,
                           .annotations = {{"word", std::string(word)}}};
    Document document = content(oci::write_manifest(manifest), oci::media_type::oci_manifest);
    return {config, config, std::move(document)};
}

inline void push(Repository& repository, const SmallImage& image, std::string_view tag) {
    repository.push_blob(image.layer.descriptor, opener(image.layer.bytes));
    repository.push_blob(image.config.descriptor, opener(image.config.bytes));
    repository.push_manifest(image.manifest, tag);
}

/// The code of the Error that `act` throws; a check that fails if it throws none.
template <class Act>
ErrorCode code_of(Act&& act) {
    try {
        act();
    } catch (const Error& error) {
        return error.code();
    }
    FAIL_CHECK("no error was thrown");
    return ErrorCode::internal;
}

inline std::string bytes_of(Repository& repository, const oci::Descriptor& blob,
                            std::uint64_t offset) {
    return read_all(*repository.fetch(blob, offset), 1ULL << 30, "blob");
}

inline void blobs_come_back_as_pushed(Repository& repository, oci::DigestAlgorithm algorithm) {
    for (const std::size_t size : {0U, 1U, 65'536U, 300'001U}) {
        CAPTURE(size);
        const Document blob = content(some_bytes(size, 7), oci::media_type::oci_layer, algorithm);
        CHECK_FALSE(repository.has_blob(blob.descriptor));
        repository.push_blob(blob.descriptor, opener(blob.bytes));
        CHECK(repository.has_blob(blob.descriptor));
        CHECK(bytes_of(repository, blob.descriptor, 0) == blob.bytes);
    }
}

inline void blobs_are_read_from_an_offset(Repository& repository) {
    const Document blob = content(some_bytes(200'000, 8), oci::media_type::oci_layer);
    repository.push_blob(blob.descriptor, opener(blob.bytes));
    for (const std::size_t offset : {1U, 65'536U, 199'999U, 200'000U}) {
        CAPTURE(offset);
        CHECK(bytes_of(repository, blob.descriptor, offset) == blob.bytes.substr(offset));
    }
    CHECK(code_of([&] { bytes_of(repository, blob.descriptor, 200'001); }) ==
          ErrorCode::range_invalid);
}

inline void absent_content_is_told(Repository& repository) {
    const Document absent = content("never pushed", oci::media_type::oci_layer);
    CHECK_FALSE(repository.has_blob(absent.descriptor));
    CHECK(code_of([&] { repository.fetch(absent.descriptor, 0); }) == ErrorCode::blob_unknown);
    CHECK(code_of([&] { repository.fetch(absent.descriptor, 3); }) == ErrorCode::blob_unknown);
    CHECK_FALSE(repository.resolve("absent").has_value());
    CHECK_FALSE(repository.manifest("absent").has_value());
    CHECK_FALSE(repository.resolve(absent.descriptor.digest.text()).has_value());
    CHECK_FALSE(repository.manifest(absent.descriptor.digest.text()).has_value());
}

inline void malformed_names_are_errors_and_not_absence(Repository& repository) {
    for (const char* name : {"sha256:bad", "not a tag", "../../etc", "a:b:c"}) {
        CAPTURE(name);
        CHECK_THROWS_AS((void)repository.resolve(name), Error);
        CHECK_THROWS_AS((void)repository.manifest(name), Error);
    }
    const SmallImage image = small_image(1);
    push(repository, image, "");
    CHECK_THROWS_AS(repository.push_manifest(image.manifest, "not a tag"), Error);
}

inline void present_blobs_are_not_opened_again(Repository& repository) {
    const Document blob = content("once", oci::media_type::oci_layer);
    repository.push_blob(blob.descriptor, opener(blob.bytes));
    bool opened = false;
    repository.push_blob(blob.descriptor, [&] {
        opened = true;
        return std::make_unique<MemorySource>(blob.bytes);
    });
    CHECK_FALSE(opened);
}

inline void wrong_bytes_are_refused_and_leave_nothing(Repository& repository) {
    const Document blob = content(some_bytes(100'000, 9), oci::media_type::oci_layer);
    std::string changed = blob.bytes;
    changed[50'000] = static_cast<char>(changed[50'000] ^ 1);
    const std::string one_short = blob.bytes.substr(1);
    const std::string one_long = blob.bytes + "x";
    const auto attempt = [&](const std::string& bytes) {
        const ErrorCode code =
            code_of([&] { repository.push_blob(blob.descriptor, opener(bytes)); });
        CHECK_FALSE(repository.has_blob(blob.descriptor));
        return code;
    };
    CHECK(attempt(changed) == ErrorCode::digest_invalid);
    CHECK(attempt(one_short) == ErrorCode::size_invalid);
    CHECK(attempt(one_long) == ErrorCode::size_invalid);
    repository.push_blob(blob.descriptor, opener(blob.bytes));
    CHECK(bytes_of(repository, blob.descriptor, 0) == blob.bytes);
}

inline void the_error_of_a_source_comes_through(Repository& repository) {
    struct Broken final : Source {
        std::size_t read(std::span<std::byte>) override {
            throw Error(ErrorCode::content_invalid, "the disk is made of cheese");
        }
    };
    const Document blob = content("never read", oci::media_type::oci_layer);
    const auto pushing = [&] {
        repository.push_blob(blob.descriptor, [] { return std::make_unique<Broken>(); });
    };
    CHECK(code_of(pushing) == ErrorCode::content_invalid);
    CHECK_FALSE(repository.has_blob(blob.descriptor));
}

inline void manifests_come_back_byte_for_byte(Repository& repository) {
    const SmallImage image = small_image(2);
    push(repository, image, "v1");
    const oci::Descriptor& wanted = image.manifest.descriptor;
    for (const std::string& name : {std::string("v1"), wanted.digest.text()}) {
        CAPTURE(name);
        const auto descriptor = repository.resolve(name);
        REQUIRE(descriptor.has_value());
        CHECK(descriptor->same_content(wanted));
        CHECK(descriptor->media_type == wanted.media_type);
        const auto document = repository.manifest(name);
        REQUIRE(document.has_value());
        CHECK(document->bytes == image.manifest.bytes);
        CHECK(document->descriptor.same_content(wanted));
        CHECK(document->descriptor.media_type == wanted.media_type);
    }
}

inline void manifests_need_no_tag_and_tags_move(Repository& repository) {
    const SmallImage first = small_image(3);
    const SmallImage second = small_image(4);
    push(repository, first, "");
    CHECK(repository.manifest(first.manifest.descriptor.digest.text()).has_value());
    repository.push_manifest(first.manifest, "latest");
    push(repository, second, "latest");
    const auto latest = repository.resolve("latest");
    REQUIRE(latest.has_value());
    CHECK(latest->digest == second.manifest.descriptor.digest);
    CHECK(repository.manifest(first.manifest.descriptor.digest.text()).has_value());
}

inline void manifests_that_are_not_what_they_say_are_refused(Repository& repository) {
    const SmallImage image = small_image(5);
    push(repository, image, "");
    Document wrong = image.manifest;
    wrong.bytes.insert(wrong.bytes.size() - 1, " ");
    wrong.descriptor.size = wrong.bytes.size();
    CHECK(code_of([&] { repository.push_manifest(wrong, "wrong"); }) == ErrorCode::digest_invalid);
    const Document nonsense = content("{}", oci::media_type::oci_manifest);
    CHECK_THROWS_AS(repository.push_manifest(nonsense, "wrong"), Error);
    CHECK_FALSE(repository.resolve("wrong").has_value());
}

inline void sha512_manifests_are_as_good(Repository& repository) {
    const SmallImage image = small_image(6);
    push(repository, image, "");
    const Document twin =
        content(image.manifest.bytes, oci::media_type::oci_manifest, oci::DigestAlgorithm::sha512);
    repository.push_manifest(twin, "");
    const auto found = repository.manifest(twin.descriptor.digest.text());
    REQUIRE(found.has_value());
    CHECK(found->descriptor.digest == twin.descriptor.digest);
    CHECK(found->bytes == twin.bytes);
}

/// Pages of two, put together; fails if paging does not end.
template <class NextPage>
std::vector<std::string> all_of(NextPage&& next_page) {
    std::vector<std::string> names;
    std::string after;
    for (int pages = 0; pages < 20; ++pages) {
        const Page page = next_page(after, std::size_t{2});
        CHECK(page.names.size() <= 2);
        names.insert(names.end(), page.names.begin(), page.names.end());
        if (!page.next) return names;
        after = *page.next;
    }
    FAIL_CHECK("paging does not end");
    return names;
}

inline void tags_are_listed_in_pages(Repository& repository) {
    const std::vector<std::string> wanted{"1", "1.0", "1.0.1", "latest", "v2"};
    const SmallImage image = small_image(10);
    push(repository, image, "");
    for (const std::string& tag : wanted) repository.push_manifest(image.manifest, tag);
    const auto page = [&](std::string_view after, std::size_t limit) {
        return repository.tags(after, limit);
    };
    std::vector<std::string> found = all_of(page);
    std::sort(found.begin(), found.end());
    CHECK(found == wanted);
    const Page whole = repository.tags("", 100);
    CHECK(whole.names.size() == wanted.size());
    CHECK_FALSE(whole.next.has_value());
}

inline void referrers_are_listed_and_filtered(Repository& repository) {
    const SmallImage image = small_image(11);
    const oci::Digest& subject = image.manifest.descriptor.digest;
    CHECK(repository.referrers(subject, "").empty());
    const SmallImage signature =
        small_artifact(image.manifest.descriptor, "application/vnd.test.signature", "sign");
    const SmallImage sbom =
        small_artifact(image.manifest.descriptor, "application/vnd.test.sbom", "list");
    push(repository, signature, ""); // before its subject: the order must not matter
    push(repository, image, "v1");
    push(repository, sbom, "");
    push(repository, sbom, ""); // twice: it is still one referrer
    CHECK(repository.referrers(subject, "").size() == 2);
    const auto signatures = repository.referrers(subject, "application/vnd.test.signature");
    REQUIRE(signatures.size() == 1);
    CHECK(signatures[0].same_content(signature.manifest.descriptor));
    CHECK(signatures[0].artifact_type == "application/vnd.test.signature");
    CHECK(signatures[0].annotations == oci::Annotations{{"word", "sign"}});
    CHECK(repository.referrers(subject, "application/vnd.test.none").empty());
    CHECK(repository.referrers(sbom.manifest.descriptor.digest, "").empty());
}

/// Everything that a repository of any kind must do.
inline void check_repository(const MakeRepository& make) {
    blobs_come_back_as_pushed(*make(), oci::DigestAlgorithm::sha256);
    blobs_come_back_as_pushed(*make(), oci::DigestAlgorithm::sha512);
    blobs_are_read_from_an_offset(*make());
    absent_content_is_told(*make());
    malformed_names_are_errors_and_not_absence(*make());
    present_blobs_are_not_opened_again(*make());
    wrong_bytes_are_refused_and_leave_nothing(*make());
    the_error_of_a_source_comes_through(*make());
    manifests_come_back_byte_for_byte(*make());
    manifests_need_no_tag_and_tags_move(*make());
    manifests_that_are_not_what_they_say_are_refused(*make());
    sha512_manifests_are_as_good(*make());
    tags_are_listed_in_pages(*make());
    referrers_are_listed_and_filtered(*make());
}

inline void repositories_are_apart_and_mount(Registry& registry) {
    const auto one = registry.repository("team/one");
    const auto two = registry.repository("team/two");
    const SmallImage image = small_image(12);
    push(*one, image, "v1");
    CHECK_FALSE(two->has_blob(image.layer.descriptor));
    CHECK_FALSE(two->resolve("v1").has_value());
    CHECK_FALSE(two->resolve(image.manifest.descriptor.digest.text()).has_value());
    const Document absent = content("nowhere", oci::media_type::oci_layer);
    CHECK_FALSE(two->mount(absent.descriptor, "team/one"));
    CHECK_FALSE(two->mount(image.layer.descriptor, "team/none"));
    CHECK_FALSE(two->has_blob(image.layer.descriptor));
    CHECK(two->mount(image.layer.descriptor, "team/one"));
    CHECK(two->has_blob(image.layer.descriptor));
    CHECK(bytes_of(*two, image.layer.descriptor, 0) == image.layer.bytes);
}

inline void repositories_are_listed(Registry& registry) {
    const std::vector<std::string> wanted{"a", "a/b", "b", "team/app", "team/app2"};
    for (const std::string& name : wanted) push(*registry.repository(name), small_image(13), "v");
    const auto page = [&](std::string_view after, std::size_t limit) {
        return registry.repositories(after, limit);
    };
    std::vector<std::string> found = all_of(page);
    std::sort(found.begin(), found.end());
    CHECK(found == wanted);
    CHECK_THROWS_AS((void)registry.repository("Not/A/Name"), Error);
}

/// Everything that a registry must do, with what its repositories must do.
inline void check_registry(const MakeRegistry& make) {
    check_repository([&] {
        struct Held {
            std::shared_ptr<Registry> registry;
            std::unique_ptr<Repository> repository;
        };
        auto registry = make();
        auto repository = registry->repository("team/app");
        auto held = std::make_shared<Held>(Held{std::move(registry), std::move(repository)});
        return std::shared_ptr<Repository>(held, held->repository.get());
    });
    CHECK_NOTHROW(make()->ping());
    repositories_are_apart_and_mount(*make());
    repositories_are_listed(*make());
}

} // namespace berth::registry::contract
