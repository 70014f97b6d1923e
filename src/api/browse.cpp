#include "api/browse.hpp"

#include "api/browse_chart.hpp"
#include "api/browse_live.hpp"
#include "api/browse_manifest.hpp"
#include "api/browse_target.hpp"
#include "api/registry_json.hpp"
#include "base/error.hpp"
#include "base/text.hpp"
#include "base/utf8.hpp"
#include "registration/ecr_registry.hpp"

#include <fmt/format.h>

#include <array>
#include <limits>
#include <memory>

namespace berth::api {
namespace {

using identity::Right;
using registration::ContentKind;
using registration::IndexedRepository;
using registration::IndexedTag;
using registration::TagOrder;

json::Object write_words(const registration::ChartWords& chart) {
    return {{"name", chart.name},
            {"version", chart.version},
            {"appVersion", chart.app_version},
            {"description", chart.description},
            {"icon", chart.icon}};
}

json::Object write_item(const IndexedRepository& repository) {
    json::Object written{{"name", repository.name},
                         {"kind", registration::text_of(repository.kind)},
                         {"tagCount", repository.tag_count},
                         {"latestTag", repository.latest_tag}};
    if (!repository.chart.name.empty()) written["chart"] = write_words(repository.chart);
    return written;
}

json::Object write_item(const IndexedTag& tag) {
    json::Object written{{"tag", tag.tag}, {"kind", registration::text_of(tag.kind)}};
    // A tag that the sync did not look at: only the newest of a repository are.
    if (!tag.digest.empty()) {
        written["digest"] = tag.digest;
        written["mediaType"] = utf8_text(tag.media_type);
        written["size"] = tag.size;
    }
    if (tag.created != 0) written["created"] = time_text(tag.created);
    if (tag.pushed != 0) written["pushed"] = time_text(tag.pushed);
    if (!tag.chart.name.empty()) written["chart"] = write_words(tag.chart);
    return written;
}

std::string_view name_of(const IndexedRepository& repository) {
    return repository.name;
}
std::string_view name_of(const IndexedTag& tag) {
    return tag.tag;
}

/// One more than a page was asked for: then there is a next one. `key`: of the last item.
template <class Item, class Key>
LivePage<Item> cut(std::vector<Item> items, std::size_t limit, Key&& key) {
    LivePage<Item> page{std::move(items)};
    if (page.items.size() <= limit) return page;
    page.items.pop_back();
    page.next = key(page.items.back());
    return page;
}

TagOrder order_of(const Call& call) {
    const std::string text = call.query.find("sort").value_or("version");
    if (text == "version") return TagOrder::version;
    if (text == "age") return TagOrder::age;
    throw Error(ErrorCode::usage,
                fmt::format("sort is {}; it may be version or age", berth::quoted(text)));
}

/// By age a page begins after a time and a tag: "1795795200000:v1", since a tag may have gone.
std::string key_of(const IndexedTag& tag, TagOrder order) {
    if (order == TagOrder::version) return tag.tag;
    return fmt::format("{}:{}", tag.pushed != 0 ? tag.pushed : tag.created, tag.tag);
}

void begin_after(registration::TagQuery& query) {
    if (query.order == TagOrder::version || query.after.empty()) return;
    const std::size_t colon = query.after.find(':');
    const auto time =
        parse_number(query.after.substr(0, colon), std::numeric_limits<std::int64_t>::max());
    if (colon == std::string_view::npos || !time)
        throw Error(ErrorCode::usage, "the parameter continue is not one of this list")
            .set_hint("begin again without it");
    query.after_time = static_cast<std::int64_t>(*time);
    query.after.remove_prefix(colon + 1);
}

std::optional<ContentKind> kind_of(const Call& call) {
    const auto text = call.query.find("kind");
    if (!text || text->empty()) return std::nullopt;
    for (const ContentKind kind :
         {ContentKind::chart, ContentKind::image, ContentKind::index, ContentKind::artifact}) {
        if (*text == registration::text_of(kind)) return kind;
    }
    throw Error(ErrorCode::usage, fmt::format("kind is {}; it may be chart, image, index or "
                                              "artifact",
                                              berth::quoted(*text)));
}

template <class Item>
net::Response list_of(const PageQuery& asked, const LivePage<Item>& page, bool indexed,
                      std::optional<std::int64_t> total) {
    json::Array items;
    for (const Item& item : page.items) {
        json::Object written = write_item(item);
        const auto failure = page.failures.find(name_of(item));
        if (failure != page.failures.end()) written["error"] = utf8_text(failure->second);
        items.push_back(std::move(written));
    }
    const std::size_t count = items.size();
    json::Object written{{"items", std::move(items)},
                         {"listmeta", list_meta(asked, count, total, page.next)},
                         {"source", indexed ? "index" : "live"}};
    if (page.truncated) written["truncated"] = true;
    return reply(200, written);
}

class Browse {
public:
    explicit Browse(BrowseParts parts) : parts_(parts) {}

    net::Response repositories(Call& call) {
        const BrowseTarget target = browse_target(parts_, call);
        const PageQuery asked = page_of(call);
        const std::string search = call.query.find("search").value_or("");
        registration::RepositoryQuery query{
            .search = search, .kind = kind_of(call), .after = asked.after, .limit = asked.limit};
        if (!target.indexed) {
            const auto place = place_to_ask(target, call);
            return list_of(asked, live(target, call).repositories(query), false, std::nullopt);
        }
        std::optional<std::int64_t> total;
        if (search.empty() && !query.kind) total = parts_.index.repository_count(target.uid);
        query.limit = asked.limit + 1;
        const auto page = cut(parts_.index.repositories(target.uid, query), asked.limit,
                              [](const IndexedRepository& last) { return last.name; });
        return list_of(asked, page, true, total);
    }

    net::Response tags(Call& call) {
        const BrowseTarget target = browse_target(parts_, call);
        const std::string repository = browsed_repository(target, call);
        const PageQuery asked = page_of(call);
        const std::string search = call.query.find("search").value_or("");
        registration::TagQuery query{
            .search = search, .after = asked.after, .limit = asked.limit, .order = order_of(call)};
        begin_after(query);
        if (!target.indexed) {
            const auto place = place_to_ask(target, call);
            const auto page = live(target, call).tags(repository, query);
            return list_of(asked, page, false, page.total);
        }
        const auto known = parts_.index.repository(target.uid, repository);
        if (!known)
            throw Error(ErrorCode::not_found,
                        fmt::format("the repository {} was not there when {} was synchronized",
                                    berth::quoted(repository), berth::quoted(target.name)));
        std::optional<std::int64_t> total;
        if (search.empty()) total = known->tag_count;
        query.limit = asked.limit + 1;
        const auto page = cut(parts_.index.tags(target.uid, repository, query), asked.limit,
                              [&](const IndexedTag& last) { return key_of(last, query.order); });
        return list_of(asked, page, true, total);
    }

    net::Response manifest(Call& call) { return shown(call, manifest_view); }

    net::Response chart(Call& call) { return shown(call, chart_view); }

    net::Response info(Call& call) {
        const BrowseTarget target = embedded_target(parts_, call);
        hosting::Index& index = parts_.embedded->registry.index();
        std::int64_t repositories = 0;
        std::string after;
        while (true) {
            const registry::Page page = index.repositories(after, 1000);
            for (const std::string& name : page.names) repositories += target.may_see(name) ? 1 : 0;
            if (!page.next) break;
            after = *page.next;
        }
        return reply(200,
                     {{"url", fmt::format("{}://{}", target.address.plain_http ? "http" : "https",
                                          target.address.host)},
                      {"repositories", repositories},
                      {"bytes", index.blob_totals().bytes}});
    }

private:
    LiveListing live(const BrowseTarget& target, const Call& call) {
        return {target, parts_.cache, parts_.clock, call.request.stop};
    }

    /// What is in this server does not make anybody wait.
    std::optional<Places::Place> place_to_ask(const BrowseTarget& target, const Call& call) {
        if (!target.elsewhere) return std::nullopt;
        return outbound_place(parts_.outbound, call);
    }

    net::Response shown(Call& call, json::Object (*view)(const ContentReader&, const Shown&)) {
        const BrowseTarget target = browse_target(parts_, call);
        Shown wanted{.repository = browsed_repository(target, call),
                     .reference = browsed_reference(call),
                     .address = target.address,
                     .door = target.door};
        const auto place = place_to_ask(target, call);
        const auto registry = target.open();
        const auto repository =
            registration::repository_in(*registry, wanted.repository, browsed_region(call));
        const ContentReader reader(*repository, target.scope + "\n" + wanted.repository,
                                   parts_.cache);
        json::Object written = view(reader, wanted);
        const auto from = served_from(*repository);
        if (from) put_region(written, *from);
        net::Response response = reply(200, written);
        if (from) response.headers.set("Berth-Region", from->region);
        return response;
    }

    /// Nothing where there is one region, or all came from the cache.
    static std::optional<registration::ServedFrom> served_from(registry::Repository& repository) {
        const auto* regional = dynamic_cast<registration::RegionalRepository*>(&repository);
        return regional == nullptr ? std::nullopt : regional->served();
    }

    static void put_region(json::Object& written, const registration::ServedFrom& from) {
        json::Object served{{"region", from.region}};
        if (!from.reason.empty()) served["reason"] = utf8_text(from.reason);
        written["served"] = std::move(served);
    }

    BrowseParts parts_;
};

} // namespace

Routes make_browse_routes(BrowseParts parts) {
    // Shared by the operations, which are copied.
    const auto shared = std::make_shared<Browse>(parts);
    const auto plain = [&](net::Response (Browse::*act)(Call&)) {
        return [shared, act](Call& call) { return (*shared.*act)(call); };
    };
    return {
        {"GET", "/v1/registries/oci/{uid}/repositories", Right::see, plain(&Browse::repositories)},
        {"GET", "/v1/registries/oci/{uid}/tags", Right::see, plain(&Browse::tags)},
        {"GET", "/v1/registries/oci/{uid}/manifest", Right::see, plain(&Browse::manifest)},
        {"GET", "/v1/registries/oci/{uid}/chart", Right::see, plain(&Browse::chart)},
        {"GET", "/v1/registries/oci/embedded/info", Right::see, plain(&Browse::info)},
    };
}

} // namespace berth::api
