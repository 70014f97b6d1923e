#include "oci/descriptor.hpp"

#include "base/text.hpp"
#include "oci/annotations.hpp"
#include "oci/media_type.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace berth::oci {
namespace {

/// JSON numbers beyond this are not exact in every reader.
constexpr std::int64_t largest_size = std::int64_t{1} << 53;

[[noreturn]] void refuse(const std::string& path, std::string_view why) {
    throw Error(ErrorCode::content_invalid, fmt::format("field {} {}", path, why));
}

std::uint64_t read_size(const json::Reader& reader) {
    const std::int64_t size = reader.required_integer("size");
    if (size < 0) refuse(reader.path_of("size"), "is negative");
    if (size > largest_size) refuse(reader.path_of("size"), "is larger than 2^53");
    return static_cast<std::uint64_t>(size);
}

Digest read_digest(const json::Reader& reader) {
    auto digest = Digest::parse(reader.required_text("digest"));
    if (digest.has_error()) refuse(reader.path_of("digest"), digest.error().message());
    return *digest;
}

std::string read_media_type(const json::Reader& reader) {
    std::string type = reader.required_text("mediaType");
    if (!media_type::is_valid(type))
        refuse(reader.path_of("mediaType"),
               fmt::format("is not a media type: {}", berth::quoted(type)));
    return type;
}

/// These go to terminals and into comparisons: words only, as in Go's GOOS and GOARCH.
std::string read_word(const json::Reader& reader, std::string_view key) {
    std::string word = reader.text(key).value_or("");
    const bool printable =
        std::all_of(word.begin(), word.end(), [](char c) { return c > ' ' && c <= '~'; });
    if (!printable || word.size() > 128)
        refuse(reader.path_of(key), fmt::format("is not a word: {}", berth::quoted(word)));
    return word;
}

Platform read_platform(const json::Reader& reader) {
    return Platform{.os = read_word(reader, "os"),
                    .architecture = read_word(reader, "architecture"),
                    .variant = read_word(reader, "variant"),
                    .os_version = read_word(reader, "os.version")};
}

json::Object write_platform(const Platform& platform) {
    json::Object object;
    object["architecture"] = platform.architecture;
    object["os"] = platform.os;
    if (!platform.os_version.empty()) object["os.version"] = platform.os_version;
    if (!platform.variant.empty()) object["variant"] = platform.variant;
    return object;
}

} // namespace

Annotations read_annotations(const json::Reader& reader) {
    return reader.text_map("annotations");
}

json::Object write_annotations(const Annotations& annotations) {
    json::Object object;
    for (const auto& [key, value] : annotations) object[key] = value;
    return object;
}

Descriptor read_descriptor(const json::Reader& reader) {
    Descriptor descriptor{.media_type = read_media_type(reader),
                          .digest = read_digest(reader),
                          .size = read_size(reader),
                          .annotations = read_annotations(reader)};
    if (const auto platform = reader.object("platform"))
        descriptor.platform = read_platform(*platform);
    descriptor.artifact_type = reader.text("artifactType").value_or("");
    return descriptor;
}

json::Object write_descriptor(const Descriptor& descriptor) {
    json::Object object;
    object["mediaType"] = descriptor.media_type;
    object["digest"] = descriptor.digest.text();
    object["size"] = descriptor.size;
    if (!descriptor.annotations.empty())
        object["annotations"] = write_annotations(descriptor.annotations);
    if (descriptor.platform) object["platform"] = write_platform(*descriptor.platform);
    if (!descriptor.artifact_type.empty()) object["artifactType"] = descriptor.artifact_type;
    return object;
}

} // namespace berth::oci
