#include "base/json.hpp"
#include "net/url.hpp"
#include "oci/manifest.hpp"
#include "oci/media_type.hpp"
#include "server/call.hpp"

#include <fmt/format.h>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

namespace berth::server {

namespace {

/// Entries of one page, whatever a client asks for.
constexpr std::size_t most_names = 1000;
constexpr std::size_t most_referrers = 1000;

json::Array to_array(const std::vector<std::string>& names) {
    json::Array array;
    for (const auto& name : names) array.emplace_back(name);
    return array;
}

net::Response json_page(const json::Object& object) {
    net::Response response{.body = json::write(object)};
    response.headers.add("Content-Type", "application/json");
    return response;
}

/// One page of what the caller may pull. It may have to look at very many names that the caller
/// must not see, and cannot stop among them: where to go on would be one of those names.
registry::Page visible_repositories(const Call& call, std::string after, std::size_t limit) {
    registry::Page page;
    while (true) {
        const auto found = call.registry.index().repositories(after, most_names);
        for (const auto& name : found.names) {
            if (!call.caller.sees(name)) continue;
            if (page.names.size() == limit) {
                if (limit > 0) page.next = page.names.back();
                return page;
            }
            page.names.push_back(name);
        }
        if (!found.next) return page;
        after = *found.next;
    }
}

} // namespace

net::Response list_tags(Call& call) {
    call.caller.require(access::Action::pull, call.repository);
    const auto limit = call.query.page_size("n", most_names);
    const auto page =
        call.registry.index().tags(call.repository, call.query.find("last").value_or(""), limit);
    if (!page) {
        throw Error(ErrorCode::name_unknown,
                    fmt::format("there is no repository {}", call.repository));
    }
    auto response = json_page({{"name", call.repository}, {"tags", to_array(page->names)}});
    if (page->next) {
        response.headers.add("Link", next_link(fmt::format("/v2/{}/tags/list", call.repository),
                                               limit, *page->next));
    }
    return response;
}

net::Response list_repositories(Call& call) {
    if (call.caller.anonymous())
        throw Error(ErrorCode::unauthorized, "listing repositories needs a login");
    // Not an empty page: podman and skopeo then ask for a token that covers it.
    if (!call.caller.spans_registry())
        throw Error(ErrorCode::unauthorized, "the token does not cover the catalog");
    const auto limit = call.query.page_size("n", most_names);
    const auto page = visible_repositories(call, call.query.find("last").value_or(""), limit);
    auto response = json_page({{"repositories", to_array(page.names)}});
    if (page.next) response.headers.add("Link", next_link("/v2/_catalog", limit, *page.next));
    return response;
}

net::Response list_referrers(Call& call) {
    call.caller.require(access::Action::pull, call.repository);
    const auto subject = digest_in(call.argument);
    const auto type = call.query.find("artifactType").value_or("");
    const auto limit = std::max<std::size_t>(call.query.page_size("n", most_referrers), 1);
    auto found = call.registry.index().referrers(call.repository, subject, type,
                                                 call.query.find("last").value_or(""), limit);
    const oci::Index index{.media_type = std::string(oci::media_type::oci_index),
                           .artifact_type = {},
                           .manifests = std::move(found.manifests),
                           .subject = {},
                           .annotations = {}};
    net::Response response{.body = oci::write_index(index)};
    response.headers.add("Content-Type", index.media_type);
    if (!type.empty()) response.headers.add("OCI-Filters-Applied", "artifactType");
    if (found.next) {
        const auto path = fmt::format("/v2/{}/referrers/{}", call.repository, subject.text());
        const auto more =
            type.empty() ? std::string() : "&artifactType=" + net::percent_encode(type);
        response.headers.add("Link", next_link(path, limit, *found.next, more));
    }
    return response;
}

} // namespace berth::server
