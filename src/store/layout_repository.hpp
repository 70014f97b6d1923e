// LayoutRepository: what reading an OCI layout is, wherever it lies.
#pragma once

#include "base/unique_fd.hpp"
#include "registry/repository.hpp"
#include "store/layout_index.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace berth::store {

/// Where the bytes of some content lie.
struct Extent {
    UniqueFd file;
    std::uint64_t begin;
    std::uint64_t size;
};

/// Layouts come from anywhere: content is found by digest only, never by a name in a document,
/// and all of it is verified when it is read.
class LayoutRepository : public registry::Repository {
public:
    std::string name() const override { return place_; }
    /// The empty name is the layout's only entry; Error usage if there are several.
    std::optional<oci::Descriptor> resolve(std::string_view tag_or_digest) override;
    std::optional<registry::Document> manifest(std::string_view tag_or_digest) override;
    bool has_blob(const oci::Descriptor& blob) override;
    std::unique_ptr<Source> fetch(const oci::Descriptor& blob, std::uint64_t offset) override;
    bool mount(const oci::Descriptor& blob, std::string_view from_repository) override;
    /// Reference names, in byte order.
    registry::Page tags(std::string_view after, std::size_t limit) override;
    /// Looks at the manifests that index.json lists.
    std::vector<oci::Descriptor> referrers(const oci::Digest& subject,
                                           std::string_view artifact_type) override;

protected:
    explicit LayoutRepository(std::string place) : place_(std::move(place)) {}
    virtual LayoutIndex read_index() = 0;
    virtual std::optional<Extent> find(const oci::Digest& digest) = 0;

private:
    std::optional<oci::Descriptor> unlisted(const oci::Digest& digest);
    std::string place_;
};

} // namespace berth::store
