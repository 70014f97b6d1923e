// LocalRepository: a repository of the local store.
#pragma once

#include "store/local_store.hpp"

namespace berth::store {

/// REQUIRES: the store outlives it.
class LocalRepository final : public registry::Repository {
public:
    LocalRepository(LocalStore& store, std::string name) : store_(store), name_(std::move(name)) {}

    std::string name() const override { return store_.name() + "/" + name_; }
    /// A manifest whose file has gone is absent, so that it can be fetched again.
    std::optional<oci::Descriptor> resolve(std::string_view tag_or_digest) override;
    /// Damaged bytes are Error corrupt.
    std::optional<registry::Document> manifest(std::string_view tag_or_digest) override;
    bool has_blob(const oci::Descriptor& blob) override;
    /// Bytes that are not the blob's are Error corrupt.
    std::unique_ptr<Source> fetch(const oci::Descriptor& blob, std::uint64_t offset) override;
    void push_blob(const oci::Descriptor& blob, const registry::OpenContent& content) override;
    bool mount(const oci::Descriptor& blob, std::string_view from_repository) override;
    /// Error manifest_blob_unknown where something it needs is not in the store. The manifests of
    /// an index may be missing in part (a copy for some platforms), not all.
    void push_manifest(const registry::Document& document, std::string_view tag) override;
    registry::Page tags(std::string_view after, std::size_t limit) override;
    std::vector<oci::Descriptor> referrers(const oci::Digest& subject,
                                           std::string_view artifact_type) override;

private:
    LocalStore& store_;
    std::string name_;
};

} // namespace berth::store
