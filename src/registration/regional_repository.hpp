// RegionalRepository: a repository of an ECR registry that is in several regions. What is read by
// digest may come from any of them; all else is the default region's business.
//
// A tag is resolved in the default region alone: in another one it may be another image. Where a
// region does not answer, content comes from the next; where it is not there, likewise, since a
// digest names the same bytes everywhere. A refusal is an answer, and no other region is asked.
#pragma once

#include "registration/region_breaker.hpp"
#include "registry/repository.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace berth::registration {

/// Where content came from.
struct ServedFrom {
    std::string region;
    std::string reason; ///< why it is not the region that was wanted; empty if it is
};

/// A region's repository.
struct InRegion {
    std::string region;
    std::unique_ptr<registry::Repository> repository;
};

struct RegionalOptions {
    /// What the reader wants content from, if it is one of the regions; else the default one.
    std::string wanted = {};
    /// How long a region has to answer, for messages; 0: not told.
    std::chrono::milliseconds patience{0};
    /// Told when another region than the wanted one served. May be empty; any thread.
    std::function<void(const std::string& repository, const ServedFrom& from)> told = {};
};

/// For reading: as the destination of a copy it would say that content is there which another
/// region has. Any thread.
class RegionalRepository final : public registry::Repository {
public:
    /// `regions`: the default one first, then in the order in which they stand in for it.
    RegionalRepository(std::vector<InRegion> regions, std::shared_ptr<RegionBreaker> breaker,
                       RegionalOptions options);
    ~RegionalRepository() override;

    /// Of the content that was read last; nothing before.
    std::optional<ServedFrom> served() const;

    std::string name() const override { return home().name(); }
    std::optional<oci::Descriptor> resolve(std::string_view tag_or_digest) override;
    std::optional<registry::Document> manifest(std::string_view tag_or_digest) override;
    bool has_blob(const oci::Descriptor& blob) override;
    std::optional<std::uint64_t> blob_size(const oci::Digest& blob) override;
    /// A region that fails in the middle is followed by the next, from the same byte on.
    std::unique_ptr<Source> fetch(const oci::Descriptor& blob, std::uint64_t offset) override;
    std::optional<registry::OpenedBlob> open_blob(
        const oci::Digest& blob, const std::optional<registry::RangeWanted>& wanted) override;
    // These three are Error unsupported.
    void push_blob(const oci::Descriptor& blob, const registry::OpenContent& content) override;
    bool mount(const oci::Descriptor& blob, std::string_view from_repository) override;
    void push_manifest(const registry::Document& document, std::string_view tag) override;
    registry::Page tags(std::string_view after, std::size_t limit) override;
    std::vector<oci::Descriptor> referrers(const oci::Digest& subject,
                                           std::string_view artifact_type) override;

private:
    struct Shared;
    class Content;
    registry::Repository& home() const;
    std::unique_ptr<Source> verified(std::unique_ptr<Source> content,
                                     const oci::Descriptor& blob) const;

    std::shared_ptr<Shared> shared_; ///< with the content that is being read
};

} // namespace berth::registration
