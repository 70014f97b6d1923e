#include "registration/open.hpp"

#include "aws/ecr_client.hpp"
#include "aws/ecr_credentials.hpp"
#include "aws/ecr_host.hpp"
#include "base/error.hpp"
#include "base/text.hpp"
#include "registration/ecr_registry.hpp"
#include "registration/ecr_trial.hpp"
#include "registration/guarded_transport.hpp"
#include "registration/tls_files.hpp"

#include <fmt/format.h>

#include <utility>

namespace berth::registration {
namespace {

constexpr std::size_t kept_limit = 256;

std::unique_ptr<registry::CredentialProvider> make_credentials(const Access& access,
                                                               const std::string& registry) {
    auto credential = access.credential();
    if (!credential) return std::make_unique<registry::NoCredentials>();
    return std::make_unique<registry::StaticCredential>(registry, std::move(*credential));
}

} // namespace

Trust Access::trust() const {
    const Tls& tls = spec.tls;
    Trust trust{.anchors = tls.ca};
    const auto key = secrets.find(SecretField::tls_key);
    if (key == secrets.end()) {
        if (!trust.anchors.empty() && !tls.certificate.empty()) trust.anchors += '\n';
        trust.anchors += tls.certificate;
        return trust;
    }
    trust.client_certificate = tls.certificate;
    trust.client_key = key->second;
    return trust;
}

std::optional<registry::Credential> Access::credential() const {
    registry::Credential credential;
    if (const auto password = secrets.find(SecretField::password); password != secrets.end()) {
        credential.user = spec.username;
        credential.password = password->second;
        return credential;
    }
    if (const auto token = secrets.find(SecretField::token); token != secrets.end()) {
        credential.registry_token = token->second;
        return credential;
    }
    return std::nullopt;
}

client::RemoteOptions Access::remote_options() const {
    client::RemoteOptions options;
    options.registry = endpoint.host_and_port();
    options.plain_http = endpoint.origin.scheme == "http";
    options.base_path = endpoint.base_path;
    return options;
}

Access access_of(const CheckedDraft& draft) {
    return {draft.spec, draft.endpoint, draft.content_paths, draft.secrets};
}

Access access_of(const Registration& registration, Secrets secrets) {
    return {registration.spec, registration.endpoint, registration.content_paths,
            std::move(secrets)};
}

struct Opened::Files {
    TlsFiles tls;
};

Opened::Opened(const Access& access, const Outside& outside, client::RemoteOptions options,
               std::stop_token stop)
    : files_(std::make_unique<Files>(Files{{access.trust(), access.spec.tls.skip_verify}})),
      transport_(std::make_unique<GuardedTransport>(outside.make_transport(), outside.policy,
                                                    outside.clock, outside.through_proxy)) {
    options.tls = files_->tls.options();
    if (!options.via.empty()) options.via += ", ";
    options.via += outside.via;
    if (access.spec.kind == Kind::ecr) {
        open_ecr(access, outside, std::move(options), std::move(stop));
        return;
    }
    credentials_ = make_credentials(access, options.registry);
    registry_ = client::open_remote_registry(
        std::move(options), {*transport_, *credentials_, outside.clock, std::move(stop)});
}

void Opened::open_ecr(const Access& access, const Outside& outside, client::RemoteOptions options,
                      std::stop_token stop) {
    if (outside.aws == nullptr)
        throw Error(ErrorCode::unsupported,
                    fmt::format("{} wants credentials of AWS, which cannot be had here",
                                access.endpoint.host_and_port()));
    options.via.clear(); // nobody there passes anything on
    const aws::EcrHost host = aws::parse_ecr_host(access.endpoint.origin.host).value();
    const EcrMeans means =
        outside.ecr
            ? *outside.ecr
            : shared_means(ecr_login(access.spec, access.endpoint, access.secrets, *outside.aws),
                           *outside.aws);
    credentials_ =
        std::make_unique<aws::EcrCredentials>(*means.tokens, means.source, host.account, stop);
    // A trial is of the one region: what another would answer hides what is wrong with it.
    const bool in_several =
        !outside.ecr && !access.alone && !access.spec.regions.empty() && means.source;
    if (in_several) options.patience = outside.failover_after;
    registry_ =
        client::open_remote_registry(options, {*transport_, *credentials_, outside.clock, stop});
    // ECR Public's API knows the caller's own repositories alone.
    if (host.is_public() || !means.source) return;
    aws::EcrClient client(
        outside.aws->api(), means.source,
        {.service = aws::Service::ecr, .region = host.region, .account = host.account});
    OtherRegions others{.breaker = std::make_shared<RegionBreaker>(outside.clock),
                        .patience = outside.failover_after,
                        .told = outside.served_elsewhere};
    if (in_several) others.regions = other_regions(access, outside, options, stop);
    registry_ = std::make_unique<EcrRegistry>(std::move(registry_), std::move(client),
                                              std::move(stop), std::move(others));
}

std::vector<OtherRegion> Opened::other_regions(const Access& access, const Outside& outside,
                                               const client::RemoteOptions& options,
                                               const std::stop_token& stop) {
    std::vector<OtherRegion> regions;
    for (const std::string& region : access.spec.regions) {
        client::RemoteOptions there = options;
        there.registry = access_in_region(access, region).endpoint.host_and_port();
        regions.push_back(
            {region, client::open_remote_registry(
                         std::move(there), {*transport_, *credentials_, outside.clock, stop})});
    }
    return regions;
}

Opened::~Opened() = default;

const net::TlsOptions& Opened::tls() const {
    return files_->tls.options();
}

Opener::Opener(Book& book, Outside outside, std::stop_token stop)
    : book_(book), outside_(std::move(outside)), stop_(std::move(stop)) {}

std::shared_ptr<registry::Registry> Opener::open(const Registration& registration,
                                                 const std::string& via) {
    const Key key(registration.uid, registration.spec.kind == Kind::ecr ? std::string() : via);
    auto found = kept_.with([&](auto& kept) -> std::shared_ptr<registry::Registry> {
        const auto at = kept.find(key);
        if (at == kept.end() || at->second.version != registration.version) return nullptr;
        return at->second.registry;
    });
    if (found) return found;
    const Access access = access_of(registration, book_.secrets_of(registration));
    client::RemoteOptions options = access.remote_options();
    options.attempts = 1;         // whoever waits for the answer asks again themselves
    options.blob_connections = 1; // nor is memory held for parts, however many read at once
    options.via = via;
    auto opened = std::make_shared<Opened>(access, outside_, std::move(options), stop_);
    std::shared_ptr<registry::Registry> fresh(opened, &opened->registry());
    std::map<Key, Kept> gone; // closes connections, but not under the lock
    kept_.with([&](auto& kept) {
        if (kept.size() >= kept_limit) kept.swap(gone);
        auto& place = kept[key];
        gone.emplace(key, std::exchange(place, Kept{registration.version, fresh}));
    });
    return fresh;
}

void Opener::close(std::string_view uid) {
    std::vector<std::shared_ptr<registry::Registry>> gone;
    kept_.with([&](auto& kept) {
        auto at = kept.lower_bound(Key(uid, ""));
        while (at != kept.end() && at->first.first == uid) {
            gone.push_back(std::move(at->second.registry));
            at = kept.erase(at);
        }
    });
}

std::shared_ptr<registry::Registry> Opener::open(std::string_view tenant, std::string_view uid,
                                                 const std::string& via) {
    for (int attempt = 1;; ++attempt) {
        const auto registration = book_.find(tenant, uid);
        if (!registration)
            throw Error(ErrorCode::not_found,
                        fmt::format("there is no registry {}", berth::quoted(uid)));
        try {
            return open(*registration, via);
        } catch (const Error& error) {
            if (error.code() != ErrorCode::conflict || attempt == 3) throw; // changed meanwhile
        }
    }
}

} // namespace berth::registration
