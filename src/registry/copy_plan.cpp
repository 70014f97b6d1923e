#include "oci/manifest.hpp"
#include "oci/media_type.hpp"
#include "registry/copy.hpp"
#include "registry/parallel.hpp"
#include "registry/referrer.hpp"
#include "registry/side.hpp"

#include <fmt/format.h>

#include <map>
#include <set>

namespace berth::registry {
namespace {

constexpr int depth_limit = 8;
constexpr std::size_t manifest_count_limit = 10'000;
/// Of all manifests that one plan holds in memory.
constexpr std::uint64_t manifest_bytes_limit = 256ULL << 20;

bool is_document(const oci::Descriptor& descriptor) {
    return oci::media_type::is_manifest(descriptor.media_type) ||
           oci::media_type::is_index(descriptor.media_type);
}

std::string platforms_of(const oci::Index& index) {
    constexpr std::size_t shown = 20;
    std::set<std::string> names;
    for (const auto& each : index.manifests)
        if (each.platform && each.platform->os != "unknown") names.insert(each.platform->text());
    std::string text;
    std::size_t count = 0;
    for (const std::string& name : names) {
        if (count++ == shown) return text + ", …";
        text += (text.empty() ? "" : ", ") + name;
    }
    return text.empty() ? "no platforms" : text;
}

class Planner {
public:
    Planner(Repository& source, const CopyOptions& options) : source_(source), options_(options) {}

    /// Fills everything but `present`.
    CopyPlan plan(std::string_view tag_or_digest) {
        Document root = fetch_root(tag_or_digest);
        root_ = root.descriptor.digest.text();
        oci::Descriptor descriptor = root.descriptor;
        visit(std::move(root), 1);
        return {std::move(descriptor), std::move(blobs_), std::move(manifests_)};
    }

private:
    Document fetch_root(std::string_view tag_or_digest) {
        auto found = source_.manifest(tag_or_digest);
        if (!found)
            throw Error(ErrorCode::manifest_unknown,
                        fmt::format("{} has no manifest {}", source_.name(), tag_or_digest));
        Document root = std::move(*found);
        for (int depth = 1; options_.platforms.size() == 1 && is_index(root); ++depth) {
            if (depth > depth_limit) throw too_deep();
            root = fetch(chosen_from(root).front());
        }
        return root;
    }

    static bool is_index(const Document& document) {
        return oci::media_type::is_index(document.descriptor.media_type);
    }

    Document fetch(const oci::Descriptor& wanted) {
        auto found = source_.manifest(wanted.digest.text());
        if (!found)
            throw Error(ErrorCode::manifest_unknown,
                        fmt::format("{} has no manifest {} that an index lists", source_.name(),
                                    wanted.digest.text()))
                .set_hint("choose the platforms that are there with --platform");
        if (found->descriptor.size != wanted.size)
            throw Error(ErrorCode::size_invalid,
                        fmt::format("manifest {} has {} bytes, but the index says {}",
                                    wanted.digest.text(), found->descriptor.size, wanted.size));
        check_listed_as(wanted, *found);
        return std::move(*found);
    }

    /// For each platform asked for, the manifest in `document`, which is an index.
    std::vector<oci::Descriptor> chosen_from(const Document& document) {
        const oci::Index index =
            oci::parse_index(document.bytes, document.descriptor.media_type).value();
        std::vector<oci::Descriptor> chosen;
        for (const oci::Platform& platform : options_.platforms) {
            auto found = oci::choose_platform(index, platform);
            if (!found)
                throw Error(ErrorCode::manifest_unknown,
                            fmt::format("{} has no manifest for {} in index {}", source_.name(),
                                        platform.text(), document.descriptor.digest.short_hex()))
                    .set_hint(fmt::format("it has {}", platforms_of(index)));
            chosen.push_back(std::move(*found));
        }
        return chosen;
    }

    std::vector<oci::Descriptor> children_of(const Document& document, int depth) {
        if (depth == 1 && is_index(document) && !options_.platforms.empty())
            return chosen_from(document);
        return oci::successors(document.bytes, document.descriptor.media_type).value();
    }

    void visit(Document document, int depth) {
        seen_.insert(document.descriptor.digest);
        account(document);
        std::vector<oci::Descriptor> documents;
        for (oci::Descriptor& child : children_of(document, depth)) {
            if (is_document(child))
                documents.push_back(std::move(child));
            else
                add_blob(std::move(child));
        }
        visit_all(std::move(documents), depth + 1);
        const oci::Digest digest = document.descriptor.digest;
        // A referrer may list its subject as a child, so it follows; only the root stays last.
        if (depth > 1) manifests_.push_back(std::move(document));
        if (options_.referrers) visit_all(source_.referrers(digest, ""), depth + 1);
        if (depth == 1) manifests_.push_back(std::move(document));
    }

    /// Fetches those not seen yet side by side, then visits them in order.
    void visit_all(std::vector<oci::Descriptor> wanted, int depth) {
        std::vector<oci::Descriptor> fresh;
        for (oci::Descriptor& each : wanted)
            if (seen_.insert(each.digest).second) fresh.push_back(std::move(each));
        if (fresh.empty()) return;
        if (depth > depth_limit) throw too_deep();
        if (seen_.size() > manifest_count_limit)
            throw Error(ErrorCode::limit_exceeded,
                        fmt::format("{} leads to more than {} manifests", name_of_root(),
                                    manifest_count_limit));
        // In batches, so that the bound on bytes is met before many documents are in memory.
        const std::size_t batch = std::max<std::size_t>(options_.parallel_blobs, 1);
        for (std::size_t begin = 0; begin < fresh.size(); begin += batch) {
            const std::size_t count = std::min(batch, fresh.size() - begin);
            std::vector<std::optional<Document>> documents(count);
            for_each_parallel(count, count, std::stop_source(), [&](std::size_t index) {
                documents[index] = fetch(fresh[begin + index]);
            });
            for (auto& document : documents) visit(std::move(*document), depth);
        }
    }

    void add_blob(oci::Descriptor blob) {
        if (oci::media_type::is_nondistributable(blob.media_type) && !options_.nondistributable)
            return;
        const auto [known, fresh] = sizes_.emplace(blob.digest, blob.size);
        if (!fresh && known->second != blob.size)
            throw Error(ErrorCode::content_invalid,
                        fmt::format("{} says that blob {} has {} bytes and also {}", name_of_root(),
                                    blob.digest.text(), known->second, blob.size));
        if (fresh) blobs_.push_back({std::move(blob), false});
    }

    void account(const Document& document) {
        bytes_ += document.bytes.size();
        if (bytes_ > manifest_bytes_limit)
            throw Error(ErrorCode::limit_exceeded,
                        fmt::format("{} leads to more than {} MiB of manifests", name_of_root(),
                                    manifest_bytes_limit >> 20));
    }

    std::string name_of_root() const { return fmt::format("{}@{}", source_.name(), root_); }
    Error too_deep() const {
        return Error(
            ErrorCode::limit_exceeded,
            fmt::format("indexes in {} are nested more than {} deep", source_.name(), depth_limit));
    }

    Repository& source_;
    const CopyOptions& options_;
    std::string root_;
    std::vector<PlannedBlob> blobs_;
    std::vector<Document> manifests_;
    std::set<oci::Digest> seen_;
    std::map<oci::Digest, std::uint64_t> sizes_;
    std::uint64_t bytes_ = 0;
};

void mark_present(std::vector<PlannedBlob>& blobs, Repository& destination,
                  const CopyOptions& options) {
    std::vector<std::uint8_t> present(blobs.size()); // bytes: each thread writes its own
    for_each_parallel(
        blobs.size(), options.parallel_blobs, std::stop_source(),
        [&](std::size_t index) { present[index] = destination.has_blob(blobs[index].descriptor); });
    for (std::size_t index = 0; index < blobs.size(); ++index)
        blobs[index].present = present[index] != 0;
}

} // namespace

std::uint64_t CopyPlan::bytes_to_copy() const {
    std::uint64_t bytes = 0;
    for (const PlannedBlob& blob : blobs)
        if (!blob.present) bytes += blob.descriptor.size;
    return bytes;
}

CopyPlan plan_copy(Repository& source, std::string_view tag_or_digest, Repository& destination,
                   const CopyOptions& options) {
    CopyPlan plan =
        at_side(source_side, [&] { return Planner(source, options).plan(tag_or_digest); });
    at_side(destination_side, [&] { mark_present(plan.blobs, destination, options); });
    return plan;
}

} // namespace berth::registry
