#include "app/management.hpp"

#include "api/api.hpp"
#include "api/callers.hpp"
#include "api/identity_routes.hpp"
#include "api/openapi.hpp"
#include "api/registries.hpp"
#include "api/sync_routes.hpp"
#include "app/proxied.hpp"
#include "base/file.hpp"
#include "net/address_guard.hpp"
#include "server/via.hpp"

#include <fcntl.h>

#include <algorithm>
#include <iterator>

namespace berth::app {
namespace {

constexpr std::chrono::minutes due_every{5};

/// SQLite makes files that everybody may read; what lies beside them gets their mode.
std::filesystem::path own_file(const std::filesystem::path& file) {
    open_file(file, O_RDWR | O_CREAT, 0600);
    return file;
}

registration::EndpointPolicy policy_of(const RegistrationsConfiguration& configured) {
    return {.loopback = configured.allow_loopback,
            .link_local = configured.allow_link_local,
            .plain_http = configured.allow_plain_http};
}

/// The machine's own metadata service: near, or not there.
std::unique_ptr<net::HttpTransport> nearby_calls() {
    net::CurlOptions options;
    options.timeouts = {.connect = std::chrono::seconds(1),
                        .first_byte = std::chrono::seconds(2),
                        .stall = std::chrono::seconds(2)};
    return net::make_curl_transport(std::move(options));
}

aws::CloudOptions cloud_options(const OutsideOptions& outside, const EcrConfiguration& ecr,
                                observe::Logger& log) {
    const aws::EndpointSettings endpoints = outside.aws.endpoints();
    for (const std::string& url :
         {endpoints.url, endpoints.sts_url, endpoints.ecr_url, endpoints.ecr_public_url}) {
        if (!url.empty() && !endpoints.ignore_urls)
            log.log(observe::Level::warn, "calls to AWS go to another place, with all keys",
                    {{"url", url}});
    }
    return {.environment = outside.aws,
            .patience = ecr.failover_after,
            .warn = [&log](const Error& error) {
                log.log(observe::Level::warn, "renewal at AWS failed; what is held is still good",
                        {{"error", error.message()}});
            }};
}

registration::Outside outside_of(const net::CurlOptions& transport,
                                 const Configuration& configuration, aws::Cloud& cloud,
                                 const ManagementParts& parts) {
    const auto policy = policy_of(configuration.registrations);
    return {
        .make_transport =
            [transport, policy] {
                // Where a proxy connects to is the proxy's business.
                return net::make_curl_transport(
                    transport, [transport, policy](const net::Origin& origin, auto address) {
                        return goes_by_proxy(transport, origin) ||
                               registration::may_be_at(policy, address);
                    });
            },
        .clock = parts.clock,
        .policy = policy,
        .aws = &cloud,
        .failover_after = configuration.ecr.failover_after,
        .served_elsewhere =
            [&log = parts.observers.log](const std::string& repository, const auto& from) {
                log.log(
                    observe::Level::warn, "another region served",
                    {{"repository", repository}, {"region", from.region}, {"reason", from.reason}});
            },
        .via = server::via_field({parts.server}),
        .through_proxy =
            [transport](const net::Origin& origin) { return goes_by_proxy(transport, origin); }};
}

/// For what somebody waits for in front of a page.
net::CurlOptions hasty(net::CurlOptions transport) {
    transport.timeouts = {.connect = std::chrono::seconds(5),
                          .first_byte = std::chrono::seconds(15),
                          .stall = std::chrono::seconds(10)};
    return transport;
}

seal::Sealer sealer_of(const std::filesystem::path& directory, const OutsideOptions& outside) {
    return seal::Sealer(seal::load_keys({.credential = outside.seal_credential,
                                         .variable = outside.seal_variable,
                                         .file = directory / "seal-keys"}));
}

/// However many read from other registries, half of the workers are left for all else.
api::Places::Limits readers_at_a_time(const HttpConfiguration& http) {
    return {.all = std::max<std::size_t>(1, http.max_requests / 2),
            .each = std::max<std::size_t>(1, http.max_requests / 4)};
}

void add(api::Routes& all, api::Routes more) {
    std::move(more.begin(), more.end(), std::back_inserter(all));
}

} // namespace

Management::Management(const std::filesystem::path& directory, const Configuration& configuration,
                       OutsideOptions outside, ManagementParts parts)
    : parts_(parts),
      realm_(own_file(directory / "identity.sqlite"), parts.users, parts.tokens, parts.clock),
      book_(own_file(directory / "registrations.sqlite"), sealer_of(directory, outside),
            policy_of(configuration.registrations), parts.clock, realm_.tenant().uid),
      cloud_(net::make_curl_transport(hasty(outside.transport)), nearby_calls(), parts.clock,
             cloud_options(outside, configuration.ecr, parts.observers.log)),
      outside_(outside_of(outside.transport, configuration, cloud_, parts)),
      opener_(book_, outside_of(hasty(outside.transport), configuration, cloud_, parts),
              stop_.get_token()),
      index_(own_file(directory / "content.sqlite")),
      events_(parts.clock),
      sync_({.book = book_,
             .index = index_,
             .outside = outside_,
             .opener = opener_,
             .events = events_,
             .clock = parts.clock,
             .jobs = {.failed = [this](const auto& job,
                                       const auto& error) { log_failure(job, error); }}}),
      providers_(configuration.sign_in, outside.client_secrets, outside.transport, parts.clock),
      door_({.book = book_,
             .opener = opener_,
             .realm = realm_,
             .users = parts.users,
             .registry = parts.registry,
             .limits = readers_at_a_time(configuration.http),
             .server = parts.server}) {
    const auto calls = [this](std::string_view operation) {
        double sum = 0;
        for (const auto& [name, count] : cloud_.api().sent())
            if (name.find(operation) != std::string::npos) sum += count;
        return sum;
    };
    parts_.observers.metrics.gauge("berth_aws_role_calls", "Calls of STS's AssumeRole so far.",
                                   [calls] { return calls(" AssumeRole"); });
    parts_.observers.metrics.gauge("berth_aws_token_calls",
                                   "Calls of ECR's GetAuthorizationToken so far.",
                                   [calls] { return calls(" GetAuthorizationToken "); });
}

void Management::log_failure(const api::Job& job, const std::exception& error) {
    parts_.observers.log.log(observe::Level::warn, "job failed",
                             {{"job", job.uid},
                              {"kind", api::text_of(job.subject.kind)},
                              {"registry", job.subject.registry_name},
                              {"error", error.what()}});
}

void Management::reseal() {
    const auto done = book_.reseal();
    if (done.resealed > 0 || done.unopened > 0) {
        parts_.observers.log.log(
            done.unopened > 0 ? observe::Level::error : observe::Level::info, "sealed anew",
            {{"resealed", done.resealed}, {"current", done.current}, {"unopened", done.unopened}});
    }
}

void Management::start_upkeep(Background& background) {
    reseal();
    background.add("registrations", due_every, [this](const auto&) {
        for (const auto& tenant : realm_.tenants().list()) sync_.start_due(tenant.uid);
        for (const auto& uid : realm_.tenants().removed()) remove_registries_of(uid);
    });
}

void Management::remove_registries_of(const std::string& removed_tenant) {
    for (const auto& each : book_.list(removed_tenant, "", registration::registrations_limit)) {
        book_.remove(removed_tenant, each.uid, {});
        sync_.removed(removed_tenant, each.uid);
    }
    realm_.tenants().forget_removed(removed_tenant);
}

net::Handler Management::handler(std::function<void()> login_failed, net::Handler others) {
    const api::IdentityParts people{.realm = realm_,
                                    .users = parts_.users,
                                    .limiter = parts_.limiter,
                                    .audit = parts_.observers.audit,
                                    .clock = parts_.clock,
                                    .login_failed = std::move(login_failed)};
    auto routes = api::make_identity_routes(people);
    add(routes, api::make_sign_in_routes(people, providers_.parts(stop_.get_token())));
    add(routes, api::make_registry_routes({.book = book_,
                                           .outside = outside_,
                                           .sync = sync_,
                                           .index = index_,
                                           .outbound = outbound_,
                                           .clock = parts_.clock}));
    add(routes, api::make_sync_routes({.book = book_,
                                       .sync = sync_,
                                       .events = events_,
                                       .still_opens = [this](const net::Request& request) {
                                           return api::still_opens(request, realm_);
                                       }}));
    add(routes, api::make_browse_routes({.book = book_,
                                         .index = index_,
                                         .opener = opener_,
                                         .cache = cache_,
                                         .outbound = outbound_,
                                         .clock = parts_.clock,
                                         .embedded = api::EmbeddedParts{
                                             parts_.registry, parts_.users, realm_.tenant().uid}}));
    add(routes, api::make_openapi_routes());
    return api::make_api(
        std::move(routes),
        {.realm = realm_, .limiter = parts_.limiter, .audit = parts_.observers.audit},
        std::move(others));
}

} // namespace berth::app
