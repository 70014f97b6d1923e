#include "oci/media_type.hpp"

#include <algorithm>
#include <array>

namespace berth::oci::media_type {
namespace {

constexpr std::array<std::string_view, 5> nondistributable = {
    "application/vnd.oci.image.layer.nondistributable.v1.tar",
    "application/vnd.oci.image.layer.nondistributable.v1.tar+gzip",
    "application/vnd.oci.image.layer.nondistributable.v1.tar+zstd",
    "application/vnd.docker.image.rootfs.foreign.diff.tar",
    "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip",
};

constexpr std::array<std::string_view, 6> distributable = {
    oci_layer,
    oci_layer_gzip,
    oci_layer_zstd,
    docker_layer_gzip,
    "application/vnd.docker.image.rootfs.diff.tar",
    "application/vnd.docker.image.rootfs.diff.tar.zstd",
};

bool is_alphanumeric(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool is_restricted_name(std::string_view name) {
    constexpr std::string_view others = "!#$&-^_.+";
    return !name.empty() && name.size() <= 127 && is_alphanumeric(name[0]) &&
           std::all_of(name.begin(), name.end(), [&](char c) {
               return is_alphanumeric(c) || others.find(c) != std::string_view::npos;
           });
}

} // namespace

bool is_manifest(std::string_view type) noexcept {
    return type == oci_manifest || type == docker_manifest;
}

bool is_index(std::string_view type) noexcept {
    return type == oci_index || type == docker_index;
}

bool is_image_config(std::string_view type) noexcept {
    return type == oci_config || type == docker_config;
}

bool is_layer(std::string_view type) noexcept {
    return std::find(distributable.begin(), distributable.end(), type) != distributable.end() ||
           is_nondistributable(type);
}

bool is_nondistributable(std::string_view type) noexcept {
    return std::find(nondistributable.begin(), nondistributable.end(), type) !=
           nondistributable.end();
}

bool is_valid(std::string_view type) noexcept {
    const auto slash = type.find('/');
    return slash != std::string_view::npos && is_restricted_name(type.substr(0, slash)) &&
           is_restricted_name(type.substr(slash + 1));
}

} // namespace berth::oci::media_type
