#include "hosting/manifest_cache.hpp"

#include "hosting/index.hpp"

namespace berth::hosting {

namespace {

/// About what the maps and the three strings of an entry take.
constexpr std::size_t overhead = 400;

std::size_t cost_of(std::string_view tag_or_digest, const StoredManifest& manifest) {
    return manifest.bytes.size() + manifest.media_type.size() + tag_or_digest.size() + overhead;
}

} // namespace

ManifestCache::Manifest ManifestCache::find_in(const Generation& generation,
                                               std::string_view repository,
                                               std::string_view tag_or_digest) {
    const auto manifests = generation.repositories.find(repository);
    if (manifests == generation.repositories.end()) return nullptr;
    const auto found = manifests->second.find(tag_or_digest);
    return found == manifests->second.end() ? nullptr : found->second;
}

ManifestCache::Manifest ManifestCache::find(std::string_view repository,
                                            std::string_view tag_or_digest) {
    Generation dropped; // destroyed without the lock
    const std::lock_guard lock(mutex_);
    if (auto found = find_in(young_, repository, tag_or_digest)) return found;
    auto found = find_in(old_, repository, tag_or_digest);
    if (found) dropped = put(repository, tag_or_digest, found);
    return found;
}

std::uint64_t ManifestCache::moment() const {
    const std::lock_guard lock(mutex_);
    return forgotten_;
}

void ManifestCache::keep(std::uint64_t read_at, std::string_view repository,
                         std::string_view tag_or_digest, Manifest manifest) {
    Generation dropped;
    const std::lock_guard lock(mutex_);
    if (read_at != forgotten_) return;
    // A few huge ones would push out all others.
    if (cost_of(tag_or_digest, *manifest) > limit_ / 8) return;
    dropped = put(repository, tag_or_digest, std::move(manifest));
}

/// Under the lock. Returns a generation that was pushed out.
ManifestCache::Generation ManifestCache::put(std::string_view repository,
                                             std::string_view tag_or_digest, Manifest manifest) {
    young_.bytes += cost_of(tag_or_digest, *manifest);
    auto at = young_.repositories.find(repository);
    if (at == young_.repositories.end()) {
        at = young_.repositories.emplace(repository, Map<Manifest>()).first;
        young_.bytes += repository.size() + overhead;
    }
    at->second.insert_or_assign(std::string(tag_or_digest), std::move(manifest));
    if (young_.bytes <= limit_ / 2) return {};
    Generation dropped = std::move(old_);
    old_ = std::move(young_);
    young_ = {};
    return dropped;
}

void ManifestCache::forget(std::string_view repository) {
    Map<Map<Manifest>>::node_type dropped[2];
    const std::lock_guard lock(mutex_);
    ++forgotten_;
    // The bytes stay counted: the generation ends a little earlier.
    if (const auto at = young_.repositories.find(repository); at != young_.repositories.end())
        dropped[0] = young_.repositories.extract(at);
    if (const auto at = old_.repositories.find(repository); at != old_.repositories.end())
        dropped[1] = old_.repositories.extract(at);
}

void ManifestCache::forget_all() {
    Generation dropped[2];
    const std::lock_guard lock(mutex_);
    ++forgotten_;
    std::swap(dropped[0], young_);
    std::swap(dropped[1], old_);
}

} // namespace berth::hosting
