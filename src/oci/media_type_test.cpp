#include "oci/media_type.hpp"

#include <doctest/doctest.h>

#include <string>

namespace media_type = berth::oci::media_type;

TEST_CASE("each known type is what it is") {
    struct Row {
        std::string_view type;
        bool manifest, index, config, layer, nondistributable;
    };
    const Row rows[] = {
        {media_type::oci_manifest, true, false, false, false, false},
        {media_type::docker_manifest, true, false, false, false, false},
        {media_type::oci_index, false, true, false, false, false},
        {media_type::docker_index, false, true, false, false, false},
        {media_type::oci_config, false, false, true, false, false},
        {media_type::docker_config, false, false, true, false, false},
        {media_type::oci_layer, false, false, false, true, false},
        {media_type::oci_layer_gzip, false, false, false, true, false},
        {media_type::oci_layer_zstd, false, false, false, true, false},
        {media_type::docker_layer_gzip, false, false, false, true, false},
        {"application/vnd.docker.image.rootfs.foreign.diff.tar.gzip", false, false, false, true,
         true},
        {"application/vnd.oci.image.layer.nondistributable.v1.tar+zstd", false, false, false, true,
         true},
        {media_type::oci_empty, false, false, false, false, false},
        {media_type::helm_chart, false, false, false, false, false},
        {"application/vnd.docker.distribution.manifest.v1+prettyjws", false, false, false, false,
         false},
        {"Application/vnd.oci.image.manifest.v1+json", false, false, false, false, false},
        {"", false, false, false, false, false},
    };
    for (const Row& row : rows) {
        CAPTURE(row.type);
        CHECK(media_type::is_manifest(row.type) == row.manifest);
        CHECK(media_type::is_index(row.type) == row.index);
        CHECK(media_type::is_image_config(row.type) == row.config);
        CHECK(media_type::is_layer(row.type) == row.layer);
        CHECK(media_type::is_nondistributable(row.type) == row.nondistributable);
    }
}

TEST_CASE("the shape is that of RFC 6838") {
    const std::string longest(127, 'a');
    for (const std::string& type :
         {std::string("text/plain"), std::string("a/b"), std::string(media_type::oci_layer_gzip),
          longest + "/" + longest, std::string("application/vnd.x-y_z!#$&^1.0+json")}) {
        CAPTURE(type);
        CHECK(media_type::is_valid(type));
    }
    for (const std::string& type :
         {std::string(), std::string("text"), std::string("text/"), std::string("/plain"),
          std::string("a/b/c"), std::string("text/plain; charset=utf-8"),
          std::string("text/pl ain"), std::string("text/\xc3\xbc"), std::string(".text/plain"),
          std::string("text/+json"), std::string("*/*"), longest + "a/b", "a/" + longest + "a",
          std::string("a/b\n")}) {
        CAPTURE(type);
        CHECK_FALSE(media_type::is_valid(type));
    }
}
