#include "chart/metadata.hpp"

#include "base/file.hpp"
#include "base/source.hpp"
#include "codec/hasher.hpp"
#include "oci/media_type.hpp"
#include "registry/memory_registry.hpp"

#include <doctest/doctest.h>

using namespace berth;

namespace {

std::string fixture(const std::string& name) {
    return read_file(BERTH_TESTDATA "/" + name, 1 << 20);
}

registry::Document document_of(std::string bytes) {
    return {{.media_type = std::string(oci::media_type::oci_manifest),
             .digest = codec::digest_of(bytes),
             .size = bytes.size()},
            bytes};
}

std::string manifest_with_config(std::string_view type, const oci::Digest& digest,
                                 std::size_t size) {
    return R"({"schemaVersion":2,"config":{"mediaType":")" + std::string(type) + R"(","digest":")" +
           digest.text() + R"(","size":)" + std::to_string(size) + R"(},"layers":[]})";
}

std::string fault_in_metadata(std::string_view text) {
    const auto metadata = chart::parse_metadata(text);
    if (!metadata.has_error()) return "accepted";
    CHECK(metadata.error().code() == ErrorCode::content_invalid);
    return metadata.error().message();
}

} // namespace

TEST_CASE("the config that helm pushes is read") {
    registry::MemoryRegistry registry;
    const auto repository = registry.repository("charts/pier");
    const auto document = document_of(fixture("helm_manifest.json"));
    CHECK(chart::is_chart(document));
    const std::string config = fixture("helm_config.json");
    repository->push_blob({.media_type = std::string(oci::media_type::helm_config),
                           .digest = codec::digest_of(config),
                           .size = config.size()},
                          [&] { return std::make_unique<MemorySource>(config); });
    const auto metadata = chart::read_metadata(*repository, document);
    CHECK(metadata.name == "pier");
    CHECK(metadata.version == "1.2.3+build.7");
    CHECK(metadata.app_version == "1.16.0");
    CHECK(metadata.type == "application");
    CHECK(metadata.description == "A Helm chart for Kubernetes");
    CHECK(metadata.icon.empty());
}

TEST_CASE("what is not a chart is told apart") {
    registry::MemoryRegistry registry;
    const auto repository = registry.repository("charts/pier");
    const auto image =
        document_of(manifest_with_config(oci::media_type::oci_config, codec::digest_of("{}"), 2));
    CHECK_FALSE(chart::is_chart(image));
    CHECK_FALSE(chart::is_chart(document_of("{}")));
    CHECK_FALSE(chart::is_chart(document_of("not json")));
    CHECK_THROWS_AS(chart::read_metadata(*repository, image), Error);
}

TEST_CASE("a config beyond the limit is not fetched") {
    registry::MemoryRegistry registry;
    const auto repository = registry.repository("charts/pier");
    const auto large = document_of(
        manifest_with_config(oci::media_type::helm_config, codec::digest_of("x"), 65537));
    try {
        chart::read_metadata(*repository, large);
        FAIL("not refused");
    } catch (const Error& error) {
        CHECK(error.code() == ErrorCode::limit_exceeded);
    }
}

TEST_CASE("a wrong field is named") {
    const std::pair<std::string_view, std::string_view> rows[] = {
        {"name: pier", "JSON"},
        {"{}", "name is missing"},
        {R"({"name":"pier"})", "version is missing"},
        {R"({"name":7,"version":"1.2.3"})", "name must be a string"},
        {R"({"name":"..","version":"1.2.3"})", "name is \"..\""},
        {R"({"name":"a/b","version":"1.2.3"})", "name is \"a/b\""},
        {R"({"name":"a\u001b[31m","version":"1.2.3"})", "name is \"a\\x1b[31m\""},
        {R"({"name":"pier","version":"1.2.3/../../evil"})", "version is"},
        {R"({"name":"pier","version":1})", "version must be a string"},
        {R"({"name":"pier","version":"1.2.3","icon":[]})", "icon must be a string"},
        {R"({"name":"pier","name":"quay","version":"1.2.3"})", "comes twice"},
    };
    for (const auto& [text, why] : rows) {
        CAPTURE(text);
        CHECK(fault_in_metadata(text).find(why) != std::string::npos);
    }
    CHECK(fault_in_metadata(R"({"name":"pier","version":"1.2.3","icon":null})") == "accepted");
}
