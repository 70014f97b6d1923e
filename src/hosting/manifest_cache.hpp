// ManifestCache: manifests that were read lately, so that a busy tag costs no look into the index.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

namespace berth::hosting {

struct StoredManifest;

/// What a repository's tags and digests lead to, in memory of bounded size. It is right because all
/// changes pass through this process: whoever commits a change calls forget() before anybody is
/// told of it, and what was read from the index meanwhile is not kept. Any thread.
class ManifestCache {
public:
    using Manifest = std::shared_ptr<const StoredManifest>;

    /// `bytes`: of the manifests kept, with their names.
    explicit ManifestCache(std::size_t bytes) : limit_(bytes) {}

    /// Null if it is not kept.
    Manifest find(std::string_view repository, std::string_view tag_or_digest);

    /// A moment. REQUIRES: taken before the index is read for keep().
    std::uint64_t moment() const;
    /// Keeps what the index was read to hold, unless something was forgotten since `read_at`.
    void keep(std::uint64_t read_at, std::string_view repository, std::string_view tag_or_digest,
              Manifest manifest);

    /// Drops what is kept of a repository, or all.
    void forget(std::string_view repository);
    void forget_all();

private:
    struct Hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const noexcept {
            return std::hash<std::string_view>()(text);
        }
    };
    template <class Value>
    using Map = std::unordered_map<std::string, Value, Hash, std::equal_to<>>;
    struct Generation {
        Map<Map<Manifest>> repositories;
        std::size_t bytes = 0;
    };

    static Manifest find_in(const Generation& generation, std::string_view repository,
                            std::string_view tag_or_digest);
    Generation put(std::string_view repository, std::string_view tag_or_digest, Manifest manifest);

    const std::size_t limit_;
    mutable std::mutex mutex_;
    std::uint64_t forgotten_ = 0; ///< how often something was
    // What is found in the old generation moves to the young one; when that is full, it becomes the
    // old one. So what is in use stays, without a list to keep in order.
    Generation young_;
    Generation old_;
};

} // namespace berth::hosting
