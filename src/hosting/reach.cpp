#include "hosting/reach.hpp"

#include <optional>
#include <vector>

namespace berth::hosting {

namespace {

/// Indexes of indexes and referrers of referrers: nobody's go further. What does is left alone.
constexpr int deepest = 64;

} // namespace

Reach::Reach(db::Connection& connection, std::int64_t repository, std::int64_t before,
             TagStays tag_stays)
    : connection_(connection),
      repository_(repository),
      before_(before),
      tag_stays_(std::move(tag_stays)) {}

bool Reach::stays(const std::string& manifest, int depth) {
    if (depth > deepest) return true;
    if (const auto known = known_.find(manifest); known != known_.end()) return known->second;
    const bool answer = decide(manifest, depth);
    known_.emplace(manifest, answer);
    return answer;
}

bool Reach::decide(const std::string& manifest, int depth) {
    std::optional<std::string> subject;
    {
        auto found = connection_.prepare(
            "SELECT max(pushed_at, untagged_at), subject "
            "FROM manifests WHERE repository = $1 AND digest = $2",
            repository_, manifest);
        if (!found.next()) return false;
        if (found.integer(0) > before_) return true;
        subject = found.optional_text(1);
    }
    return has_tag(manifest) || has_parent(manifest, depth) ||
           (subject && stays(*subject, depth + 1));
}

bool Reach::has_tag(const std::string& manifest) {
    auto found = connection_.prepare(
        "SELECT name, updated_at FROM tags WHERE repository = $1 AND digest = $2", repository_,
        manifest);
    while (found.next()) {
        if (tag_stays_(found.text(0), found.integer(1))) return true;
    }
    return false;
}

bool Reach::has_parent(const std::string& manifest, int depth) {
    std::vector<std::string> parents;
    {
        auto found =
            connection_.prepare("SELECT parent FROM children WHERE repository = $1 AND child = $2",
                                repository_, manifest);
        while (found.next()) parents.push_back(found.text(0));
    }
    for (const auto& parent : parents) {
        if (stays(parent, depth + 1)) return true;
    }
    return false;
}

} // namespace berth::hosting
