// LiveListing: repositories and tags asked of the registry itself, a page at a time.
#pragma once

#include "api/browse_cache.hpp"
#include "api/browse_target.hpp"
#include "base/clock.hpp"
#include "registration/content_index.hpp"

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace berth::api {

/// A page of a live list. It may be short, even empty, and still have a next one: what is looked
/// at for one page is bounded.
template <class Item>
struct LivePage {
    std::vector<Item> items = {};
    std::string next = {}; ///< what the next page begins after, "" on the last one
    /// Items that are no more than their names, and why.
    std::map<std::string, std::string, std::less<>> failures = {};
    bool truncated = false;                 ///< there is more than is ever listed
    std::optional<std::int64_t> total = {}; ///< of all pages, where that is known
};

/// One thread; what it is made from must outlive it. It gives a registry that does not answer about
/// twenty seconds in all: then it begins nothing more, and gives what it has. Errors: those of the
/// registry; unsupported if it does not list its repositories and there are no content paths.
class LiveListing {
public:
    LiveListing(const BrowseTarget& target, ContentCache& cache, Clock& clock, std::stop_token stop)
        : target_(target),
          registry_(target.open()),
          cache_(cache),
          clock_(clock),
          begun_(clock.now()),
          stop_(std::move(stop)) {}

    LivePage<registration::IndexedRepository> repositories(
        const registration::RepositoryQuery& query);
    /// By age only where the registry tells when tags were pushed, otherwise Error unsupported;
    /// `next` is then the time and the tag ("1795795200000:v1").
    LivePage<registration::IndexedTag> tags(const std::string& repository,
                                            const registration::TagQuery& query);

private:
    registry::Page names_after(const std::string& after,
                               const registration::RepositoryQuery& query) const;
    struct Tags {
        std::vector<std::string> names;
        bool cut = false; ///< there are more
    };
    Tags all_tags(registry::Repository& repository) const;
    struct Named {
        std::string tag;
        std::int64_t pushed = 0; ///< 0 where the registry does not tell
    };
    struct NamedTags {
        std::vector<Named> names;
        bool cut = false; ///< there are more
    };
    NamedTags names_by_age(const std::string& repository) const;
    NamedTags names_by_version(const std::string& repository, registry::Repository& opened) const;
    bool out_of_time() const;
    registration::IndexedRepository look_at_repository(const std::string& name);
    registration::IndexedTag look_at_tag(registry::Repository& repository,
                                         const std::string& repository_name,
                                         const std::string& tag);
    template <class Item>
    struct Looked {
        Item item;
        std::string failure = {}; ///< then the item is only its name
        bool silence = false;     ///< the failure: no answer, or no question any more
    };
    /// look() for each of `names`, several at once. If none succeeds and one fails, that is an
    /// Error. A registry that is silent a few times is not asked for the rest.
    template <class Item, class Look>
    std::vector<Looked<Item>> look_at_all(const std::vector<std::string>& names, Look&& look);

    const BrowseTarget& target_;
    std::shared_ptr<registry::Registry> registry_; // shared as the Opener gives it
    ContentCache& cache_;
    Clock& clock_;
    std::chrono::steady_clock::time_point begun_;
    std::stop_token stop_;
};

} // namespace berth::api
