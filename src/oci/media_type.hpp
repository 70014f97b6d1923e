// Media types of OCI, Docker schema 2, Helm and what they mean to us.
#pragma once

#include <string_view>

namespace berth::oci::media_type {

inline constexpr std::string_view oci_manifest = "application/vnd.oci.image.manifest.v1+json";
inline constexpr std::string_view oci_index = "application/vnd.oci.image.index.v1+json";
inline constexpr std::string_view oci_config = "application/vnd.oci.image.config.v1+json";
inline constexpr std::string_view oci_empty = "application/vnd.oci.empty.v1+json";
inline constexpr std::string_view oci_layer = "application/vnd.oci.image.layer.v1.tar";
inline constexpr std::string_view oci_layer_gzip = "application/vnd.oci.image.layer.v1.tar+gzip";
inline constexpr std::string_view oci_layer_zstd = "application/vnd.oci.image.layer.v1.tar+zstd";
inline constexpr std::string_view docker_manifest =
    "application/vnd.docker.distribution.manifest.v2+json";
inline constexpr std::string_view docker_index =
    "application/vnd.docker.distribution.manifest.list.v2+json";
inline constexpr std::string_view docker_config = "application/vnd.docker.container.image.v1+json";
inline constexpr std::string_view docker_layer_gzip =
    "application/vnd.docker.image.rootfs.diff.tar.gzip";
inline constexpr std::string_view helm_config = "application/vnd.cncf.helm.config.v1+json";
inline constexpr std::string_view helm_chart =
    "application/vnd.cncf.helm.chart.content.v1.tar+gzip";
inline constexpr std::string_view helm_provenance =
    "application/vnd.cncf.helm.chart.provenance.v1.prov";

bool is_manifest(std::string_view type) noexcept; ///< OCI or Docker image manifest
bool is_index(std::string_view type) noexcept;    ///< OCI index or Docker manifest list
bool is_image_config(std::string_view type) noexcept;
/// A file system layer of an image: OCI (also the old nondistributable forms) or Docker.
bool is_layer(std::string_view type) noexcept;
/// A layer that registries need not hold ("foreign" and "nondistributable" forms).
bool is_nondistributable(std::string_view type) noexcept;
/// RFC 6838 shape: type "/" subtype, each 1 to 127 of the allowed bytes, parameters refused.
bool is_valid(std::string_view type) noexcept;

} // namespace berth::oci::media_type
