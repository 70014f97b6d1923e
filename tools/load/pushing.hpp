// Pushing, as a client of a registry does it.
#pragma once

#include "connection.hpp"
#include "content.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace load {

inline constexpr std::string_view image_type = "application/vnd.oci.image.manifest.v1+json";
inline constexpr std::string_view index_type = "application/vnd.oci.image.index.v1+json";

/// The address of an upload that was begun.
std::string begin_upload(Connection& connection, const std::string& repository);

/// By one PUT, or in parts of `chunk` bytes unless that is 0.
void push_blob(Connection& connection, const std::string& repository, const Blob& blob,
               std::uint64_t chunk);

/// `target` is its address, by tag or digest.
void put_manifest(Connection& connection, std::string_view target, std::string_view type,
                  std::string_view bytes);

/// "Content-Type: application/octet-stream"
extern const char* const bytes_field;

} // namespace load
