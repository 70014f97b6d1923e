// Repository and Registry: the field's central seam.
//
// Remote registries (client/), the local store and OCI layouts (store/) and the in-memory double
// all implement it; copying, unpacking and browsing know nothing else.
#pragma once

#include "base/source.hpp"
#include "oci/descriptor.hpp"
#include "registry/byte_range.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace berth::registry {

/// A page of names and where the next begins; no `next` means this was the last page.
struct Page {
    std::vector<std::string> names;
    std::optional<std::string> next;
};

/// A document small enough to be held: a manifest or an index with its verified bytes.
struct Document {
    oci::Descriptor descriptor;
    std::string bytes;
};

/// Compares a fetched document with the descriptor that an index lists it by: one that says another
/// media type is Error manifest_invalid, so that no document is read as two things
/// (CVE-2021-41190).
void check_listed_as(const oci::Descriptor& listed, const Document& fetched);

/// A blob of which only the digest was known.
struct OpenedBlob {
    std::uint64_t size;              ///< of all of it
    std::unique_ptr<Source> content; ///< nullptr where none of the bytes that are wanted exists
};

/// How a destination may take content. Opened anew for each attempt.
using OpenContent = std::function<std::unique_ptr<Source>()>;

/// Methods throw Error; absence where it is an ordinary answer is an empty optional. Any thread.
class Repository {
public:
    virtual ~Repository() = default;

    /// "registry/repository", for messages.
    virtual std::string name() const = 0;

    /// Descriptor of the manifest that a tag or digest names.
    virtual std::optional<oci::Descriptor> resolve(std::string_view tag_or_digest) = 0;
    /// The manifest or index itself, its bytes verified against its digest; bounded by
    /// oci::manifest_limit.
    virtual std::optional<Document> manifest(std::string_view tag_or_digest) = 0;

    virtual bool has_blob(const oci::Descriptor& blob) = 0;
    /// How large a blob is of which only the digest is known; nothing if it is not there. Error
    /// unsupported where nobody asks by the digest alone.
    virtual std::optional<std::uint64_t> blob_size(const oci::Digest& blob);
    /// Opens a blob from `offset`. From offset 0 the source verifies size and digest at its end;
    /// from a later offset it verifies nothing. Absent content is Error blob_unknown.
    virtual std::unique_ptr<Source> fetch(const oci::Descriptor& blob, std::uint64_t offset) = 0;
    /// Opens a blob of which only the digest is known from the first byte that is wanted; nothing
    /// if it is not there. The source may go on behind the last one; of all bytes it verifies size
    /// and digest at their end. Error unsupported as blob_size().
    virtual std::optional<OpenedBlob> open_blob(const oci::Digest& blob,
                                                const std::optional<RangeWanted>& wanted);

    /// Stores a blob. Present content is success without opening `content`. Nothing is visible on
    /// failure; the bytes are verified.
    virtual void push_blob(const oci::Descriptor& blob, const OpenContent& content) = 0;
    /// Makes a blob of `from_repository` (same registry) appear here without transfer; false if
    /// the registry cannot.
    virtual bool mount(const oci::Descriptor& blob, std::string_view from_repository) = 0;

    /// Stores a manifest and, if `tag` is not empty, lets that tag point at it.
    virtual void push_manifest(const Document& document, std::string_view tag) = 0;

    /// Tags in the registry's order, at most `limit` after `after` ("" = from the start).
    virtual Page tags(std::string_view after, std::size_t limit) = 0;
    /// Manifests whose subject is `subject`, filtered by artifact type unless "".
    virtual std::vector<oci::Descriptor> referrers(const oci::Digest& subject,
                                                   std::string_view artifact_type) = 0;
};

class Registry {
public:
    virtual ~Registry() = default;
    /// Host and port, or a path; for messages.
    virtual std::string name() const = 0;
    /// Checks that the registry answers and accepts our credentials.
    virtual void ping() = 0;
    virtual std::unique_ptr<Repository> repository(std::string_view name) = 0;
    /// Repositories, at most `limit` after `after`; Error unsupported where there is no catalog.
    virtual Page repositories(std::string_view after, std::size_t limit) = 0;
};

} // namespace berth::registry
