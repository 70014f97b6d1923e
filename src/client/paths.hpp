// Paths of the distribution API below /v2/. Names and digests are well-formed already, so nothing
// needs to be encoded.
#pragma once

#include "oci/digest.hpp"

#include <string>
#include <string_view>

namespace berth::client {

inline std::string resource_path(std::string_view repository, std::string_view kind,
                                 std::string_view reference) {
    std::string path(repository);
    (path += '/') += kind;
    (path += '/') += reference;
    return path;
}

inline std::string blob_path(std::string_view repository, const oci::Digest& digest) {
    return resource_path(repository, "blobs", digest.text());
}

inline std::string manifest_path(std::string_view repository, std::string_view reference) {
    return resource_path(repository, "manifests", reference);
}

} // namespace berth::client
