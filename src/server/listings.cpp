#include "base/json.hpp"
#include "server/answers.hpp"
#include "server/call.hpp"

#include <fmt/format.h>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

namespace berth::server {

namespace {

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
    return tags_answer(call.repository, *page, limit);
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
    const auto wanted = wanted_referrers(call);
    auto found =
        call.registry.index().referrers(wanted.repository, wanted.subject, wanted.artifact_type,
                                        call.query.find("last").value_or(""), wanted.limit);
    return referrers_answer(wanted, std::move(found.manifests), found.next);
}

} // namespace berth::server
