// LiveListing: repositories and tags asked of the registry itself, a page at a time.
#pragma once

#include "api/browse_cache.hpp"
#include "api/browse_target.hpp"
#include "registration/content_index.hpp"

#include <stop_token>
#include <string>
#include <vector>

namespace berth::api {

/// A page of a live list. It may be short, even empty, and still have a next one: what is looked
/// at for one page is bounded.
template <class Item>
struct LivePage {
    std::vector<Item> items;
    std::string next = {}; ///< what the next page begins after, "" on the last one
};

/// One thread; `target` and `cache` must outlive it. Errors: those of the registry; unsupported if
/// it does not list its repositories and there are no content paths.
class LiveListing {
public:
    LiveListing(const BrowseTarget& target, ContentCache& cache, std::stop_token stop)
        : target_(target), registry_(target.open()), cache_(cache), stop_(std::move(stop)) {}

    LivePage<registration::IndexedRepository> repositories(
        const registration::RepositoryQuery& query);
    LivePage<registration::IndexedTag> tags(const std::string& repository,
                                            const registration::TagQuery& query);

private:
    registry::Page names_after(const std::string& after) const;
    /// All tags of a repository, the newest version first.
    std::vector<std::string> sorted_tags(registry::Repository& repository) const;
    registration::IndexedRepository look_at_repository(const std::string& name);
    registration::IndexedTag look_at_tag(registry::Repository& repository,
                                         const std::string& repository_name,
                                         const std::string& tag);
    /// look() for each of `names`, several at once. One that fails gives an item that is only its
    /// name; if all fail, that is an Error.
    template <class Item, class Look>
    std::vector<Item> look_at_all(const std::vector<std::string>& names, Look&& look);

    const BrowseTarget& target_;
    std::shared_ptr<registry::Registry> registry_; // shared as the Opener gives it
    ContentCache& cache_;
    std::stop_token stop_;
};

} // namespace berth::api
