// What manifests and indexes have in common: the checks that a document is what it is taken for.
//
// The same bytes read as a manifest by one party and as an index by another have different content
// under one digest (CVE-2021-41190), so whatever is ambiguous is refused.
#pragma once

#include "base/json.hpp"
#include "oci/manifest.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace berth::oci {

/// Which of the two a document is read as.
enum class DocumentKind { manifest, index };

/// What can be parsed at all. Who takes documents from others has a limit of its own:
/// manifest_limit for a client, what is configured for a server.
inline constexpr std::uint64_t document_limit = 64 * 1024 * 1024;

/// Parses `text`; more than document_limit bytes and malformed JSON are thrown as Error.
json::Value parse_document(std::string_view text);

/// The media type of the document: what it says itself, and else its fields. Throws Error for
/// what is ambiguous or not schema 2.
std::string own_media_type(const json::Value& document);

/// The document's media type, checked against the one it was served with ("" if unknown; its
/// parameters do not count) and against `kind`. Throws Error.
std::string checked_media_type(const json::Value& document, std::string_view served,
                               DocumentKind kind);

/// A list of at most descriptor_limit descriptors; null is an empty list, absent is an Error.
std::vector<Descriptor> read_descriptors(const json::Value& document, std::string_view key);

/// "subject" of the document.
std::optional<Descriptor> read_subject(const json::Reader& reader);

/// Runs `read`; an Error it throws becomes manifest_invalid and is returned.
template <class Read>
auto reading_manifest(Read&& read) -> Result<decltype(read())> {
    try {
        return std::forward<Read>(read)();
    } catch (const Error& error) {
        Error invalid(ErrorCode::manifest_invalid, error.message());
        invalid.set_hint(error.hint());
        return invalid;
    }
}

} // namespace berth::oci
