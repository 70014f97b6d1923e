#include "api/browse_live.hpp"

#include "api/browse_content.hpp"
#include "base/error.hpp"
#include "base/synchronized.hpp"
#include "base/text.hpp"
#include "oci/media_type.hpp"
#include "registration/version_order.hpp"
#include "registry/parallel.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <functional>
#include <iterator>
#include <optional>
#include <span>
#include <tuple>
#include <unordered_map>
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
/// Questions to another server at once. What is in this one is not waited for.
constexpr std::size_t threads = 8;
/// Somebody waits for the answer, and a worker of the server with them.
constexpr std::chrono::seconds patience{20};
/// Look-ups without an answer after which a registry is taken to be silent.
constexpr int silences = 3;

bool contains(std::string_view text, std::string_view part) {
    return part.empty() || to_lower(text).find(to_lower(part)) != std::string::npos;
}

/// Media types of the configs that manifests of a kind have; none where that is not all.
std::span<const std::string_view> config_types_of(registration::ContentKind kind) {
    static constexpr std::array charts{oci::media_type::helm_config};
    static constexpr std::array images{oci::media_type::oci_config, oci::media_type::docker_config};
    if (kind == registration::ContentKind::chart) return charts;
    if (kind == registration::ContentKind::image) return images;
    return {};
}

bool is_silence(ErrorCode code) {
    return code == ErrorCode::timeout || code == ErrorCode::unreachable;
}

void name_is(IndexedRepository& item, const std::string& name) {
    item.name = name;
}
void name_is(IndexedTag& item, const std::string& name) {
    item.tag = name;
}

} // namespace

bool LiveListing::out_of_time() const {
    return clock_.now() - begun_ >= patience;
}

template <class Item, class Look>
std::vector<LiveListing::Looked<Item>> LiveListing::look_at_all(
    const std::vector<std::string>& names, Look&& look) {
    std::vector<Looked<Item>> all(names.size());
    struct Counts {
        std::size_t succeeded = 0;
        int silences = 0;
        std::optional<Error> first;
    };
    Synchronized<Counts> counts;
    std::stop_source own;
    const std::stop_callback forward(stop_, [&] { own.request_stop(); });
    const std::size_t at_once = target_.elsewhere ? threads : 1;
    registry::for_each_parallel(names.size(), at_once, own, [&](std::size_t at) {
        name_is(all[at].item, names[at]);
        const bool silent = counts.with([](Counts& so_far) { return so_far.silences >= silences; });
        if (silent || out_of_time()) {
            all[at].failure = "not asked for: the registry takes too long to answer";
            all[at].silence = true;
            return;
        }
        try {
            all[at].item = look(names[at]);
            counts.with([](Counts& so_far) { ++so_far.succeeded; });
        } catch (const Error& error) {
            if (error.code() == ErrorCode::cancelled) throw;
            all[at].failure = error.message();
            all[at].silence = is_silence(error.code());
            counts.with([&](Counts& so_far) {
                so_far.silences += all[at].silence ? 1 : 0;
                if (!so_far.first) so_far.first = error;
            });
        }
    });
    counts.with([&](const Counts& over) {
        if (over.first && over.succeeded == 0) throw *over.first;
    });
    return all;
}

registry::Page LiveListing::names_after(const std::string& after,
                                        const registration::RepositoryQuery& query) const {
    if (target_.filtered_repositories) {
        hosting::RepositoryFilter filter{.name_part = to_lower(query.search)};
        if (query.kind) filter.config_types = config_types_of(*query.kind);
        return target_.filtered_repositories(filter, after, names_page);
    }
    if (target_.content_paths.empty()) return registry_->repositories(after, names_page);
    std::vector<std::string> names = target_.content_paths;
    std::sort(names.begin(), names.end());
    std::erase_if(names, [&](const std::string& name) { return name <= after; });
    return {std::move(names), std::nullopt};
}

LiveListing::Tags LiveListing::all_tags(registry::Repository& repository) const {
    std::string after;
    Tags tags;
    while (true) {
        if (stop_.stop_requested()) throw Error(ErrorCode::cancelled, "the server is stopping");
        tags.cut = tags.names.size() >= tags_limit || (out_of_time() && !tags.names.empty());
        if (tags.cut) break;
        registry::Page page = repository.tags(after, 1000);
        std::move(page.names.begin(), page.names.end(), std::back_inserter(tags.names));
        if (!page.next) break;
        after = *page.next;
    }
    return tags;
}

IndexedTag LiveListing::look_at_tag(registry::Repository& repository,
                                    const std::string& repository_name, const std::string& tag) {
    IndexedTag item{.tag = tag};
    const ContentReader reader(repository, target_.scope + "\n" + repository_name, cache_);
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
    const std::vector<std::string> tags = all_tags(*repository).names;
    item.tag_count = static_cast<std::int64_t>(tags.size());
    if (tags.empty()) return item;
    item.latest_tag = tags[registration::index_of_latest(tags)];
    IndexedTag latest = look_at_tag(*repository, name, item.latest_tag);
    item.kind = latest.kind;
    item.chart = std::move(latest.chart);
    return item;
}

LivePage<IndexedRepository> LiveListing::repositories(const registration::RepositoryQuery& query) {
    LivePage<IndexedRepository> page;
    std::string last; // the names up to this one, which may be seen, are done with
    std::size_t seen = 0;
    std::size_t looked = 0;
    std::vector<std::string> wanted;
    const auto take = [&] {
        for (auto& [item, failure, silence] : look_at_all<IndexedRepository>(
                 wanted, [&](const std::string& name) { return look_at_repository(name); })) {
            // Of what gave no answer nobody knows whether it is wanted.
            if (query.kind && item.kind != *query.kind && !silence) continue;
            if (!failure.empty()) page.failures[item.name] = std::move(failure);
            page.items.push_back(std::move(item));
        }
        looked += wanted.size();
        wanted.clear();
    };
    std::string after(query.after);
    while (true) {
        const registry::Page names = names_after(after, query);
        for (const std::string& name : names.names) {
            // Not told either, as where the next page begins.
            if (!target_.may_see(name)) continue;
            if (page.items.size() + wanted.size() == query.limit) take();
            const bool enough = page.items.size() == query.limit || looked >= looked_at ||
                                seen >= names_seen || (out_of_time() && seen > 0);
            if (enough) {
                take();
                page.next = last;
                return page;
            }
            last = name;
            ++seen;
            if (contains(name, query.search)) wanted.push_back(name);
        }
        if (!names.next) break;
        after = *names.next;
    }
    take();
    return page;
}

LiveListing::NamedTags LiveListing::names_by_age(const std::string& repository) const {
    if (!target_.tag_ages)
        throw Error(ErrorCode::unsupported,
                    fmt::format("{} does not tell how old its tags are", target_.name))
            .set_hint("synchronize the registry: then what is in it says when it was made");
    NamedTags tags;
    for (auto& each : target_.tag_ages(repository, tags_limit + 1))
        tags.names.push_back({std::move(each.tag), each.pushed * 1000});
    tags.cut = tags.names.size() > tags_limit;
    if (tags.cut) tags.names.pop_back();
    return tags;
}

LiveListing::NamedTags LiveListing::names_by_version(const std::string& repository,
                                                     registry::Repository& opened) const {
    std::unordered_map<std::string, std::int64_t> pushed;
    if (target_.tag_ages) {
        for (auto& each : target_.tag_ages(repository, tags_limit))
            pushed.emplace(std::move(each.tag), each.pushed * 1000);
    }
    Tags listed = all_tags(opened);
    std::vector<std::pair<std::string, std::string>> by_key;
    by_key.reserve(listed.names.size());
    for (std::string& tag : listed.names)
        by_key.emplace_back(registration::order_key(tag), std::move(tag));
    std::sort(by_key.begin(), by_key.end(), std::greater<>());
    NamedTags tags{.names = {}, .cut = listed.cut};
    for (auto& [key, tag] : by_key) {
        const auto known = pushed.find(tag);
        const std::int64_t time = known == pushed.end() ? 0 : known->second;
        tags.names.push_back({std::move(tag), time});
    }
    return tags;
}

LivePage<IndexedTag> LiveListing::tags(const std::string& repository,
                                       const registration::TagQuery& query) {
    const auto opened = registry_->repository(repository);
    const bool by_age = query.order == registration::TagOrder::age;
    auto [names, cut] = by_age ? names_by_age(repository) : names_by_version(repository, *opened);
    const std::string before =
        query.after.empty() ? std::string() : registration::order_key(query.after);
    const auto is_before = [&](const Named& name) {
        if (before.empty()) return false;
        if (!by_age) return registration::order_key(name.tag) >= before;
        return std::tuple(name.pushed, std::string_view(name.tag)) >=
               std::tuple(query.after_time, query.after);
    };
    std::erase_if(names, [&](const Named& name) { return !contains(name.tag, query.search); });
    LivePage<IndexedTag> page{.truncated = cut};
    if (!cut) page.total = static_cast<std::int64_t>(names.size());
    std::erase_if(names, is_before);
    if (names.size() > query.limit) {
        names.resize(query.limit);
        const Named& last = names.back();
        page.next = by_age ? fmt::format("{}:{}", last.pushed, last.tag) : last.tag;
    }
    std::vector<std::string> tags;
    for (const Named& name : names) tags.push_back(name.tag);
    auto looked = look_at_all<IndexedTag>(
        tags, [&](const std::string& tag) { return look_at_tag(*opened, repository, tag); });
    for (std::size_t at = 0; at < looked.size(); ++at) {
        auto& [item, failure, silence] = looked[at];
        item.pushed = names[at].pushed;
        if (!failure.empty()) page.failures[item.tag] = std::move(failure);
        page.items.push_back(std::move(item));
    }
    return page;
}

} // namespace berth::api
