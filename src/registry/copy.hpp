// Copying between two repositories: first a plan, then its execution.
//
// Push, pull, mirror and unpack differ only in which two repositories they hand in. The plan is a
// value that can be printed and counted; running it again copies what remains.
#pragma once

#include "oci/platform.hpp"
#include "registry/progress.hpp"
#include "registry/repository.hpp"

#include <cstdint>
#include <stop_token>
#include <string>
#include <vector>

namespace berth::registry {

struct CopyOptions {
    /// Empty: everything an index lists. Otherwise only the manifests for these; an index with
    /// exactly one platform asked for is replaced by the manifest itself.
    std::vector<oci::Platform> platforms = {};
    bool referrers = false; ///< signatures, SBOMs and other referrers too, recursively
    std::size_t parallel_blobs = 4;
    /// Layers that registries need not hold are copied only when this is set.
    bool nondistributable = false;
};

struct PlannedBlob {
    oci::Descriptor descriptor;
    bool present; ///< the destination has it
};

struct CopyPlan {
    oci::Descriptor root;            ///< what the destination's tag will point at
    std::vector<PlannedBlob> blobs;  ///< each digest once
    std::vector<Document> manifests; ///< children before parents, root last
    std::uint64_t bytes_to_copy() const;
};

/// Resolves `tag_or_digest` in `source` and lists what `destination` lacks. Depth of indexes is
/// bounded by 8, their number by 10,000. Errors: manifest_unknown and others, with the side at
/// fault ("source"/"destination") as context.
CopyPlan plan_copy(Repository& source, std::string_view tag_or_digest, Repository& destination,
                   const CopyOptions& options);

/// Carries the plan out: blobs in parallel, then manifests children first, `tag` last. Throws the
/// first error after all running transfers have ended.
void run_copy(const CopyPlan& plan, Repository& source, Repository& destination,
              std::string_view tag, const CopyOptions& options, Progress& progress,
              std::stop_token stop);

} // namespace berth::registry
