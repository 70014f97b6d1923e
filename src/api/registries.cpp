#include "api/registries.hpp"

#include "api/aws_account.hpp"
#include "api/ecr_facts.hpp"
#include "api/ecr_regions.hpp"
#include "api/refusal.hpp"
#include "api/registries_etag.hpp"
#include "api/registries_validate.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <iterator>

namespace berth::api {
namespace {

using identity::Right;
using registration::Kind;
using registration::Registration;

/// Of one answer; a tenant has no more.
constexpr std::size_t all = registration::registrations_limit;

bool asks_for(const Call& call, std::string_view key) {
    return equals_ignoring_case(call.query.find(key).value_or(""), "true");
}

class Registries {
public:
    explicit Registries(RegistryParts parts) : parts_(parts) {}

    net::Response create(Call& call, Kind kind) {
        const RegistryBody body = read_registry(body_of(call), kind);
        const auto saved = parts_.book.add(call.tenant(), body.draft);
        const Registration& made = saved.registration;
        call.audit.object = made.uid;
        call.audit.after = shown(made);
        parts_.sync.tell(made.tenant, made.uid);
        if (made.spec.is_sync_supported && !asks_for(call, "skipPackSync"))
            parts_.sync.start_sync(made);
        return reply(201, {{"uid", made.uid}});
    }

    net::Response read(Call& call, Kind kind) {
        const Registration found = find_registry(parts_.book, call, kind);
        net::Response response = reply(200, shown(found));
        response.headers.set("ETag", found.etag());
        return response;
    }

    net::Response update(Call& call, Kind kind) {
        const Registration before = find_registry(parts_.book, call, kind);
        RegistryBody body = read_registry(body_of(call), kind);
        // A form that does not show them must not take them away.
        if (!body.has_labels) body.draft.spec.labels = before.spec.labels;
        if (!body.has_annotations) body.draft.spec.annotations = before.spec.annotations;
        if (!body.has_regions) keep_regions(before.spec, body.draft.spec);
        const auto version = expected_version(call, before);
        under_etag(call, [&] {
            const Registration after =
                parts_.book.update(call.tenant(), before.uid, body.draft, version).registration;
            call.audit.before = shown(before);
            call.audit.after = shown(after);
            parts_.sync.changed(before, after);
        });
        return reply(204);
    }

    net::Response remove(Call& call, std::optional<Kind> kind) {
        const auto found = readable(call, kind);
        const std::string uid = found ? found->uid : call.segment("uid");
        const auto version = found ? expected_version(call, *found) : std::nullopt;
        under_etag(call, [&] { parts_.book.remove(call.tenant(), uid, version); });
        call.audit.object = uid;
        if (found) call.audit.before = shown(*found);
        parts_.sync.removed(call.tenant(), uid);
        return reply(204);
    }

    net::Response summary(Call& call) {
        json::Array items;
        const auto registrations = parts_.book.list(call.tenant(), "", all);
        const auto syncs = parts_.sync.views(registrations);
        for (std::size_t at = 0; at < syncs.size(); ++at)
            items.push_back(write_registry_summary(registrations[at], syncs[at]));
        return reply(200, {{"items", std::move(items)}});
    }

    net::Response metadata(Call& call) {
        json::Array items;
        const bool system_only = call.query.find("scope").value_or("all") == "system";
        if (!system_only) {
            for (const Registration& each : parts_.book.list(call.tenant(), "", all))
                items.push_back(write_registry_metadata(each));
        }
        return reply(200, {{"items", std::move(items)}});
    }

    net::Response entity(Call& call) {
        return reply(200, write_registry_entity(find_registry(parts_.book, call)));
    }

private:
    /// Nothing for one whose row is damaged: it can still be deleted.
    std::optional<Registration> readable(const Call& call, std::optional<Kind> kind) {
        try {
            return find_registry(parts_.book, call, kind);
        } catch (const Error& error) {
            if (error.code() != ErrorCode::corrupt) throw;
            return std::nullopt;
        }
    }

    /// As far as they have a place in what it becomes.
    static void keep_regions(const registration::Spec& before, registration::Spec& after) {
        if (after.endpoint.find("{{") == std::string::npos) return;
        after.regions = before.regions;
        std::erase(after.regions, after.default_region);
    }

    json::Object shown(const Registration& registration) {
        return write_registry(registration, parts_.sync.view(registration));
    }

    RegistryParts parts_;
};

/// Classic Helm and pack registries are not registered here: there are none, which is no error.
net::Response none(Call&) {
    return reply(
        200,
        {{"items", json::Array()},
         {"listmeta", json::Object{{"continue", ""}, {"count", 0}, {"limit", 0}, {"offset", 0}}}});
}

void add_empty_lists(Routes& routes) {
    for (const std::string_view pattern :
         {std::string_view("/v1/registries/helm"), std::string_view("/v1/registries/helm/summary"),
          std::string_view("/v1/registries/pack"), std::string_view("/v1/registries/pack/summary")})
        routes.push_back({"GET", pattern, Right::see, none});
}

} // namespace

Registration find_registry(registration::Book& book, const Call& call, std::optional<Kind> kind) {
    const std::string& uid = call.segment("uid");
    auto found = book.find(call.tenant(), uid);
    if (!found || (kind && found->spec.kind != *kind))
        throw Error(ErrorCode::not_found,
                    kind ? fmt::format("there is no registry {} of type {}", berth::quoted(uid),
                                       registration::text_of(*kind))
                         : fmt::format("there is no registry {}", berth::quoted(uid)));
    return std::move(*found);
}

Registration find_ecr_registry(const RegistryParts& parts, const Call& call) {
    Registration found = find_registry(parts.book, call, Kind::ecr);
    if (parts.outside.aws == nullptr)
        throw Error(ErrorCode::unsupported, "this server does not speak to AWS");
    return found;
}

registration::Access access_of(registration::Book& book, const Registration& found) {
    return registration::access_of(found, book.secrets_of(found));
}

Routes make_registry_routes(RegistryParts parts) {
    // Shared by the operations, which are copied.
    const auto registries = std::make_shared<Registries>(parts);
    const auto typed = [&](net::Response (Registries::*act)(Call&, Kind), Kind kind) {
        return [registries, act, kind](Call& call) { return (*registries.*act)(call, kind); };
    };
    const auto remove = [&](std::optional<Kind> kind) {
        return [registries, kind](Call& call) { return registries->remove(call, kind); };
    };
    const auto plain = [&](net::Response (Registries::*act)(Call&)) {
        return [registries, act](Call& call) { return (*registries.*act)(call); };
    };
    constexpr auto basic = Kind::basic;
    constexpr auto ecr = Kind::ecr;
    using R = Registries;
    Routes routes{
        {"POST", "/v1/registries/oci/basic", Right::manage, typed(&R::create, basic),
         "registry.create"},
        {"POST", "/v1/registries/oci/ecr", Right::manage, typed(&R::create, ecr),
         "registry.create"},
        {"GET", "/v1/registries/oci/{uid}/basic", Right::see, typed(&R::read, basic)},
        {"GET", "/v1/registries/oci/{uid}/ecr", Right::see, typed(&R::read, ecr)},
        {"PUT", "/v1/registries/oci/{uid}/basic", Right::manage, typed(&R::update, basic),
         "registry.update"},
        {"PUT", "/v1/registries/oci/{uid}/ecr", Right::manage, typed(&R::update, ecr),
         "registry.update"},
        {"DELETE", "/v1/registries/oci/{uid}/basic", Right::manage, remove(basic),
         "registry.delete"},
        {"DELETE", "/v1/registries/oci/{uid}/ecr", Right::manage, remove(ecr), "registry.delete"},
        {"DELETE", "/v1/registries/{uid}", Right::manage, remove({}), "registry.delete"},
        {"GET", "/v1/registries/oci/summary", Right::see, plain(&R::summary)},
        {"GET", "/v1/registries/oci/{uid}", Right::see, plain(&R::entity)},
        {"GET", "/v1/registries/metadata", Right::see, plain(&R::metadata)},
    };
    add_empty_lists(routes);
    Routes validation = make_registry_validation_routes(parts);
    std::move(validation.begin(), validation.end(), std::back_inserter(routes));
    for (Routes aws : {make_aws_account_routes(parts), make_ecr_region_routes(parts),
                       make_ecr_fact_routes(parts)})
        std::move(aws.begin(), aws.end(), std::back_inserter(routes));
    return routes;
}

} // namespace berth::api
