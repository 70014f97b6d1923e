#include "registration/refresh.hpp"

#include "base/error.hpp"
#include "base/source.hpp"
#include "base/synchronized.hpp"
#include "base/text.hpp"
#include "chart/chart.hpp"
#include "oci/manifest.hpp"
#include "oci/media_type.hpp"
#include "registration/created.hpp"
#include "registration/endpoint.hpp"
#include "registration/version_order.hpp"
#include "registry/parallel.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>

namespace berth::registration {
namespace {

constexpr std::size_t failures_kept = 20;
constexpr int failures_in_a_row = 5;
constexpr std::size_t words_limit = 1024;
/// After so many refreshes with Recheck::some each version was looked at again.
constexpr std::int64_t recheck_turns = 10;

std::int64_t now_ms(Clock& clock) {
    return std::chrono::duration_cast<std::chrono::milliseconds>(
               clock.wall_now().time_since_epoch())
        .count();
}

/// At most words_limit bytes, and no half character at the end.
std::string cut(std::string text) {
    if (text.size() <= words_limit) return text;
    std::size_t end = words_limit;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;
    return text.substr(0, end);
}

/// For everybody who sees the registry.
std::string_view shown(const Error& error) {
    if (error.code() == ErrorCode::internal)
        return "something went wrong inside Berth; the server's log has more";
    return error.what();
}

struct Names {
    std::vector<std::string> names;
    bool cut = false;
};

template <class NextPage>
Names all_names(std::size_t limit, std::stop_token stop, NextPage&& next_page) {
    Names all;
    std::string after;
    while (true) {
        if (stop.stop_requested()) throw Error(ErrorCode::cancelled, "the refresh was stopped");
        registry::Page page = next_page(after);
        for (std::string& name : page.names) {
            if (all.names.size() == limit) return {std::move(all.names), true};
            all.names.push_back(std::move(name));
        }
        if (!page.next) return all;
        after = *page.next;
    }
}

class Refresher {
public:
    Refresher(ContentIndex& index, std::string_view registration, registry::Registry& registry,
              const std::vector<std::string>& paths, const RefreshOptions& options)
        : index_(index),
          registration_(registration),
          registry_(registry),
          paths_(paths),
          options_(options) {}

    RefreshReport run(std::int64_t run, std::stop_token stop) {
        run_ = run;
        const Names found = repositories(stop);
        progress_.with([&](RefreshProgress& progress) {
            progress.total = static_cast<std::int64_t>(found.names.size());
            if (options_.on_progress) options_.on_progress(progress);
        });
        std::stop_source own;
        const std::stop_callback forward(stop, [&] { own.request_stop(); });
        registry::for_each_parallel(found.names.size(), options_.threads, own, [&](std::size_t at) {
            attempt(found.names[at], own);
            one_more_done();
        });
        if (found.cut) report_.with([](RefreshReport& report) { report.cut = true; });
        throw_if_nothing_was_read();
        remove_unseen(found);
        return report_.with([](RefreshReport& report) { return report; });
    }

private:
    Names repositories(std::stop_token stop) {
        try {
            Names all = all_names(options_.repositories, stop, [&](const std::string& after) {
                return registry_.repositories(after, 1000);
            });
            std::erase_if(all.names, [&](const auto& name) { return !is_within(paths_, name); });
            return all;
        } catch (const Error& error) {
            const bool no_catalog = error.code() == ErrorCode::unsupported ||
                                    error.code() == ErrorCode::denied ||
                                    error.code() == ErrorCode::unauthorized;
            if (!no_catalog || paths_.empty()) throw;
            named_by_paths_ = true;
            return {paths_, false};
        }
    }

    void one_more_done() {
        progress_.with([&](RefreshProgress& progress) {
            ++progress.done;
            if (options_.on_progress) options_.on_progress(progress);
        });
    }

    /// Failures that say something about the registry and not about one repository of it.
    static bool is_of_registry(ErrorCode code) {
        return code != ErrorCode::denied && code != ErrorCode::unauthorized &&
               code != ErrorCode::name_unknown && code != ErrorCode::not_found &&
               code != ErrorCode::content_invalid && code != ErrorCode::manifest_invalid;
    }

    /// One repository that fails does not end the others, a registry that fails does.
    void attempt(const std::string& name, const std::stop_source& stop) {
        try {
            one_repository(name, stop.get_token());
            failed_in_a_row_.with([](int& count) { count = 0; });
        } catch (const Error& error) {
            if (error.code() == ErrorCode::cancelled || error.code() == ErrorCode::no_space) throw;
            // Docker's registry goes on listing a repository after its last manifest was deleted.
            if (error.code() == ErrorCode::name_unknown && !named_by_paths_) return;
            report_.with([&](RefreshReport& report) {
                if (report.failures.size() < failures_kept)
                    report.failures.push_back(fmt::format("{}: {}", name, shown(error)));
            });
            last_failure_.with([&](std::optional<Error>& last) { last = error; });
            keep_as_it_was(name);
            if (!is_of_registry(error.code())) return;
            if (failed_in_a_row_.with([](int& count) { return ++count; }) >= failures_in_a_row)
                throw;
        }
    }

    /// Then nothing is known that was not known before, however politely all refused.
    void throw_if_nothing_was_read() {
        if (report_.with([](const RefreshReport& report) { return report.repositories > 0; }))
            return;
        last_failure_.with([](const std::optional<Error>& last) {
            if (last) throw *last;
        });
    }

    void keep_as_it_was(const std::string& name) {
        auto connection = index_.pool().lease();
        connection->run(
            "UPDATE index_repositories SET run = $3 WHERE registration = $1 AND name = $2 "
            "AND run < $3",
            registration_, std::string_view(name), run_);
    }

    struct Known {
        std::map<std::string, IndexedTag> tags; ///< those that were looked at, and those not
    };

    Known known_tags(const std::string& name) {
        Known known;
        auto connection = index_.pool().lease();
        db::Statement rows = connection->prepare(
            "SELECT tag, digest, media_type, size, kind, chart_name, version, app_version, "
            "description, icon, created FROM index_tags WHERE registration = $1 AND repository = "
            "$2",
            registration_, std::string_view(name));
        while (rows.next()) {
            IndexedTag tag{.tag = rows.text(0),
                           .digest = rows.text(1),
                           .media_type = rows.text(2),
                           .size = rows.integer(3),
                           .kind = static_cast<ContentKind>(rows.integer(4)),
                           .chart = {.name = rows.text(5),
                                     .version = rows.text(6),
                                     .app_version = rows.text(7),
                                     .description = rows.text(8),
                                     .icon = rows.text(9)},
                           .created = rows.integer(10)};
            known.tags.emplace(tag.tag, std::move(tag));
        }
        return known;
    }

    void one_repository(const std::string& name, std::stop_token stop) {
        const auto repository = registry_.repository(name);
        Names listed = all_names(options_.tags, stop, [&](const std::string& after) {
            return repository->tags(after, 1000);
        });
        std::sort(
            listed.names.begin(), listed.names.end(),
            [](const std::string& a, const std::string& b) { return order_key(a) > order_key(b); });
        const Known known = known_tags(name);
        const std::size_t stands_for_all = index_of_latest(listed.names);
        std::vector<IndexedTag> tags;
        std::map<std::string, IndexedTag> read;
        for (std::size_t at = 0; at < listed.names.size(); ++at) {
            const auto before = known.tags.find(listed.names[at]);
            IndexedTag tag =
                before == known.tags.end() ? IndexedTag{.tag = listed.names[at]} : before->second;
            if (is_due(tag, at, at == stands_for_all)) look_at(*repository, tag, read);
            tags.push_back(std::move(tag));
        }
        store(name, tags, stands_for_all, known);
        report_.with([&](RefreshReport& report) {
            ++report.repositories;
            report.tags += static_cast<std::int64_t>(tags.size());
            report.cut = report.cut || listed.cut;
        });
    }

    /// Versions seldom move once they are there; other tags live by moving.
    bool is_due(const IndexedTag& tag, std::size_t at, bool stands_for_all) const {
        if (stands_for_all) return true;
        if (at >= options_.newest) return false;
        if (options_.recheck == Recheck::all || tag.digest.empty() || !is_version(tag.tag))
            return true;
        return (run_ + static_cast<std::int64_t>(at)) % recheck_turns == 0;
    }

    /// `read`: what this refresh read in the repository, by digest; several tags may be one
    /// manifest.
    void look_at(registry::Repository& repository, IndexedTag& tag,
                 std::map<std::string, IndexedTag>& read) {
        std::string reference = tag.tag;
        if (!tag.digest.empty()) {
            const auto descriptor = repository.resolve(tag.tag);
            // Deleted since it was listed; the next refresh will not see it.
            if (!descriptor || descriptor->digest.text() == tag.digest) return;
            reference = descriptor->digest.text();
        }
        // A tag that is new is read at once: its digest comes with it.
        const auto document = repository.manifest(reference);
        if (!document) return;
        report_.with([](RefreshReport& report) { ++report.manifests_read; });
        progress_.with([&](RefreshProgress& progress) {
            progress.bytes += static_cast<std::int64_t>(document->bytes.size());
        });
        const auto digest = document->descriptor.digest.text();
        auto found = read.find(digest);
        if (found == read.end())
            found = read.emplace(digest, described(repository, *document)).first;
        std::string name = std::move(tag.tag);
        tag = found->second;
        tag.tag = std::move(name);
    }

    /// Without the tag's name.
    static IndexedTag described(registry::Repository& repository,
                                const registry::Document& document) {
        const auto& descriptor = document.descriptor;
        IndexedTag tag{.tag = {},
                       .digest = descriptor.digest.text(),
                       .media_type = descriptor.media_type,
                       .size = static_cast<std::int64_t>(descriptor.size)};
        if (oci::media_type::is_index(descriptor.media_type))
            tag.kind = ContentKind::index;
        else
            classify(repository, document, tag);
        tag.created = created_of(repository, document);
        return tag;
    }

    /// A chart whose config breaks the rules is an artifact like any other.
    static void classify(registry::Repository& repository, const registry::Document& document,
                         IndexedTag& tag) {
        const auto manifest = oci::parse_manifest(document.bytes, document.descriptor.media_type);
        if (manifest.has_error()) return;
        tag.kind = oci::media_type::is_image_config(manifest->config.media_type)
                       ? ContentKind::image
                       : ContentKind::artifact;
        if (!chart::is_chart(document)) return;
        try {
            chart::Metadata metadata = chart::read_metadata(repository, document);
            tag.kind = ContentKind::chart;
            tag.chart = {.name = metadata.name,
                         .version = metadata.version,
                         .app_version = cut(std::move(metadata.app_version)),
                         .description = cut(std::move(metadata.description)),
                         .icon = cut(std::move(metadata.icon))};
        } catch (const Error& error) {
            if (error.code() != ErrorCode::content_invalid &&
                error.code() != ErrorCode::limit_exceeded &&
                error.code() != ErrorCode::blob_unknown)
                throw;
        }
    }

    void store(const std::string& name, const std::vector<IndexedTag>& tags, std::size_t latest,
               const Known& known) {
        auto connection = index_.pool().lease();
        db::Transaction transaction(*connection);
        std::map<std::string_view, bool> seen;
        for (const IndexedTag& tag : tags) {
            seen[tag.tag] = true;
            const auto before = known.tags.find(tag.tag);
            const bool same = before != known.tags.end() && before->second.digest == tag.digest &&
                              before->second.kind == tag.kind;
            if (!same) store_tag(*connection, name, tag);
        }
        for (const auto& [tag, row] : known.tags) {
            if (seen.contains(tag)) continue;
            connection->run(
                "DELETE FROM index_tags WHERE registration = $1 AND repository = $2 AND "
                "order_key = $3",
                registration_, std::string_view(name), as_bytes(order_key(tag)));
        }
        store_repository(*connection, name, tags, latest);
        transaction.commit();
    }

    void store_tag(db::Connection& connection, const std::string& name, const IndexedTag& tag) {
        connection.run(
            "INSERT INTO index_tags (registration, repository, order_key, tag, digest, media_type, "
            "size, kind, chart_name, version, app_version, description, icon, created) "
            "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) "
            "ON CONFLICT (registration, repository, order_key) DO UPDATE SET "
            "digest = excluded.digest, media_type = excluded.media_type, size = excluded.size, "
            "kind = excluded.kind, chart_name = excluded.chart_name, version = excluded.version, "
            "app_version = excluded.app_version, description = excluded.description, "
            "icon = excluded.icon, created = excluded.created",
            registration_, std::string_view(name), as_bytes(order_key(tag.tag)),
            std::string_view(tag.tag), std::string_view(tag.digest),
            std::string_view(tag.media_type), tag.size, static_cast<std::int64_t>(tag.kind),
            std::string_view(tag.chart.name), std::string_view(tag.chart.version),
            std::string_view(tag.chart.app_version), std::string_view(tag.chart.description),
            std::string_view(tag.chart.icon), tag.created);
    }

    void store_repository(db::Connection& connection, const std::string& name,
                          const std::vector<IndexedTag>& tags, std::size_t at) {
        const IndexedTag none;
        const IndexedTag& latest = at < tags.size() ? tags[at] : none;
        const ChartWords& chart = latest.chart;
        const std::string search =
            to_lower(fmt::format("{}\n{}\n{}", name, chart.name, chart.description));
        connection.run(
            "INSERT INTO index_repositories (registration, name, run, kind, tag_count, latest_tag, "
            "chart_name, version, app_version, description, icon, search_text) "
            "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) "
            "ON CONFLICT (registration, name) DO UPDATE SET run = CASE WHEN "
            "index_repositories.run > excluded.run THEN index_repositories.run ELSE excluded.run "
            "END, "
            "kind = excluded.kind, tag_count = excluded.tag_count, "
            "latest_tag = excluded.latest_tag, chart_name = excluded.chart_name, "
            "version = excluded.version, app_version = excluded.app_version, "
            "description = excluded.description, icon = excluded.icon, "
            "search_text = excluded.search_text",
            registration_, std::string_view(name), run_, static_cast<std::int64_t>(latest.kind),
            static_cast<std::int64_t>(tags.size()), std::string_view(latest.tag),
            std::string_view(chart.name), std::string_view(chart.version),
            std::string_view(chart.app_version), std::string_view(chart.description),
            std::string_view(chart.icon), std::string_view(search));
    }

    /// Only a whole list says that what is not in it has gone.
    void remove_unseen(const Names& found) {
        if (found.cut) return;
        auto connection = index_.pool().lease();
        db::Transaction transaction(*connection);
        connection->run(
            "DELETE FROM index_tags WHERE registration = $1 AND repository IN (SELECT name FROM "
            "index_repositories WHERE registration = $1 AND run < $2)",
            registration_, run_);
        const std::int64_t removed =
            connection->run("DELETE FROM index_repositories WHERE registration = $1 AND run < $2",
                            registration_, run_);
        transaction.commit();
        report_.with([&](RefreshReport& report) { report.removed = removed; });
    }

    ContentIndex& index_;
    std::string_view registration_;
    registry::Registry& registry_;
    const std::vector<std::string>& paths_;
    const RefreshOptions& options_;
    std::int64_t run_ = 0;
    bool named_by_paths_ = false; ///< the content paths, for want of a catalog
    Synchronized<RefreshProgress> progress_;
    Synchronized<RefreshReport> report_;
    Synchronized<int> failed_in_a_row_;
    Synchronized<std::optional<Error>> last_failure_;
};

std::int64_t begin(ContentIndex& index, std::string_view registration, Clock& clock) {
    auto connection = index.pool().lease();
    db::Statement row = connection->prepare(
        "INSERT INTO index_states (registration, run, started, status, message) "
        // Rows may be left that a refresh wrote while all was being forgotten.
        "VALUES ($1, 1 + COALESCE((SELECT max(run) FROM index_repositories WHERE registration = "
        "$1), 0), $2, 'InProgress', '') ON CONFLICT (registration) DO UPDATE SET "
        "run = index_states.run + 1, started = excluded.started, status = 'InProgress', "
        "message = '' RETURNING run",
        registration, now_ms(clock));
    row.next();
    const std::int64_t run = row.integer(0);
    row.run(); // to the end: until then nothing is written
    return run;
}

void finish(ContentIndex& index, std::string_view registration, std::int64_t run, Clock& clock,
            bool success, std::string_view message) {
    auto connection = index.pool().lease();
    connection->run(
        "UPDATE index_states SET finished = $3, succeeded = CASE WHEN $4 = 1 THEN $3 ELSE "
        "succeeded END, status = CASE WHEN $4 = 1 THEN 'Success' ELSE 'Failed' END, message = $5 "
        "WHERE registration = $1 AND run = $2",
        registration, run, now_ms(clock), static_cast<std::int64_t>(success ? 1 : 0), message);
}

std::string summary(const RefreshReport& report) {
    std::string text = amount_text(report);
    if (report.cut) text += "; there are more than are listed";
    if (!report.failures.empty())
        text += fmt::format("; some could not be read: {}", report.failures.front());
    return text;
}

} // namespace

std::string amount_text(const RefreshReport& report) {
    return fmt::format("{} {}, {} {}", report.repositories,
                       report.repositories == 1 ? "repository" : "repositories", report.tags,
                       report.tags == 1 ? "tag" : "tags");
}

RefreshReport refresh(ContentIndex& index, std::string_view registration,
                      registry::Registry& registry, const std::vector<std::string>& content_paths,
                      const RefreshOptions& options, Clock& clock, std::stop_token stop) {
    const std::int64_t run = begin(index, registration, clock);
    try {
        RefreshReport report = Refresher(index, registration, registry, content_paths, options)
                                   .run(run, std::move(stop));
        finish(index, registration, run, clock, true, summary(report));
        return report;
    } catch (const Error& error) {
        finish(index, registration, run, clock, false, shown(error));
        throw;
    }
}

} // namespace berth::registration
