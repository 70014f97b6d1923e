#include "ecr/region_matrix.hpp"

#include "ecr/region_survey.hpp"
#include "oci/manifest.hpp"
#include "registry/parallel.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <span>
#include <string_view>

namespace berth::ecr {
namespace {

/// Indexes of one repository whose children are looked for.
constexpr std::size_t most_indexes = 200;
/// AWS's rates are not told for these calls; a few at a time are taken everywhere.
constexpr std::size_t questions_at_once = 4;

class Comparison {
public:
    Comparison(const registration::Access& access, aws::Cloud& cloud, const MatrixRequest& request,
               std::stop_token stop)
        : request_(request),
          stop_(stop),
          now_(cloud.clock().wall_now()),
          survey_(access, cloud, request, std::move(stop)) {}

    RegionMatrix run() {
        survey_.look();
        matrix_.account = home().client.place().account;
        matrix_.default_region = home().region;
        matrix_.rules = survey_.rules();
        matrix_.rules_unread = survey_.rules_unread();
        matrix_.cut = survey_.cut();
        matrix_.repositories = survey_.names().size();
        if (survey_.has_more()) matrix_.next = survey_.names().back();
        note_places();
        ask_about();
        for (const std::string& name : survey_.names()) compare(name);
        if (left_out_ > 0)
            matrix_.cut.push_back(
                fmt::format("{} more rows are counted and not listed: ask for "
                            "fewer repositories, or for gaps alone",
                            left_out_));
        return std::move(matrix_);
    }

private:
    RegionPlace& home() { return survey_.home(); }
    std::span<RegionPlace> others() { return std::span(survey_.places()).subspan(1); }

    void note_places() {
        for (const RegionPlace& place : others()) {
            matrix_.regions.push_back(place.region);
            if (place.trouble) matrix_.problems.push_back({place.region, {}, *place.trouble});
        }
        for (const std::string& name : survey_.names()) {
            const auto found = home().repositories.find(name);
            if (found != home().repositories.end()) matrix_.settings.push_back(found->second);
        }
    }

    struct Question {
        const std::string* repository;
        const std::string* digest;
        std::optional<std::vector<aws::ReplicationRecord>> answer = {};
        std::string unasked = {};
    };

    void ask_about() {
        std::vector<Question> questions;
        for (const std::string& name : survey_.names()) {
            const RegionContents* here = home().find(name);
            if (here == nullptr) continue;
            std::set<std::string> differing;
            std::map<std::string_view, const std::string*> absent; // each digest once
            for (const auto& [tag, digest] : here->tags) {
                if (differs(name, tag, digest)) differing.insert(digest);
                if (is_absent_somewhere(name, tag)) absent.emplace(digest, &digest);
            }
            for (const auto& [text, digest] : absent) questions.push_back({&name, digest});
            ask_times(name, {differing.begin(), differing.end()});
        }
        ask_replication(questions);
    }

    template <class Holds>
    bool somewhere(const std::string& name, const Holds& holds) {
        return std::any_of(others().begin(), others().end(), [&](const RegionPlace& place) {
            const RegionContents* there = place.find(name);
            return there != nullptr && !there->trouble && holds(*there);
        });
    }

    bool differs(const std::string& name, const std::string& tag, const std::string& digest) {
        return somewhere(name, [&](const RegionContents& there) {
            const auto found = there.tags.find(tag);
            return found == there.tags.end() || found->second != digest;
        });
    }

    bool is_absent_somewhere(const std::string& name, const std::string& tag) {
        return somewhere(name,
                         [&](const RegionContents& there) { return !there.tags.contains(tag); });
    }

    void ask_times(const std::string& name, const std::vector<std::string>& digests) {
        if (digests.empty()) return;
        try {
            for (const auto& image : home().client.images_named(name, digests, stop_))
                if (image.pushed) pushed_[{name, image.digest}] = *image.pushed;
        } catch (const Error& error) {
            // Without times the answer is less exact, and an answer all the same.
            if (error.code() == ErrorCode::cancelled) throw;
            matrix_.cut.push_back(fmt::format("when images of {} were pushed is not known: {}",
                                              name, error.message()));
        }
    }

    void ask_replication(std::vector<Question>& questions) {
        const std::size_t asked = std::min(questions.size(), request_.questions);
        if (asked < questions.size())
            matrix_.cut.push_back(
                fmt::format("AWS was asked about the replication of {} images, and not of {} more "
                            "that differ: ask for fewer repositories",
                            asked, questions.size() - asked));
        std::stop_source own;
        const std::stop_callback forward(stop_, [&] { own.request_stop(); });
        registry::for_each_parallel(asked, questions_at_once, own,
                                    [&](std::size_t at) { ask(questions[at]); });
        for (Question& each : questions) {
            if (!each.answer && each.unasked.empty()) each.unasked = "too many images differ";
            answers_.emplace(std::pair(*each.repository, *each.digest), std::move(each));
        }
    }

    void ask(Question& question) {
        try {
            question.answer =
                home().client.replication(*question.repository, *question.digest, stop_);
        } catch (const Error& error) {
            if (error.code() == ErrorCode::cancelled) throw;
            question.unasked = error.message();
        }
    }

    TagFacts facts_of(const std::string& name, const std::string& tag, const std::string& digest) {
        TagFacts facts{.repository = name, .tag = tag, .digest = digest};
        const std::pair key(name, digest);
        if (const auto time = pushed_.find(key); time != pushed_.end()) facts.pushed = time->second;
        if (const auto answer = answers_.find(key); answer != answers_.end()) {
            facts.replication = answer->second.answer;
            facts.unasked = answer->second.unasked;
        }
        return facts;
    }

    ThereFacts there_of(const RegionPlace& place, const std::string& name,
                        const RegionContents& contents) {
        ThereFacts there{.region = place.region,
                         .account = matrix_.account,
                         .tags = contents.tags,
                         .digests = contents.digests,
                         .rules = matrix_.rules,
                         .from = matrix_.default_region};
        if (const auto known = place.repositories.find(name); known != place.repositories.end())
            there.settings = known->second;
        return there;
    }

    void compare(const std::string& name) {
        const RegionContents* here = home().find(name);
        if (here != nullptr && here->trouble) {
            matrix_.problems.push_back({home().region, name, *here->trouble});
            return;
        }
        std::map<std::string, RegionRow> rows; // by tag
        if (here != nullptr)
            for (const auto& [tag, digest] : here->tags) {
                const TagFacts facts = facts_of(name, tag, digest);
                rows[tag] = {
                    .repository = name, .tag = tag, .digest = digest, .pushed = facts.pushed};
            }
        for (const RegionPlace& place : others()) compare(name, here, place, rows);
        for (auto& [tag, row] : rows) keep(std::move(row));
    }

    void compare(const std::string& name, const RegionContents* here, const RegionPlace& place,
                 std::map<std::string, RegionRow>& rows) {
        const RegionContents* contents = place.find(name);
        std::optional<RegionVerdict> trouble = place.trouble;
        if (!trouble && contents == nullptr)
            trouble = no_repository_verdict(name, place.region);
        else if (!trouble && contents->trouble) {
            trouble = contents->trouble;
            matrix_.problems.push_back({place.region, name, *trouble});
        }
        if (trouble) {
            for (auto& [tag, row] : rows)
                if (!row.digest.empty()) row.cells.push_back({place.region, *trouble});
            return;
        }
        const ThereFacts there = there_of(place, name, *contents);
        const Missing missing = missing_children(name, here, *contents);
        for (auto& [tag, row] : rows) {
            if (row.digest.empty()) continue;
            RegionCell cell{place.region, judge(facts_of(name, tag, row.digest), there, now_)};
            if (const auto at = there.tags.find(tag); at != there.tags.end())
                cell.digest = at->second;
            const auto lacks = missing.find(row.digest);
            if (cell.verdict.state == RegionState::in_sync && lacks != missing.end())
                cell.verdict =
                    partial_verdict(place.region, lacks->second.digests, lacks->second.of);
            row.cells.push_back(std::move(cell));
        }
        for (const auto& [tag, digest] : there.tags) {
            if (here != nullptr && here->tags.contains(tag)) continue;
            RegionRow& row = rows[tag];
            row.repository = name;
            row.tag = tag;
            row.cells.push_back(
                {place.region, extra_verdict(place.region, matrix_.default_region, here == nullptr),
                 digest});
        }
    }

    struct Lacking {
        std::vector<std::string> digests;
        std::size_t of;
    };
    using Missing = std::map<std::string, Lacking, std::less<>>; ///< by the index's digest

    /// Costs nothing where the region has all digests that the default region has.
    Missing missing_children(const std::string& name, const RegionContents* here,
                             const RegionContents& there) {
        Missing missing;
        if (here == nullptr || std::includes(there.digests.begin(), there.digests.end(),
                                             here->digests.begin(), here->digests.end()))
            return missing;
        for (const auto& [index, children] : children_of(name, *here)) {
            Lacking lacking{.digests = {}, .of = children.size()};
            for (const std::string& child : children)
                // What the default region lacks as well is no gap.
                if (here->digests.contains(child) && !there.digests.contains(child))
                    lacking.digests.push_back(child);
            if (!lacking.digests.empty()) missing.emplace(index, std::move(lacking));
        }
        return missing;
    }

    using Children = std::map<std::string, std::vector<std::string>>;

    /// Of the indexes that have a tag in the default region; asked for once.
    const Children& children_of(const std::string& name, const RegionContents& here) {
        const auto [found, fresh] = children_.try_emplace(name);
        if (!fresh) return found->second;
        std::set<std::string> tagged;
        for (const auto& [tag, digest] : here.tags) tagged.insert(digest);
        // Without untagged images there is nothing that an index could list.
        if (tagged.size() == here.digests.size()) return found->second;
        std::vector<std::string> asked(tagged.begin(), tagged.end());
        if (asked.size() > most_indexes) {
            matrix_.cut.push_back(
                fmt::format("whether indexes are whole was looked at for {} of "
                            "the {} images of {}",
                            most_indexes, asked.size(), name));
            asked.resize(most_indexes);
        }
        try {
            for (const auto& manifest : home().client.manifests(name, asked, stop_))
                note_children(manifest, found->second);
        } catch (const Error& error) {
            if (error.code() == ErrorCode::cancelled) throw;
            matrix_.cut.push_back(fmt::format("whether indexes of {} are whole is not known: {}",
                                              name, error.message()));
        }
        return found->second;
    }

    static void note_children(const aws::ManifestRecord& manifest, Children& children) {
        const auto index = oci::parse_index(manifest.text, manifest.media_type);
        if (index.has_error()) return; // an image, or nothing that we know
        for (const oci::Descriptor& child : index->manifests)
            children[manifest.digest].push_back(child.digest.text());
    }

    void keep(RegionRow row) {
        bool gap = false;
        for (const RegionCell& cell : row.cells) {
            ++matrix_.counts[static_cast<std::size_t>(cell.verdict.state)];
            gap = gap || cell.verdict.state != RegionState::in_sync;
        }
        if (request_.gaps_only && !gap) return;
        if (matrix_.rows.size() < request_.rows)
            matrix_.rows.push_back(std::move(row));
        else
            ++left_out_;
    }

    const MatrixRequest& request_;
    std::stop_token stop_;
    std::chrono::system_clock::time_point now_;
    RegionSurvey survey_;
    RegionMatrix matrix_;
    std::map<std::pair<std::string, std::string>, std::chrono::system_clock::time_point> pushed_;
    std::map<std::pair<std::string, std::string>, Question> answers_;
    std::map<std::string, Children> children_;
    std::size_t left_out_ = 0;
};

} // namespace

RegionMatrix compare_regions(const registration::Access& access, aws::Cloud& cloud,
                             const MatrixRequest& request, std::stop_token stop) {
    return Comparison(access, cloud, request, std::move(stop)).run();
}

} // namespace berth::ecr
