#include "api/browse_embedded.hpp"

#include "base/error.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

namespace berth::api {
namespace {

constexpr std::size_t referrers_shown = 100;

[[noreturn]] void refuse_writing() {
    throw Error(ErrorCode::unsupported, "the view of this server's registry is for reading");
}

class HostedRepository final : public registry::Repository {
public:
    HostedRepository(hosting::HostedRegistry& hosted, std::string_view name)
        : hosted_(hosted), name_(name) {}

    std::string name() const override { return "this server/" + name_; }

    std::optional<oci::Descriptor> resolve(std::string_view tag_or_digest) override {
        return hosted_.index().resolve(name_, tag_or_digest);
    }

    std::optional<registry::Document> manifest(std::string_view tag_or_digest) override {
        auto stored = hosted_.index().manifest(name_, tag_or_digest);
        if (!stored) return std::nullopt;
        return registry::Document{{.media_type = stored->media_type,
                                   .digest = stored->digest,
                                   .size = stored->bytes.size()},
                                  std::move(stored->bytes)};
    }

    bool has_blob(const oci::Descriptor& blob) override {
        return hosted_.index().blob(name_, blob.digest).has_value();
    }

    std::unique_ptr<Source> fetch(const oci::Descriptor& blob, std::uint64_t offset) override {
        auto opened = hosted_.open_blob(name_, blob.digest);
        if (!opened)
            throw Error(ErrorCode::blob_unknown,
                        fmt::format("{} has no blob {}", name_, blob.digest.text()));
        if (offset > opened->size)
            throw Error(ErrorCode::range_invalid, "the offset lies behind the blob's end");
        return std::make_unique<FileSource>(std::move(opened->file), offset, opened->size - offset);
    }

    registry::Page tags(std::string_view after, std::size_t limit) override {
        auto page = hosted_.index().tags(name_, after, limit);
        if (!page)
            throw Error(ErrorCode::name_unknown,
                        fmt::format("there is no repository {}", berth::quoted(name_)));
        return std::move(*page);
    }

    std::vector<oci::Descriptor> referrers(const oci::Digest& subject,
                                           std::string_view artifact_type) override {
        return hosted_.index()
            .referrers(name_, subject, artifact_type, "", referrers_shown)
            .manifests;
    }

    void push_blob(const oci::Descriptor&, const registry::OpenContent&) override {
        refuse_writing();
    }
    bool mount(const oci::Descriptor&, std::string_view) override { refuse_writing(); }
    void push_manifest(const registry::Document&, std::string_view) override { refuse_writing(); }

private:
    hosting::HostedRegistry& hosted_;
    std::string name_;
};

} // namespace

std::unique_ptr<registry::Repository> HostedView::repository(std::string_view name) {
    return std::make_unique<HostedRepository>(hosted_, name);
}

} // namespace berth::api
