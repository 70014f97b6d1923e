// LocalStore: the one Store, a directory of the local file system.
#pragma once

#include "store/blob_directory.hpp"
#include "store/index.hpp"
#include "store/store.hpp"

#include <filesystem>
#include <memory>
#include <string>

namespace berth::store {

class LocalStore final : public Store {
public:
    explicit LocalStore(std::filesystem::path directory);

    std::string name() const override { return directory_.string(); }
    void ping() override;
    std::unique_ptr<registry::Repository> repository(std::string_view name) override;
    registry::Page repositories(std::string_view after, std::size_t limit) override;

    std::optional<UniqueFd> open_blob(const oci::Digest& digest) override;
    std::string_view fetch_blob(const oci::Descriptor& blob, registry::Repository& from,
                                const std::function<void(std::uint64_t)>& moved,
                                std::stop_token stop) override;
    std::vector<Finding> check(bool report_only,
                               const std::function<void(std::uint64_t)>& read) override;

    /// Steps one to five of a commit: makes the bytes of `content` visible as `blob` unless it is
    /// present; true if it was not. Errors as Repository::push_blob.
    bool commit(const oci::Descriptor& blob, const registry::OpenContent& content);

    const std::filesystem::path& directory() const { return directory_; }
    const BlobDirectory& blobs() const { return blobs_; }
    Index& index() { return index_; }
    std::filesystem::path uploads() const { return directory_ / "uploads"; }
    std::filesystem::path damaged() const { return directory_ / "damaged"; }

    /// Runs `work` while no other process has this store open; Error conflict if one has.
    void alone(const std::function<void()>& work);

    static constexpr std::string_view mark_name = "berth-store";

private:
    void create_or_check();

    std::filesystem::path directory_;
    UniqueFd mark_; ///< locked in common by all who have the store open
    BlobDirectory blobs_;
    Index index_;
};

} // namespace berth::store
