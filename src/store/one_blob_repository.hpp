// OneBlobRepository: for tests, a remote side that has one blob and can misbehave.
#pragma once

#include "base/error.hpp"
#include "codec/verifying_source.hpp"
#include "registry/repository.hpp"

#include <algorithm>
#include <atomic>
#include <functional>
#include <utility>

namespace berth::store {

class OneBlobRepository final : public registry::Repository {
public:
    explicit OneBlobRepository(registry::Document blob) : blob_(std::move(blob)) {}

    /// The next fetches break after so many bytes; then `broken` says what happens.
    std::uint64_t breaks_after = UINT64_MAX;
    std::function<void()> broken = [] { throw Error(ErrorCode::unreachable, "reset by peer"); };
    bool can_resume = true;
    std::atomic<std::uint64_t> served = 0;
    std::atomic<int> fetches = 0;

    std::string name() const override { return "test/one"; }
    std::unique_ptr<Source> fetch(const oci::Descriptor& blob, std::uint64_t offset) override {
        ++fetches;
        if (offset > 0 && !can_resume)
            throw Error(ErrorCode::unsupported, "the server knows no ranges");
        auto source = std::make_unique<Breaking>(*this, blob_.bytes.substr(offset));
        if (offset > 0) return source;
        return std::make_unique<codec::VerifyingSource>(std::move(source), blob.digest, blob.size,
                                                        "blob");
    }

    std::optional<oci::Descriptor> resolve(std::string_view) override { return std::nullopt; }
    std::optional<registry::Document> manifest(std::string_view) override { return std::nullopt; }
    bool has_blob(const oci::Descriptor& blob) override {
        return blob.same_content(blob_.descriptor);
    }
    void push_blob(const oci::Descriptor&, const registry::OpenContent&) override { refuse(); }
    bool mount(const oci::Descriptor&, std::string_view) override { return false; }
    void push_manifest(const registry::Document&, std::string_view) override { refuse(); }
    registry::Page tags(std::string_view, std::size_t) override { return {}; }
    std::vector<oci::Descriptor> referrers(const oci::Digest&, std::string_view) override {
        return {};
    }

private:
    static void refuse() { throw Error(ErrorCode::unsupported, "read only"); }

    class Breaking final : public Source {
    public:
        Breaking(OneBlobRepository& owner, std::string bytes)
            : owner_(owner), inner_(std::move(bytes)) {}
        std::size_t read(std::span<std::byte> out) override {
            if (given_ >= owner_.breaks_after) owner_.broken();
            const auto most = std::min<std::uint64_t>(out.size(), owner_.breaks_after - given_);
            const std::size_t count =
                inner_.read(out.first(static_cast<std::size_t>(std::max<std::uint64_t>(most, 1))));
            given_ += count;
            owner_.served += count;
            return count;
        }

    private:
        OneBlobRepository& owner_;
        MemorySource inner_;
        std::uint64_t given_ = 0;
    };

    registry::Document blob_;
};

} // namespace berth::store
