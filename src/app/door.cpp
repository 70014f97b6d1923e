#include "app/door.hpp"

#include "aws/ecr_host.hpp"
#include "base/error.hpp"
#include "base/text.hpp"
#include "registration/ecr_registry.hpp"
#include "registration/endpoint.hpp"
#include "registration/regional_repository.hpp"
#include "server/via.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <utility>

namespace berth::app {
namespace {

using registration::Registration;

/// No region has it in its name, and names of repositories may have it.
constexpr std::string_view before_region = "__";

/// More do not stand one behind the other but by mistake.
constexpr std::size_t most_servers = 8;

/// The default region of an ECR registry; "" for others.
std::string home_region(const Registration& registration) {
    if (registration.spec.kind != registration::Kind::ecr) return {};
    const auto host = aws::parse_ecr_host(registration.endpoint.origin.host);
    return host.has_value() ? host->region : std::string();
}

bool is_in(const Registration& registration, const std::string& region) {
    const auto& regions = registration.spec.regions;
    return region == home_region(registration) ||
           std::find(regions.begin(), regions.end(), region) != regions.end();
}

/// Rights of everybody that somebody meant for this name: "everything here is public" was not.
void add_public(access::Identity& identity, const std::vector<std::string>& prefixes) {
    for (const auto& prefix : prefixes) {
        if (!prefix.empty())
            identity.grants.push_back({prefix, access::Actions().with(access::Action::pull)});
    }
}

/// What a repository stands on while it is read.
struct Held {
    api::Places::Place place;
    std::shared_ptr<registry::Registry> registry; // shared as the Opener gives it
};

/// `repository` must outlive what this gives.
std::function<std::string()> region_of(registry::Repository& repository, std::string home) {
    auto* regional = dynamic_cast<registration::RegionalRepository*>(&repository);
    return [regional, home = std::move(home)] {
        const auto served = regional == nullptr ? std::nullopt : regional->served();
        return served ? served->region : home;
    };
}

} // namespace

std::optional<Door::Name> Door::name_in(std::string_view component) {
    // Read before the names: what changes meanwhile is read again the next time.
    const auto changes = parts_.book.changes();
    const auto is_known = [&](std::string_view name) {
        return known_.with([&](Known& known) {
            if (known.changes != changes) {
                const auto names = parts_.book.name_keys();
                known = {changes, {names.begin(), names.end()}};
            }
            return known.names.find(name) != known.names.end();
        });
    };
    if (is_known(component)) return Name{std::string(component), {}};
    const auto at = component.rfind(before_region);
    if (at == std::string_view::npos || !is_known(component.substr(0, at))) return std::nullopt;
    return Name{std::string(component.substr(0, at)),
                std::string(component.substr(at + before_region.size()))};
}

std::optional<Door::Visitor> Door::visitor(const std::string& user, std::string_view repository) {
    const std::string& own = parts_.realm.tenant().uid;
    access::Identity identity{.name = user};
    if (!user.empty()) {
        const auto found = parts_.users.user(user);
        if (!found) return std::nullopt;
        const auto person = parts_.realm.person(*found, identity::Proof::token);
        if (!person.may(identity::Right::see)) return std::nullopt;
        if (person.tenant != own) return Visitor{person.tenant, identity::actions_of(person.role)};
        identity.admin = found->admin;
        identity.grants = found->grants;
    }
    add_public(identity, parts_.users.public_prefixes());
    const auto actions = identity.on(repository);
    if (actions.none()) return std::nullopt;
    return Visitor{own, actions};
}

bool Door::is_here(std::string_view component) {
    const auto below = fmt::format("{}/", component);
    const auto next = parts_.registry.index().repositories(below, 1);
    return !next.names.empty() && next.names.front().starts_with(below);
}

std::optional<server::RegisteredRepository> Door::find(const std::string& user,
                                                       std::string_view repository) {
    const auto slash = repository.find('/');
    if (slash == std::string_view::npos) return std::nullopt;
    const auto component = repository.substr(0, slash);
    const auto name = name_in(component);
    if (!name) return std::nullopt;
    const auto visitor = this->visitor(user, repository);
    if (!visitor) return std::nullopt;
    auto found = parts_.book.find_named(visitor->tenant, name->registry);
    if (!found) return std::nullopt;
    if (visitor->tenant == parts_.realm.tenant().uid && is_here(component)) return std::nullopt;
    auto within = std::string(repository.substr(slash + 1));
    server::RegisteredRepository leads{
        .registry = found->name,
        .address = fmt::format("{}{}/{}", found->endpoint.host_and_port(),
                               found->endpoint.base_path, within),
        .actions = visitor->actions,
        .open = {}};
    leads.open = [this, registration = std::move(*found),
                  wanted = Wanted{user, std::move(within), name->region}](
                     const auto& passed_on_by) { return open(registration, wanted, passed_on_by); };
    return leads;
}

void Door::refuse_circle(const std::vector<std::string>& passed_on_by) const {
    const bool seen =
        std::find(passed_on_by.begin(), passed_on_by.end(), parts_.server) != passed_on_by.end();
    if (!seen && passed_on_by.size() < most_servers) return;
    throw Error(
        ErrorCode::conflict,
        seen ? std::string("it leads back to this server, in a circle of registrations")
             : fmt::format("{} servers have passed the request on already", passed_on_by.size()));
}

server::Reading Door::open(const Registration& registration, const Wanted& wanted,
                           const std::vector<std::string>& passed_on_by) {
    const auto& [user, repository, region] = wanted;
    refuse_circle(passed_on_by);
    if (!registration::is_within(registration.content_paths, repository))
        throw Error(ErrorCode::name_unknown,
                    fmt::format("{} is not below its base content paths", repository))
            .set_hint("whoever registered it can add a path");
    if (!region.empty() && !is_in(registration, region))
        throw Error(ErrorCode::name_unknown,
                    fmt::format("it is not registered in a region {}", berth::quoted(region)));
    auto place = readers_.take(user);
    if (!place)
        throw Error(ErrorCode::too_many_requests,
                    "as many read from registered registries as may at a time")
            .set_retry_after(2);
    auto opened =
        parts_.opener.open(registration.tenant, registration.uid, server::via_field(passed_on_by));
    auto found = registration::repository_in(*opened, repository, region);
    auto region_served = region_of(*found, home_region(registration));
    return {.held = std::make_shared<Held>(Held{std::move(*place), std::move(opened)}),
            .repository = std::move(found),
            .region = std::move(region_served)};
}

} // namespace berth::app
