#include "api/browse_live.hpp"

#include "api/browse_content.hpp"
#include "base/error.hpp"
#include "base/synchronized.hpp"
#include "base/text.hpp"
#include "registration/version_order.hpp"
#include "registry/parallel.hpp"

#include <algorithm>
#include <functional>
#include <optional>
#include <utility>

namespace berth::api {
namespace {

using registration::IndexedRepository;
using registration::IndexedTag;

constexpr std::size_t names_page = 500;
constexpr std::size_t tags_limit = 10'000;
/// What is looked at for one page of a filtered list.
constexpr std::size_t looked_at = 200;
constexpr std::size_t names_seen = 10'000;
constexpr std::size_t threads = 8;

bool contains(std::string_view text, std::string_view part) {
    return part.empty() || to_lower(text).find(to_lower(part)) != std::string::npos;
}

/// REQUIRES: tags, newest version first. The newest release, else the newest version, else
/// "latest", else the first.
const std::string& latest_of(const std::vector<std::string>& tags) {
    const auto release = std::find_if(tags.begin(), tags.end(), [](const std::string& tag) {
        return registration::is_version(tag) && tag.find('-') == std::string::npos;
    });
    if (release != tags.end()) return *release;
    if (registration::is_version(tags.front())) return tags.front();
    const auto latest = std::find(tags.begin(), tags.end(), "latest");
    return latest == tags.end() ? tags.front() : *latest;
}

void name_is(IndexedRepository& item, const std::string& name) {
    item.name = name;
}
void name_is(IndexedTag& item, const std::string& name) {
    item.tag = name;
}

} // namespace

template <class Item, class Look>
std::vector<Item> LiveListing::look_at_all(const std::vector<std::string>& names, Look&& look) {
    std::vector<Item> items(names.size());
    Synchronized<std::pair<std::size_t, std::optional<Error>>> failed;
    std::stop_source own;
    const std::stop_callback forward(stop_, [&] { own.request_stop(); });
    registry::for_each_parallel(names.size(), threads, own, [&](std::size_t at) {
        name_is(items[at], names[at]);
        try {
            items[at] = look(names[at]);
        } catch (const Error& error) {
            if (error.code() == ErrorCode::cancelled) throw;
            failed.with([&](auto& so_far) {
                ++so_far.first;
                if (!so_far.second) so_far.second = error;
            });
        }
    });
    failed.with([&](auto& so_far) {
        if (so_far.second && so_far.first == names.size()) throw *so_far.second;
    });
    return items;
}

registry::Page LiveListing::names_after(const std::string& after) const {
    if (target_.content_paths.empty()) return registry_->repositories(after, names_page);
    std::vector<std::string> names = target_.content_paths;
    std::sort(names.begin(), names.end());
    std::erase_if(names, [&](const std::string& name) { return name <= after; });
    return {std::move(names), std::nullopt};
}

std::vector<std::string> LiveListing::sorted_tags(registry::Repository& repository) const {
    std::vector<std::pair<std::string, std::string>> by_key;
    std::string after;
    while (by_key.size() < tags_limit) {
        if (stop_.stop_requested()) throw Error(ErrorCode::cancelled, "the server is stopping");
        registry::Page page = repository.tags(after, 1000);
        for (std::string& tag : page.names)
            by_key.emplace_back(registration::order_key(tag), std::move(tag));
        if (!page.next) break;
        after = *page.next;
    }
    std::sort(by_key.begin(), by_key.end(), std::greater<>());
    std::vector<std::string> tags;
    tags.reserve(by_key.size());
    for (auto& [key, tag] : by_key) tags.push_back(std::move(tag));
    return tags;
}

IndexedTag LiveListing::look_at_tag(registry::Repository& repository,
                                    const std::string& repository_name, const std::string& tag) {
    IndexedTag item{.tag = tag};
    const ContentReader reader(repository, target_.uid + "\n" + repository_name, cache_);
    const auto document = reader.manifest(tag);
    if (!document) return item; // deleted since it was listed
    item.digest = document->descriptor.digest.text();
    item.media_type = document->descriptor.media_type;
    item.size = static_cast<std::int64_t>(document->descriptor.size);
    Description description = describe(reader, *document);
    item.kind = description.kind;
    item.chart = std::move(description.chart);
    return item;
}

IndexedRepository LiveListing::look_at_repository(const std::string& name) {
    IndexedRepository item{.name = name};
    const auto repository = registry_->repository(name);
    const std::vector<std::string> tags = sorted_tags(*repository);
    item.tag_count = static_cast<std::int64_t>(tags.size());
    if (tags.empty()) return item;
    item.latest_tag = latest_of(tags);
    IndexedTag latest = look_at_tag(*repository, name, item.latest_tag);
    item.kind = latest.kind;
    item.chart = std::move(latest.chart);
    return item;
}

LivePage<IndexedRepository> LiveListing::repositories(const registration::RepositoryQuery& query) {
    LivePage<IndexedRepository> page;
    std::string after(query.after);
    std::size_t seen = 0;
    std::size_t looked = 0;
    std::vector<std::string> wanted;
    const auto take = [&] {
        for (auto& item : look_at_all<IndexedRepository>(
                 wanted, [&](const std::string& name) { return look_at_repository(name); })) {
            if (!query.kind || item.kind == *query.kind) page.items.push_back(std::move(item));
        }
        looked += wanted.size();
        wanted.clear();
    };
    while (true) {
        const registry::Page names = names_after(after);
        for (const std::string& name : names.names) {
            if (page.items.size() + wanted.size() == query.limit) take();
            // The names before this one are done with.
            if (page.items.size() == query.limit || looked >= looked_at || seen >= names_seen) {
                take();
                page.next = after;
                return page;
            }
            after = name;
            ++seen;
            if (target_.may_see(name) && contains(name, query.search)) wanted.push_back(name);
        }
        if (!names.next) break;
        after = *names.next;
    }
    take();
    return page;
}

LivePage<IndexedTag> LiveListing::tags(const std::string& repository,
                                       const registration::TagQuery& query) {
    const auto opened = registry_->repository(repository);
    std::vector<std::string> wanted;
    bool more = false;
    const std::string before =
        query.after.empty() ? std::string() : registration::order_key(query.after);
    for (const std::string& tag : sorted_tags(*opened)) {
        if (!before.empty() && registration::order_key(tag) >= before) continue;
        if (!contains(tag, query.search)) continue;
        more = wanted.size() == query.limit;
        if (more) break;
        wanted.push_back(tag);
    }
    LivePage<IndexedTag> page;
    if (more) page.next = wanted.back();
    page.items = look_at_all<IndexedTag>(
        wanted, [&](const std::string& tag) { return look_at_tag(*opened, repository, tag); });
    return page;
}

} // namespace berth::api
