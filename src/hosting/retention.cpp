#include "hosting/retention.hpp"

#include "hosting/duration_text.hpp"
#include "hosting/index_rows.hpp"
#include "hosting/reach.hpp"
#include "hosting/tag_decision.hpp"

#include <fmt/format.h>

#include <limits>
#include <optional>

namespace berth::hosting {

namespace {

/// Rows that one step looks at; what it removes it removes in one transaction.
constexpr std::int64_t tags_at_once = 100;

/// Indexes above a manifest go before it, so that none is left without its children.
void remove_from_above(db::Connection& connection, Index& index, const RepositoryRow& repository,
                       const Retired& retired, std::vector<Retired>& gone) {
    std::vector<Retired> parents;
    {
        auto found = connection.prepare(
            "SELECT manifests.digest FROM children CROSS JOIN manifests "
            "ON manifests.repository = $1 AND manifests.digest = children.parent "
            "WHERE children.repository = $1 AND children.child = $2",
            repository.id, retired.digest);
        while (found.next()) {
            parents.push_back(retired);
            parents.back().digest = found.text(0);
            parents.back().reason = "an index that nothing that stays leads to";
        }
    }
    for (const auto& parent : parents)
        remove_from_above(connection, index, repository, parent, gone);
    const auto bytes = rows::remove_manifest(
        connection, repository.id, rows::digest_of(retired.digest), index.database().now());
    if (!bytes) return;
    index.ruling()->quotas.manifest_removed(connection, repository.name, *bytes);
    gone.push_back(retired);
    gone.back().bytes = *bytes;
}

} // namespace

Retention::Retention(Index& index, Mode mode, std::chrono::seconds grace)
    : index_(index), mode_(mode), grace_(grace) {}

RetentionStep Retention::step() {
    auto step = look();
    if (mode_ == Mode::remove && !step.retired.empty()) step.retired = remove(step.retired);
    return step;
}

std::vector<Retired> Retention::remove(const std::vector<Retired>& due) {
    return due.front().kind == Retired::Kind::tag ? remove_tags(due) : remove_manifests(due);
}

/// They may have changed since the last step.
void Retention::take_current_rules() {
    auto current = index_.ruling();
    if (current == ruling_) return;
    const bool in_repository = rule_ != nullptr;
    ruling_ = std::move(current);
    rule_ = in_repository ? ruling_->rules.retention(name_) : nullptr;
}

RetentionStep Retention::look() {
    RetentionStep step;
    take_current_rules();
    if (rule_ == nullptr && !next_repository()) {
        step.done = true;
        return step;
    }
    if (rule_ == nullptr) return step; // none of this page has a rule
    if (phase_ == Phase::tags) {
        look_at_tags(step);
    } else {
        look_at_manifests(step);
    }
    return step;
}

bool Retention::next_repository() {
    if (!ruling_->rules.has_retention()) return false;
    return index_.database().read([&](db::Connection& connection) {
        auto found = connection.prepare(
            "SELECT id, name FROM repositories WHERE name > $1 ORDER BY name LIMIT $2", name_,
            tags_at_once);
        bool any = false;
        while (rule_ == nullptr && found.next()) {
            any = true;
            repository_ = found.integer(0);
            name_ = found.text(1);
            rule_ = ruling_->rules.retention(name_);
        }
        phase_ = Phase::tags;
        after_time_ = std::numeric_limits<std::int64_t>::min();
        after_name_.clear();
        return any;
    });
}

void Retention::look_at_tags(RetentionStep& step) {
    std::vector<Retired> due;
    const bool more = rule_->drops_tags() && index_.database().read([&](auto& connection) {
        const TagDecision decision(connection, ruling_->rules, *rule_, {repository_, name_},
                                   index_.database().now());
        auto found = connection.prepare(
            "SELECT name, digest, updated_at FROM tags WHERE repository = $1 "
            "AND (updated_at, name) > ($2, $3) ORDER BY updated_at, name LIMIT $4",
            repository_, after_time_, after_name_, tags_at_once);
        std::int64_t seen = 0;
        while (found.next()) {
            ++seen;
            after_name_ = found.text(0);
            after_time_ = found.integer(2);
            if (decision.is_new(after_name_, after_time_)) return false;
            if (decision.stays(after_name_, after_time_)) continue;
            due.push_back({.kind = Retired::Kind::tag,
                           .repository = name_,
                           .tag = after_name_,
                           .digest = found.text(1),
                           .reason = decision.reason(after_time_)});
        }
        return seen == tags_at_once;
    });
    if (!more) {
        phase_ = Phase::manifests;
        after_name_.clear();
    }
    step.retired = std::move(due);
}

std::vector<Retired> Retention::remove_tags(const std::vector<Retired>& due) {
    return index_.database().write_repository(name_, [&](db::Connection& connection) {
        std::vector<Retired> gone;
        const auto ruling = index_.ruling();
        const auto* rule = ruling->rules.retention(name_);
        if (rule == nullptr) return gone;
        const TagDecision decision(connection, ruling->rules, *rule, {repository_, name_},
                                   index_.database().now());
        for (const auto& tag : due) {
            {
                auto found = connection.prepare(
                    "SELECT digest, updated_at FROM tags WHERE repository = $1 AND name = $2",
                    repository_, tag.tag);
                if (!found.next() || found.text(0) != tag.digest ||
                    decision.stays(tag.tag, found.integer(1)))
                    continue;
            }
            connection.run("DELETE FROM tags WHERE repository = $1 AND name = $2", repository_,
                           tag.tag);
            gone.push_back(tag);
        }
        return gone;
    });
}

void Retention::look_at_manifests(RetentionStep& step) {
    std::vector<Retired> due;
    const auto now = index_.database().now();
    const bool more = rule_->rule.remove_untagged && index_.database().read([&](auto& connection) {
        const TagDecision decision(connection, ruling_->rules, *rule_, {repository_, name_}, now);
        // A run that removes has removed the tags that go.
        Reach reach(connection, repository_, now - grace_.count(),
                    [&](std::string_view tag, std::int64_t updated_at) {
                        return mode_ == Mode::remove || decision.stays(tag, updated_at);
                    });
        auto found = connection.prepare(
            "SELECT digest, pushed_at, length(bytes) FROM manifests "
            "WHERE repository = $1 AND digest > $2 ORDER BY digest LIMIT $3",
            repository_, after_name_, tags_at_once);
        std::int64_t seen = 0;
        while (found.next()) {
            ++seen;
            after_name_ = found.text(0);
            if (reach.stays(after_name_)) continue;
            due.push_back({.kind = Retired::Kind::manifest,
                           .repository = name_,
                           .tag = {},
                           .digest = after_name_,
                           .bytes = static_cast<std::uint64_t>(found.integer(2)),
                           .reason = fmt::format("pushed {} ago, no tag, index or subject that "
                                                 "stays leads to it",
                                                 duration_text(now - found.integer(1)))});
        }
        return seen == tags_at_once;
    });
    if (!more) rule_ = nullptr;
    step.retired = std::move(due);
}

std::vector<Retired> Retention::remove_manifests(const std::vector<Retired>& due) {
    return index_.database().write_repository(name_, [&](db::Connection& connection) {
        std::vector<Retired> gone;
        const auto ruling = index_.ruling();
        const auto* rule = ruling->rules.retention(name_);
        if (rule == nullptr || !rule->rule.remove_untagged) return gone;
        Reach reach(connection, repository_, index_.database().now() - grace_.count(),
                    [](std::string_view, std::int64_t) { return true; });
        for (const auto& manifest : due) {
            if (!reach.stays(manifest.digest))
                remove_from_above(connection, index_, {repository_, name_}, manifest, gone);
        }
        return gone;
    });
}

} // namespace berth::hosting
