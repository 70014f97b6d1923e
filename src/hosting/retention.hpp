// Retention: lets tags and manifests go by rule, in small steps.
//
// A run goes through the repositories by name. In each it looks at the tags, oldest first, then at
// the manifests; a step looks at a hundred rows and removes what is due in one short transaction,
// in which each decision is made again, so that what was pushed meanwhile stays. A dry run decides
// by the same code and removes nothing.
#pragma once

#include "hosting/index.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace berth::hosting {

/// A tag or manifest that went, or would go.
struct Retired {
    enum class Kind { tag, manifest };
    Kind kind = Kind::tag;
    std::string repository;
    std::string tag; ///< "" for a manifest
    std::string digest;
    std::uint64_t bytes = 0; ///< of a manifest itself; its blobs go by garbage collection
    std::string reason;      ///< for a person
};

struct RetentionStep {
    std::vector<Retired> retired;
    bool done = false; ///< the run has gone through everything
};

/// One run. One thread at a time; pushes, deletes and collections may go on meanwhile.
class Retention {
public:
    enum class Mode { dry_run, remove };
    /// `grace`: manifests younger than this stay. `index` must outlive this; a dry run may have one
    /// that only reads.
    Retention(Index& index, Mode mode, std::chrono::seconds grace);

    /// look(), and unless this is a dry run, remove(). Errors: the index's.
    RetentionStep step();

    /// What of the next rows is due now.
    RetentionStep look();
    /// Removes what look() found and is still due, and returns that.
    std::vector<Retired> remove(const std::vector<Retired>& due);

private:
    enum class Phase { tags, manifests };

    void take_current_rules();
    bool next_repository();
    void look_at_tags(RetentionStep& step);
    void look_at_manifests(RetentionStep& step);
    std::vector<Retired> remove_tags(const std::vector<Retired>& due);
    std::vector<Retired> remove_manifests(const std::vector<Retired>& due);

    Index& index_;
    Mode mode_;
    std::chrono::seconds grace_;

    std::int64_t repository_ = 0;
    std::string name_;                     ///< the current repository, or the last one
    std::shared_ptr<const Ruling> ruling_; ///< looked at anew by each step
    const KeepRule* rule_ = nullptr;       ///< of the current repository
    Phase phase_ = Phase::tags;
    std::int64_t after_time_ = 0; ///< where the next page of tags begins
    std::string after_name_;      ///< of tags a name, of manifests a digest
};

} // namespace berth::hosting
