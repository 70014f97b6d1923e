#include "registry/memory_registry.hpp"

#include "base/text.hpp"
#include "codec/verifying_source.hpp"
#include "oci/manifest.hpp"
#include "oci/reference.hpp"
#include "registry/referrer.hpp"

#include <fmt/format.h>

namespace berth::registry {

namespace {

/// Blobs are shared with the sources that read them.
using Bytes = std::shared_ptr<const std::string>;

struct Content {
    std::map<oci::Digest, Bytes> blobs;
    std::map<oci::Digest, Document> manifests;
    std::map<std::string, oci::Digest, std::less<>> tags;
};

/// The largest blob that a registry in memory takes.
constexpr std::uint64_t blob_limit = 1ULL << 30;

class SharedSource final : public Source {
public:
    SharedSource(Bytes bytes, std::size_t position)
        : bytes_(std::move(bytes)), position_(position) {}
    std::size_t read(std::span<std::byte> out) override {
        const std::size_t size = std::min(out.size(), bytes_->size() - position_);
        const auto piece = as_bytes(std::string_view(*bytes_).substr(position_, size));
        std::copy(piece.begin(), piece.end(), out.begin());
        position_ += size;
        return size;
    }

private:
    Bytes bytes_;
    std::size_t position_;
};

template <class Map>
Page page_of(const Map& map, std::string_view after, std::size_t limit) {
    Page page;
    for (auto each = map.upper_bound(after); each != map.end(); ++each) {
        if (page.names.size() == limit) {
            if (limit > 0) page.next = page.names.back();
            break;
        }
        page.names.push_back(each->first);
    }
    return page;
}

} // namespace

struct MemoryRegistry::State {
    std::map<std::string, Content, std::less<>> repositories;

    const Content* find(std::string_view name) const {
        const auto found = repositories.find(name);
        return found == repositories.end() ? nullptr : &found->second;
    }
};

namespace {

using Shared = std::shared_ptr<Synchronized<MemoryRegistry::State>>;

class MemoryRepository final : public Repository {
public:
    MemoryRepository(Shared state, std::string name)
        : state_(std::move(state)), name_(std::move(name)) {}

    std::string name() const override { return "memory/" + name_; }

    std::optional<oci::Descriptor> resolve(std::string_view tag_or_digest) override {
        auto document = manifest(tag_or_digest);
        if (!document) return std::nullopt;
        return std::move(document->descriptor);
    }

    std::optional<Document> manifest(std::string_view tag_or_digest) override {
        const bool by_digest = tag_or_digest.find(':') != std::string_view::npos;
        const std::string name = by_digest ? oci::Digest::parse(tag_or_digest).value().text()
                                           : oci::parse_tag(tag_or_digest).value();
        return read([&](const Content& content) -> std::optional<Document> {
            if (by_digest) return find_manifest(content, oci::Digest::parse(name).value());
            const auto tag = content.tags.find(name);
            if (tag == content.tags.end()) return std::nullopt;
            return find_manifest(content, tag->second);
        });
    }

    bool has_blob(const oci::Descriptor& blob) override { return find(blob.digest) != nullptr; }

    std::optional<std::uint64_t> blob_size(const oci::Digest& blob) override {
        const Bytes bytes = find(blob);
        return bytes ? std::optional<std::uint64_t>(bytes->size()) : std::nullopt;
    }

    std::unique_ptr<Source> fetch(const oci::Descriptor& blob, std::uint64_t offset) override {
        Bytes bytes = find(blob.digest);
        if (!bytes)
            throw Error(ErrorCode::blob_unknown,
                        fmt::format("{} has no blob {}", name(), blob.digest.text()));
        if (offset > bytes->size())
            throw Error(ErrorCode::range_invalid,
                        fmt::format("blob {} has no byte {}", blob.digest.text(), offset));
        auto source = std::make_unique<SharedSource>(std::move(bytes), offset);
        if (offset > 0) return source;
        return std::make_unique<codec::VerifyingSource>(
            std::move(source), blob.digest, blob.size,
            fmt::format("blob {} of {}", blob.digest.short_hex(), name()));
    }

    void push_blob(const oci::Descriptor& blob, const OpenContent& content) override {
        if (has_blob(blob)) return;
        const std::string what = fmt::format("blob {}", blob.digest.short_hex());
        codec::VerifyingSource source(content(), blob.digest, blob.size, what);
        auto bytes = std::make_shared<const std::string>(read_all(source, blob_limit, what));
        change([&](Content& mine) { mine.blobs.emplace(blob.digest, std::move(bytes)); });
    }

    bool mount(const oci::Descriptor& blob, std::string_view from_repository) override {
        return state_->with([&](MemoryRegistry::State& state) {
            const Content* from = state.find(from_repository);
            if (!from) return false;
            const auto found = from->blobs.find(blob.digest);
            if (found == from->blobs.end()) return false;
            const Bytes bytes = found->second;
            state.repositories[name_].blobs.emplace(blob.digest, bytes);
            return true;
        });
    }

    void push_manifest(const Document& document, std::string_view tag) override {
        const std::string tag_name = tag.empty() ? "" : oci::parse_tag(tag).value();
        check(document);
        change([&](Content& mine) {
            mine.manifests.insert_or_assign(document.descriptor.digest, document);
            if (!tag_name.empty()) mine.tags.insert_or_assign(tag_name, document.descriptor.digest);
        });
    }

    Page tags(std::string_view after, std::size_t limit) override {
        return state_->with([&](const MemoryRegistry::State& state) {
            const Content* mine = state.find(name_);
            if (!mine)
                throw Error(ErrorCode::name_unknown,
                            fmt::format("there is no repository {}", name()));
            return page_of(mine->tags, after, limit);
        });
    }

    std::vector<oci::Descriptor> referrers(const oci::Digest& subject,
                                           std::string_view artifact_type) override {
        auto all = read([&](const Content& content) -> std::optional<std::vector<oci::Descriptor>> {
            std::vector<oci::Descriptor> found;
            for (const auto& [digest, document] : content.manifests) {
                auto referrer = referrer_of(document);
                if (referrer && referrer->subject.digest == subject)
                    found.push_back(std::move(referrer->descriptor));
            }
            return found;
        });
        return filter_referrers(std::move(all).value_or(std::vector<oci::Descriptor>{}),
                                artifact_type);
    }

private:
    /// `use(const Content&)` under the lock, or nothing where the repository does not exist.
    template <class Use>
    auto read(Use&& use) -> decltype(use(std::declval<const Content&>())) {
        return state_->with([&](const MemoryRegistry::State& state) {
            const Content* mine = state.find(name_);
            return mine ? use(*mine) : decltype(use(*mine)){};
        });
    }
    template <class Use>
    void change(Use&& use) {
        state_->change([&](MemoryRegistry::State& state) { use(state.repositories[name_]); });
    }

    Bytes find(const oci::Digest& digest) {
        return read([&](const Content& content) -> Bytes {
            const auto found = content.blobs.find(digest);
            return found == content.blobs.end() ? nullptr : found->second;
        });
    }

    static std::optional<Document> find_manifest(const Content& content,
                                                 const oci::Digest& digest) {
        const auto found = content.manifests.find(digest);
        if (found == content.manifests.end()) return std::nullopt;
        return found->second;
    }

    static void check(const Document& document) {
        const oci::Descriptor& said = document.descriptor;
        if (document.bytes.size() > oci::manifest_limit)
            throw Error(ErrorCode::limit_exceeded, "the manifest is larger than 4 MiB");
        if (document.bytes.size() != said.size)
            throw Error(ErrorCode::size_invalid,
                        fmt::format("manifest {} has {} bytes instead of {}", said.digest.text(),
                                    document.bytes.size(), said.size));
        if (codec::digest_of(document.bytes, said.digest.algorithm()) != said.digest)
            throw Error(ErrorCode::digest_invalid,
                        fmt::format("the manifest's bytes are not {}", said.digest.text()));
        oci::successors(document.bytes, said.media_type).value();
    }

    Shared state_;
    std::string name_;
};

} // namespace

MemoryRegistry::MemoryRegistry() : state_(std::make_shared<Synchronized<State>>()) {}
MemoryRegistry::~MemoryRegistry() = default;

std::unique_ptr<Repository> MemoryRegistry::repository(std::string_view name) {
    return std::make_unique<MemoryRepository>(state_, oci::parse_repository_name(name).value());
}

Page MemoryRegistry::repositories(std::string_view after, std::size_t limit) {
    return state_->with(
        [&](const State& state) { return page_of(state.repositories, after, limit); });
}

} // namespace berth::registry
