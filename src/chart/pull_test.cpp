#include "chart/chart.hpp"

#include "base/file.hpp"
#include "chart/test_charts.hpp"
#include "codec/hasher.hpp"
#include "oci/manifest.hpp"
#include "oci/media_type.hpp"
#include "registry/memory_registry.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>

using namespace berth;
using namespace berth::chart::testing;
namespace fs = std::filesystem;

namespace {

using Names = std::vector<std::string>;

struct Fixture {
    fs::path path = fs::temp_directory_path() / ("berth-chart-" + random_hex_16());
    registry::MemoryRegistry registry;
    std::unique_ptr<registry::Repository> repository = registry.repository("charts/pier");
    registry::NoProgress progress;

    Fixture() { fs::create_directory(path); }
    ~Fixture() { fs::remove_all(path); }

    oci::Descriptor push(std::string_view type, const std::string& content) {
        const oci::Descriptor descriptor{.media_type = std::string(type),
                                         .digest = codec::digest_of(content),
                                         .size = content.size()};
        repository->push_blob(descriptor, [&] { return std::make_unique<MemorySource>(content); });
        return descriptor;
    }
    registry::Document chart_of(
        const std::vector<std::pair<std::string_view, std::string>>& layers,
        const std::string& config = R"({"name":"pier","version":"1.2.3","apiVersion":"v2"})") {
        oci::Manifest manifest{.media_type = std::string(oci::media_type::oci_manifest),
                               .artifact_type = "",
                               .config = push(oci::media_type::helm_config, config),
                               .layers = {},
                               .subject = {},
                               .annotations = {}};
        for (const auto& [type, content] : layers) manifest.layers.push_back(push(type, content));
        const std::string bytes = oci::write_manifest(manifest);
        return {{.media_type = manifest.media_type,
                 .digest = codec::digest_of(bytes),
                 .size = bytes.size()},
                bytes};
    }
    registry::Document good() {
        return chart_of({{oci::media_type::helm_chart, gzip(tar_of(good_chart()))}});
    }
    Names pull(const registry::Document& document, chart::Form form) {
        return chart::pull(*repository, document, path, form, progress, {});
    }
    ErrorCode refusal(const registry::Document& document, chart::Form form) {
        try {
            pull(document, form);
        } catch (const Error& error) {
            CAPTURE(error.what());
            return error.code();
        }
        return ErrorCode::internal;
    }
    Names names() const {
        Names found;
        for (const auto& entry : fs::recursive_directory_iterator(path))
            found.push_back(entry.path().lexically_relative(path).string());
        std::sort(found.begin(), found.end());
        return found;
    }
};

} // namespace

TEST_CASE_FIXTURE(Fixture, "a chart comes as its archive, byte for byte, with its provenance") {
    const std::string archive = read_file(BERTH_TESTDATA "/pier-1.2.3+build.7.tgz", 1 << 20);
    const auto document = chart_of(
        {{oci::media_type::helm_chart, archive}, {oci::media_type::helm_provenance, "signed"}},
        read_file(BERTH_TESTDATA "/helm_config.json", 1 << 20));
    const Names expected{"pier-1.2.3+build.7.tgz", "pier-1.2.3+build.7.tgz.prov"};
    CHECK(pull(document, chart::Form::archive) == expected);
    CHECK(names() == expected);
    CHECK(read_file(path / expected[0], 1 << 20) == archive);
    CHECK(read_file(path / expected[1], 100) == "signed");
    CHECK(pull(document, chart::Form::archive) == expected);
}

TEST_CASE_FIXTURE(Fixture, "a chart comes unpacked, and is present the second time") {
    CHECK(pull(good(), chart::Form::unpacked) == Names{"pier"});
    CHECK(names() == Names{"pier", "pier/Chart.yaml", "pier/values.yaml"});
    CHECK(read_file(path / "pier/values.yaml", 100) == "a: 1\n");
    CHECK(pull(good(), chart::Form::unpacked) == Names{"pier"});
}

TEST_CASE_FIXTURE(Fixture, "a directory or symlink that is there is never touched") {
    fs::create_directory(path / "pier");
    replace_file(path / "pier/mine", "mine", 0600);
    CHECK(refusal(good(), chart::Form::unpacked) == ErrorCode::conflict);
    CHECK(names() == Names{"pier", "pier/mine"});
    fs::remove_all(path / "pier");
    fs::create_directory_symlink("/", path / "pier");
    CHECK(refusal(good(), chart::Form::unpacked) == ErrorCode::conflict);
    CHECK(fs::is_symlink(path / "pier"));
}

TEST_CASE_FIXTURE(Fixture, "an archive that is there and differs is replaced") {
    replace_file(path / "pier-1.2.3.tgz", "old", 0600);
    pull(good(), chart::Form::archive);
    CHECK(read_file(path / "pier-1.2.3.tgz", 1 << 20) == gzip(tar_of(good_chart())));
}

TEST_CASE_FIXTURE(Fixture, "a chart that breaks a rule leaves nothing, packed or not") {
    const auto with = [&](const Entries& entries) {
        return chart_of({{oci::media_type::helm_chart, gzip(tar_of(entries))}});
    };
    const auto symlink = entry("pier/Chart.lock", codec::TarType::symlink, "../../x");
    const std::string good_archive = gzip(tar_of(good_chart()));
    const registry::Document documents[] = {
        with(good_chart_and({{entry("pier/../../evil"), "x"}})),
        with(good_chart_and({{symlink, ""}})),
        with({{entry("quay/Chart.yaml"), chart_yaml}}),
        chart_of({}),
        chart_of({{oci::media_type::helm_chart, good_archive},
                  {oci::media_type::helm_chart, good_archive}}),
        chart_of({{oci::media_type::helm_chart, "not gzip"}}),
        chart_of({{oci::media_type::helm_chart, good_archive}}, R"({"name":"../evil"})"),
    };
    for (const auto& document : documents)
        for (const auto form : {chart::Form::archive, chart::Form::unpacked}) {
            CHECK(refusal(document, form) == ErrorCode::content_invalid);
            CHECK(names().empty());
        }
}

TEST_CASE_FIXTURE(Fixture, "missing provenance content shows no archive either") {
    auto document = good();
    const auto absent = codec::digest_of("never pushed").text();
    auto manifest = oci::parse_manifest(document.bytes, "").value();
    manifest.layers.push_back({.media_type = std::string(oci::media_type::helm_provenance),
                               .digest = oci::Digest::parse(absent).value(),
                               .size = 12});
    document.bytes = oci::write_manifest(manifest);
    CHECK(refusal(document, chart::Form::archive) == ErrorCode::blob_unknown);
    CHECK(names().empty());
}

TEST_CASE_FIXTURE(Fixture, "a requested stop leaves nothing") {
    std::stop_source stop;
    stop.request_stop();
    CHECK_THROWS_AS(
        chart::pull(*repository, good(), path, chart::Form::archive, progress, stop.get_token()),
        Error);
    CHECK(names().empty());
}
