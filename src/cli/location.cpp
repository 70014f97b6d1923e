#include "cli/location.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

namespace berth::cli {
namespace {

Error wrong(std::string_view text, std::string_view why) {
    return Error(ErrorCode::usage, fmt::format("{}: {}", berth::quoted(text), why))
        .set_hint("see berth help references");
}

/// PATH, PATH:TAG or PATH@DIGEST. The last colon starts a tag only if a tag can follow it, so
/// that paths may hold colons.
Result<Location> parse_path(Location::Kind kind, std::string_view whole, std::string_view text) {
    Location location;
    location.kind = kind;
    const auto at = text.rfind('@');
    const auto colon = text.rfind(':');
    auto path = text;
    if (at != text.npos && text.find('/', at) == text.npos) {
        auto digest = oci::Digest::parse(text.substr(at + 1));
        if (digest.has_error()) return digest.error();
        location.tag_or_digest = digest->text();
        path = text.substr(0, at);
    } else if (colon != text.npos && text.find('/', colon) == text.npos) {
        auto tag = oci::parse_tag(text.substr(colon + 1));
        if (tag.has_error()) return wrong(whole, tag.error().message());
        location.tag_or_digest = *tag;
        path = text.substr(0, colon);
    }
    if (path.empty()) return wrong(whole, "the path is missing");
    if (path.find('\0') != path.npos) return wrong(whole, "a path holds no NUL byte");
    location.path = std::string(path);
    return location;
}

} // namespace

Result<Location> Location::parse(std::string_view text) {
    if (text.empty()) return wrong(text, "the reference is empty");
    constexpr std::string_view layout = "oci:";
    constexpr std::string_view archive = "oci-archive:";
    if (text.starts_with(archive)) {
        return parse_path(Kind::archive, text, text.substr(archive.size()));
    }
    if (text.starts_with(layout) && !text.starts_with("oci://")) {
        return parse_path(Kind::layout, text, text.substr(layout.size()));
    }
    auto reference = oci::Reference::parse(text);
    if (reference.has_error()) return reference.error();
    Location location;
    if (reference->tag || reference->digest) location.tag_or_digest = reference->tag_or_digest();
    location.reference = std::move(*reference);
    return location;
}

std::string Location::text() const {
    if (kind == Kind::registry) return reference.text();
    const auto* scheme = kind == Kind::layout ? "oci:" : "oci-archive:";
    auto text = scheme + path.string();
    if (!tag_or_digest) return text;
    return text + (tag_or_digest->find(':') == tag_or_digest->npos ? ":" : "@") + *tag_or_digest;
}

} // namespace berth::cli
