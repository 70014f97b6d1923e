// ContentReader: manifests and small blobs of one repository, by way of the cache.
#pragma once

#include "api/browse_cache.hpp"
#include "registration/content_index.hpp"
#include "registry/repository.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace berth::api {

inline constexpr std::uint64_t config_limit = 4 * 1024 * 1024;

/// Any thread, if the repository is.
class ContentReader {
public:
    /// `scope`: the registry's uid and the repository, so that what is in the cache shows itself
    /// only to those who may read it here.
    ContentReader(registry::Repository& repository, std::string scope, ContentCache& cache)
        : repository_(repository), scope_(std::move(scope)), cache_(cache) {}

    registry::Repository& repository() const { return repository_; }

    /// Nothing for a tag or digest that is not there, which is asked for each time.
    std::optional<registry::Document> manifest(std::string_view tag_or_digest) const;
    /// A blob of at most `limit` bytes, verified. Error limit_exceeded naming `what`.
    std::string blob(const oci::Descriptor& blob, std::uint64_t limit, std::string_view what) const;

    /// What somebody made of the content with this digest, if it was kept.
    std::shared_ptr<const std::string> made(std::string_view what, const oci::Digest& digest) const;
    void keep(std::string_view what, const oci::Digest& digest, std::string bytes) const;

private:
    std::string key(std::string_view what, std::string_view digest) const;
    std::optional<registry::Document> cached_manifest(const oci::Digest& digest) const;

    registry::Repository& repository_;
    std::string scope_;
    ContentCache& cache_;
};

/// What a manifest is, and for a chart its own words: one more read, of its config. A chart whose
/// config breaks the rules is an artifact like any other.
struct Description {
    registration::ContentKind kind = registration::ContentKind::unknown;
    registration::ChartWords chart = {};
};
Description describe(const ContentReader& reader, const registry::Document& manifest);

} // namespace berth::api
