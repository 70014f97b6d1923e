#include "oci/manifest.hpp"

#include "base/file.hpp"
#include "oci/manifest_document.hpp"
#include "oci/media_type.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

using namespace berth;
namespace media_type = oci::media_type;

namespace {

// Written by umoci, skopeo and podman.
std::string fixture(std::string_view name) {
    return read_file(fmt::format(BERTH_TESTDATA "/{}", name), 1 << 20);
}

constexpr std::string_view config_digest =
    "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

std::string descriptor(std::string_view type, std::string_view more = "") {
    return fmt::format(R"({{"mediaType":"{}","digest":"{}","size":2{}}})", type, config_digest,
                       more);
}

const std::string config = R"("config":)" + descriptor(media_type::oci_config);
const std::string layers = R"("layers":[)" + descriptor(media_type::oci_layer) + "]";
const std::string manifests = R"("manifests":[)" + descriptor(media_type::oci_manifest) + "]";

std::string document(std::initializer_list<std::string_view> members) {
    std::string text = R"({"schemaVersion":2)";
    for (const auto member : members) (text += ',') += member;
    return text + "}";
}

std::string stated(std::string_view type) {
    return fmt::format(R"("mediaType":"{}")", type);
}

template <class T>
std::string fault(const Result<T>& result) {
    if (!result.has_error()) return "accepted";
    CHECK(result.error().code() == ErrorCode::manifest_invalid);
    return result.error().message();
}

bool contains(std::string_view text, std::string_view part) {
    return text.find(part) != std::string_view::npos;
}

} // namespace

TEST_CASE("real manifests are read") {
    const auto oci = oci::parse_manifest(fixture("umoci_manifest.json"), "").value();
    CHECK(oci.media_type == media_type::oci_manifest);
    CHECK(oci.artifact_type == media_type::oci_config);
    CHECK(oci.config.size == 853);
    REQUIRE(oci.layers.size() == 2);
    CHECK(oci.layers[0].media_type == media_type::oci_layer_gzip);

    const auto docker = oci::parse_manifest(fixture("skopeo_docker_manifest.json"), "").value();
    CHECK(docker.media_type == media_type::docker_manifest);
    CHECK(docker.config.media_type == media_type::docker_config);
    CHECK(docker.layers[1].media_type == media_type::docker_layer_gzip);

    const auto zstd =
        oci::parse_manifest(fixture("skopeo_zstd_manifest.json"), media_type::oci_manifest).value();
    CHECK(zstd.layers[0].media_type == media_type::oci_layer_zstd);
    CHECK(oci::parse_manifest(fixture("umoci_empty_manifest.json"), "").value().layers.empty());
}

TEST_CASE("real indexes are read and a platform is chosen from them") {
    for (const std::string_view name : {"podman_index.json", "podman_docker_list.json"}) {
        CAPTURE(name);
        const auto index = oci::parse_index(fixture(name), "").value();
        REQUIRE(index.manifests.size() == 3);
        const auto chosen = [&](std::string_view platform) {
            return oci::choose_platform(index, oci::Platform::parse(platform).value());
        };
        CHECK(chosen("linux/amd64")->same_content(index.manifests[0]));
        CHECK(chosen("linux/arm64")->same_content(index.manifests[1]));
        CHECK(chosen("linux/arm")->same_content(index.manifests[2]));
        CHECK_FALSE(chosen("linux/arm/v6").has_value());
        CHECK_FALSE(chosen("linux/s390x").has_value());
    }
    const auto layout = oci::parse_index(fixture("umoci_layout_index.json"), "").value();
    CHECK(layout.manifests[0].annotations.at(std::string(oci::ref_name_annotation)) == "base");
}

TEST_CASE("what is read is written with the same meaning and in the order of the specification") {
    for (const std::string_view name : {"umoci_manifest.json", "skopeo_docker_manifest.json"}) {
        const auto manifest = oci::parse_manifest(fixture(name), "").value();
        const auto again = oci::parse_manifest(oci::write_manifest(manifest), "").value();
        CHECK(again.media_type == manifest.media_type);
        CHECK(again.config.same_content(manifest.config));
        CHECK(again.layers.size() == manifest.layers.size());
    }
    const std::string text =
        document({stated(media_type::oci_manifest), R"("artifactType":"x/y")", config, layers,
                  R"("subject":)" + descriptor(media_type::oci_manifest),
                  R"("annotations":{"a":"1","b":"2"})"});
    CHECK(oci::write_manifest(oci::parse_manifest(text, "").value()) == text);
    const std::string index = document(
        {stated(media_type::oci_index), R"("artifactType":"x/y")", manifests,
         R"("subject":)" + descriptor(media_type::oci_manifest), R"("annotations":{"a":"1"})"});
    CHECK(oci::write_index(oci::parse_index(index, "").value()) == index);
}

TEST_CASE("a document that could be read in two ways is refused (CVE-2021-41190)") {
    const std::string both = document({config, layers, manifests});
    for (const std::string_view served :
         {std::string_view(), media_type::oci_manifest, media_type::oci_index}) {
        CHECK(contains(fault(oci::parse_manifest(both, served)), "either"));
        CHECK(contains(fault(oci::parse_index(both, served)), "either"));
        CHECK(contains(fault(oci::successors(both, served)), "either"));
    }
    CHECK(contains(fault(oci::parse_manifest(document({layers, manifests}), "")), "either"));
    CHECK(contains(fault(oci::parse_index(document({config, manifests}), "")), "either"));
    CHECK(contains(fault(oci::detect_media_type(both)), "either"));
}

TEST_CASE("a media type inside that contradicts anything is refused") {
    const auto manifest = [](std::string_view type) {
        return document({stated(type), config, layers});
    };
    const auto index = [](std::string_view type) { return document({stated(type), manifests}); };
    CHECK(contains(
        fault(oci::parse_manifest(manifest(media_type::oci_manifest), media_type::docker_manifest)),
        "served as"));
    CHECK(contains(fault(oci::parse_index(index(media_type::oci_index), media_type::docker_index)),
                   "served as"));
    CHECK(contains(fault(oci::parse_manifest(manifest(media_type::oci_index), "")),
                   "has the fields"));
    CHECK(contains(fault(oci::parse_index(index(media_type::oci_manifest), "")), "has the fields"));
    CHECK(contains(fault(oci::parse_manifest(document({config, layers}), media_type::oci_index)),
                   "served as"));
    CHECK(contains(fault(oci::parse_index(document({manifests}), media_type::oci_manifest)),
                   "served as"));
    CHECK(contains(fault(oci::parse_manifest(index(media_type::oci_index), "")), "not an image"));
    CHECK(
        contains(fault(oci::parse_index(manifest(media_type::oci_manifest), "")), "not an index"));
}

TEST_CASE("the type it was served with counts where the document is silent") {
    const std::string silent = document({config, layers});
    CHECK(oci::parse_manifest(silent, "").value().media_type == media_type::oci_manifest);
    CHECK(oci::parse_manifest(silent, media_type::docker_manifest).value().media_type ==
          media_type::docker_manifest);
    CHECK(oci::parse_manifest(silent, std::string(media_type::oci_manifest) + "; charset=utf-8")
              .has_value());
    CHECK(
        contains(fault(oci::parse_manifest(silent, "application/json")), "not an image manifest"));
}

TEST_CASE("missing and wrong members are named") {
    const std::pair<std::string, std::string_view> rows[] = {
        {"", "JSON"},
        {"[]", "must be an object"},
        {"{}", "schemaVersion is missing"},
        {R"({"schemaVersion":1,"fsLayers":[]})", "only 2 is supported"},
        {R"({"schemaVersion":"2"})", "schemaVersion must be"},
        {document({}), "neither a mediaType nor"},
        {document({config}), "layers is missing"},
        {document({layers}), "config is missing"},
        {document({R"("config":[])", layers}), "config must be an object"},
        {document({config, R"("layers":{})"}), "layers must be a list"},
        {document({config, R"("layers":[{}])"}), "layers[0].mediaType is missing"},
        {document({config, layers, R"("subject":{})"}), "subject.mediaType is missing"},
        {document({config, layers, R"("subject":"x")"}), "subject must be an object"},
        {document({config, layers, R"("fsLayers":[])"}), "schema 1"},
        {document({config, layers, layers}), "comes twice"},
        {document({R"("mediaType":"x")", config, layers}), "mediaType is not a media type"},
        {document({R"("mediaType":7)", config, layers}), "mediaType must be a string"},
    };
    for (const auto& [text, why] : rows) {
        CAPTURE(text);
        CHECK(contains(fault(oci::parse_manifest(text, "")), why));
    }
    CHECK(oci::parse_manifest(document({config, R"("layers":null)"}), "").value().layers.empty());
}

TEST_CASE("the number of descriptors and the size of a document are bounded") {
    std::string many = R"("manifests":[)";
    for (std::size_t i = 0; i <= oci::descriptor_limit; ++i) many += i == 0 ? "{}" : ",{}";
    CHECK(contains(fault(oci::parse_index(document({many + "]"}), "")), "the limit is 10000"));
    const std::string large(oci::document_limit + 1, ' ');
    CHECK(contains(fault(oci::parse_manifest(large, "")), "the limit is 67108864"));
}

TEST_CASE("the type of a document is detected") {
    CHECK(oci::detect_media_type(fixture("skopeo_docker_manifest.json")).value() ==
          media_type::docker_manifest);
    CHECK(oci::detect_media_type(fixture("umoci_manifest.json")).value() ==
          media_type::oci_manifest);
    CHECK(oci::detect_media_type(fixture("umoci_layout_index.json")).value() ==
          media_type::oci_index);
    CHECK(oci::detect_media_type("{}").has_error());
}

TEST_CASE("successors are config and layers, or manifests, in their order") {
    const auto children = oci::successors(fixture("umoci_manifest.json"), "").value();
    REQUIRE(children.size() == 3);
    CHECK(children[0].media_type == media_type::oci_config);
    CHECK(children[2].media_type == media_type::oci_layer_gzip);
    CHECK(oci::successors(fixture("podman_index.json"), media_type::oci_index).value().size() == 3);
    const auto with_subject =
        document({config, layers, R"("subject":)" + descriptor(media_type::oci_manifest)});
    CHECK(oci::successors(with_subject, "").value().size() == 2);
    CHECK(oci::successors(document({stated("application/vnd.x+json")}), "").has_error());
}

TEST_CASE("exact variants win, attestations and artifacts are never chosen") {
    const auto entry = [](std::string_view architecture, std::string_view variant,
                          std::string_view type = media_type::oci_manifest) {
        return descriptor(
            type,
            fmt::format(R"(,"platform":{{"architecture":"{}","os":"{}",)"
                        R"("variant":"{}"}})",
                        architecture, architecture == "unknown" ? "unknown" : "linux", variant));
    };
    const auto choose = [](const std::string& entries, std::string_view wanted) {
        const auto index =
            oci::parse_index(document({R"("manifests":[)" + entries + "]"}), "").value();
        return oci::choose_platform(index, oci::Platform::parse(wanted).value());
    };
    CHECK(
        choose(entry("arm", "v6") + "," + entry("arm", "v7"), "linux/arm/v7")->platform->variant ==
        "v7");
    CHECK(choose(entry("arm", "v6") + "," + entry("arm", "v7"), "linux/arm")->platform->variant ==
          "v6");
    CHECK(choose(entry("arm64", "v8") + "," + entry("arm64", ""), "linux/arm64")
              ->platform->variant.empty());
    CHECK_FALSE(choose(entry("unknown", ""), "unknown/unknown").has_value());
    CHECK_FALSE(choose(descriptor(media_type::oci_manifest), "linux/amd64").has_value());
    CHECK_FALSE(choose(entry("amd64", "", "application/x"), "linux/amd64").has_value());
}
