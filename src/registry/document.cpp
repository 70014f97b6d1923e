#include "base/text.hpp"
#include "registry/repository.hpp"

#include <fmt/format.h>

namespace berth::registry {

void check_listed_as(const oci::Descriptor& listed, const Document& fetched) {
    if (listed.media_type == fetched.descriptor.media_type) return;
    throw Error(ErrorCode::manifest_invalid,
                fmt::format("the index lists {} as {}, but it is {}", listed.digest.text(),
                            berth::quoted(listed.media_type),
                            berth::quoted(fetched.descriptor.media_type)));
}

std::optional<std::uint64_t> Repository::blob_size(const oci::Digest& blob) {
    throw Error(ErrorCode::unsupported,
                fmt::format("{} is not asked for the size of {}", name(), blob.short_hex()));
}

std::optional<OpenedBlob> Repository::open_blob(const oci::Digest& blob,
                                                const std::optional<RangeWanted>& wanted) {
    const auto size = blob_size(blob);
    if (!size) return std::nullopt;
    const auto part = part_of(*size, wanted);
    if (!part) return OpenedBlob{*size, nullptr};
    return OpenedBlob{*size, fetch({.media_type = {}, .digest = blob, .size = *size}, part->first)};
}

} // namespace berth::registry
