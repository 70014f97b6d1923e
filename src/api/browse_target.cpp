#include "api/browse_target.hpp"

#include "api/browse_embedded.hpp"
#include "api/callers.hpp"
#include "api/registries.hpp"
#include "base/error.hpp"
#include "base/text.hpp"
#include "oci/digest.hpp"
#include "oci/reference.hpp"
#include "registration/endpoint.hpp"

#include <fmt/format.h>

namespace berth::api {
namespace {

constexpr std::string_view embedded = "embedded";

/// As the caller knows this server.
std::string our_host(const Call& call) {
    return std::string(call.request.headers.find("Host").value_or("localhost"));
}

} // namespace

BrowseTarget embedded_target(const BrowseParts& all, const Call& call) {
    if (!all.embedded || all.embedded->tenant != call.tenant())
        throw Error(ErrorCode::not_found, "there is no registry embedded");
    const EmbeddedParts& parts = *all.embedded;
    auto identity = parts.users.find(call.person->name);
    // Whoever is gone may what everybody may.
    if (!identity) identity = parts.users.anonymous();
    BrowseTarget target;
    target.uid = embedded;
    target.scope = embedded;
    target.name = "the registry in this server";
    target.open = [&hosted = parts.registry] { return std::make_shared<HostedView>(hosted); };
    target.may_see = [identity = *identity](std::string_view repository) {
        return identity.may(access::Action::pull, repository);
    };
    target.tag_ages = [&hosted = parts.registry](const std::string& repository, std::size_t most) {
        return hosted.index().tags_by_age(repository, most);
    };
    target.filtered_repositories = [&hosted = parts.registry](const auto& filter, auto after,
                                                              std::size_t limit) {
        return hosted.index().repositories(filter, after, limit);
    };
    target.address = {.host = our_host(call), .plain_http = !over_tls(call.request)};
    return target;
}

BrowseTarget browse_target(const BrowseParts& parts, const Call& call) {
    if (call.segment("uid") == embedded) return embedded_target(parts, call);
    auto found = find_registry(parts.book, call);
    BrowseTarget target;
    target.uid = found.uid;
    target.scope = fmt::format("{}@{}", found.uid, found.version);
    target.elsewhere = true;
    target.name = found.name;
    target.open = [&opener = parts.opener, tenant = found.tenant, uid = found.uid] {
        return opener.open(tenant, uid);
    };
    target.content_paths = found.content_paths;
    target.may_see = [paths = found.content_paths](std::string_view repository) {
        return registration::is_within(paths, repository);
    };
    target.address = {.host = found.endpoint.host_and_port(),
                      .plain_http = found.endpoint.origin.scheme == "http",
                      .prefix = pull_prefix(found.endpoint.base_path)};
    target.door = door_address(our_host(call), !over_tls(call.request), found.name);
    target.indexed = found.spec.is_sync_supported && parts.index.state(found.uid).succeeded;
    return target;
}

std::string browsed_repository(const BrowseTarget& target, const Call& call) {
    const auto text = call.query.find("repository");
    if (!text || text->empty())
        throw Error(ErrorCode::usage, "the parameter repository is missing");
    std::string name = oci::parse_repository_name(*text).value();
    if (!target.may_see(name))
        throw Error(ErrorCode::not_found, fmt::format("there is no repository {} in {}",
                                                      berth::quoted(name), target.name));
    return name;
}

std::string browsed_reference(const Call& call) {
    const std::string text = call.query.find("reference").value_or("");
    if (text.empty()) throw Error(ErrorCode::usage, "the parameter reference is missing");
    if (text.find(':') == std::string::npos) return oci::parse_tag(text).value();
    const auto digest = oci::Digest::parse(text);
    if (digest.has_value()) return digest->text();
    throw Error(ErrorCode::usage, "the parameter reference: " + digest.error().message());
}

std::string browsed_region(const Call& call) {
    std::string region = call.query.find("region").value_or("");
    if (region.size() > 32) throw Error(ErrorCode::usage, "region is longer than 32 bytes");
    return region;
}

} // namespace berth::api
