// RemoteRepository: one repository of a remote registry.
#pragma once

#include "client/manifests.hpp"
#include "client/referrers.hpp"
#include "client/session.hpp"
#include "registry/repository.hpp"

#include <memory>
#include <string>

namespace berth::client {

/// Holds the session that it shares with its registry, so it may outlive that object. Any thread.
class RemoteRepository final : public registry::Repository {
public:
    /// Errors: name_invalid.
    RemoteRepository(std::shared_ptr<Session> session, std::string_view repository);

    std::string name() const override;
    std::optional<oci::Descriptor> resolve(std::string_view tag_or_digest) override;
    std::optional<registry::Document> manifest(std::string_view tag_or_digest) override;
    bool has_blob(const oci::Descriptor& blob) override;
    std::optional<std::uint64_t> blob_size(const oci::Digest& blob) override;
    std::unique_ptr<Source> fetch(const oci::Descriptor& blob, std::uint64_t offset) override;
    std::optional<registry::OpenedBlob> open_blob(
        const oci::Digest& blob, const std::optional<registry::RangeWanted>& wanted) override;
    void push_blob(const oci::Descriptor& blob, const registry::OpenContent& content) override;
    bool mount(const oci::Descriptor& blob, std::string_view from_repository) override;
    void push_manifest(const registry::Document& document, std::string_view tag) override;
    registry::Page tags(std::string_view after, std::size_t limit) override;
    std::vector<oci::Descriptor> referrers(const oci::Digest& subject,
                                           std::string_view artifact_type) override;

private:
    std::optional<Answer> look_at(const oci::Digest& blob);

    std::shared_ptr<Session> session_; // shared: see above; sources of blobs hold it too
    std::string repository_;
    Manifests manifests_;
    Referrers referrers_;
};

} // namespace berth::client
