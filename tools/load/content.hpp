// Blobs and manifests that nobody has seen before, made for next to nothing.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

struct evp_md_ctx_st;

namespace load {

/// "sha256:…"
std::string digest_of(std::string_view bytes);

struct Blob {
    std::string_view common; ///< of all blobs of this size
    std::string own;         ///< what follows it
    std::string digest;
};

/// Blobs of one size. They differ in their last bytes only, so that each costs a few hundred
/// nanoseconds of hashing, outside of what is measured. Any thread.
class Blobs {
public:
    /// REQUIRES: at least 64 bytes.
    explicit Blobs(std::uint64_t size);
    ~Blobs();
    Blobs(const Blobs&) = delete;
    Blobs& operator=(const Blobs&) = delete;

    Blob next();

private:
    std::string common_;
    evp_md_ctx_st* hashed_; ///< `common_`, so far
    std::string run_;       ///< sets this run's blobs apart from those of others
    std::atomic<std::uint64_t> count_{0};
};

/// An index without manifests: the smallest thing that can be pushed by itself.
std::string empty_index(std::string_view note);

} // namespace load
