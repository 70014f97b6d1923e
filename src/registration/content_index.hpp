// ContentIndex: what registered registries hold, as far as it is known, to list and search without
// asking them.
//
// A copy that can be made again: it has a database of its own, and losing it costs one refresh.
#pragma once

#include "db/pool.hpp"
#include "oci/digest.hpp"

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace berth::registration {

/// What a manifest turned out to be.
enum class ContentKind { unknown, chart, image, index, artifact };
std::string_view text_of(ContentKind kind) noexcept;

/// A chart's own words, cut to 1 KiB each.
struct ChartWords {
    std::string name = {};
    std::string version = {};
    std::string app_version = {};
    std::string description = {};
    std::string icon = {};
    bool operator==(const ChartWords&) const = default;
};

struct IndexedRepository {
    std::string name;
    ContentKind kind = ContentKind::unknown;
    std::int64_t tag_count = 0;
    std::string latest_tag = {}; ///< the greatest version, else the last tag
    ChartWords chart = {};       ///< of the latest tag
};

struct IndexedTag {
    std::string tag;
    /// "" for a tag that was not looked at: only the newest of a repository are.
    std::string digest = {};
    std::string media_type = {};
    std::int64_t size = 0; ///< of the manifest
    ContentKind kind = ContentKind::unknown;
    ChartWords chart = {};
    std::int64_t created = 0; ///< wall-clock milliseconds, as the content says; 0: not known
    std::int64_t pushed = 0;  ///< likewise, as the registry says: only the one in this server does
};

/// How a registry's refreshes went. Times are wall-clock milliseconds.
struct IndexState {
    std::optional<std::int64_t> started = {};
    std::optional<std::int64_t> finished = {};
    std::optional<std::int64_t> succeeded = {};
    /// Palette's words: "", "InProgress", "Success", "Failed".
    std::string status = {};
    std::string message = {};
};

struct RepositoryQuery {
    std::string_view search = {}; ///< part of a name or of a chart's name or description
    std::optional<ContentKind> kind = {};
    std::string_view after = {}; ///< the last name of the page before
    std::size_t limit = 50;      ///< 1 to 500
};

/// Newest version first, then what is no version, from z to a; or the youngest first, and those of
/// unknown age behind them in the other order.
enum class TagOrder { version, age };

struct TagQuery {
    std::string_view search = {}; ///< part of a tag
    std::string_view after = {};  ///< the last tag of the page before
    std::size_t limit = 50;       ///< 1 to 500
    TagOrder order = TagOrder::version;
    std::int64_t after_time = 0; ///< of the tag `after`, by age
};

/// Any thread, several processes. `registration` is a uid; the caller has made sure that whoever
/// asks may see it. Errors: those of db.
class ContentIndex {
public:
    explicit ContentIndex(const std::filesystem::path& file);

    /// By name.
    std::vector<IndexedRepository> repositories(std::string_view registration,
                                                const RepositoryQuery& query);
    /// Nothing for a repository that is not known.
    std::optional<IndexedRepository> repository(std::string_view registration,
                                                std::string_view name);
    std::vector<IndexedTag> tags(std::string_view registration, std::string_view repository,
                                 const TagQuery& query);
    IndexState state(std::string_view registration);
    /// Of all registrations that were ever refreshed, by uid; for long lists of them.
    std::map<std::string, IndexState> states();
    std::int64_t repository_count(std::string_view registration);
    /// The report of a registry's last fill, as it is written; nothing where there was none.
    std::optional<std::string> fill_report(std::string_view registration);
    void keep_fill_report(std::string_view registration, std::string_view report);
    /// After a registration was deleted, or its endpoint changed.
    void forget(std::string_view registration);

    db::Pool& pool() { return pool_; }

private:
    db::Pool pool_;
};

} // namespace berth::registration
