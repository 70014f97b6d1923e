// Open: from a registration to a Registry. The one place where a name becomes one.
#pragma once

#include "base/clock.hpp"
#include "base/synchronized.hpp"
#include "client/remote_registry.hpp"
#include "net/http.hpp"
#include "registration/book.hpp"
#include "registration/ecr_login.hpp"
#include "registration/probe.hpp"
#include "registration/regional_repository.hpp"
#include "registry/credentials.hpp"
#include "registry/repository.hpp"

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

namespace berth::registration {

struct OtherRegion;

/// What opening and validating stand on. The clock must outlive what is made from this.
struct Outside {
    /// A fresh transport, whose connections nobody else uses. Any thread.
    std::function<std::unique_ptr<net::HttpTransport>()> make_transport;
    Clock& clock;
    EndpointPolicy policy = {};
    /// Must outlive what is made from this; nullptr: ECR registries cannot be opened.
    aws::Cloud* aws = nullptr;
    /// In place of the sessions and tokens that all ECR registries share: a trial has its own.
    std::optional<EcrMeans> ecr = {};
    /// If it is not 0: how long a region of an ECR registry that is in several may leave a read
    /// unanswered before another one is asked.
    std::chrono::milliseconds failover_after{0};
    /// Told when a read was served by another region than the one that was wanted. May be empty.
    std::function<void(const std::string& repository, const ServedFrom& from)> served_elsewhere =
        {};
    /// What requests to registries that may be servers like this one say in their field Via.
    std::string via = {};
    /// Whether a proxy stands between: addresses are then the proxy's business. Empty: never.
    std::function<bool(const net::Origin&)> through_proxy = {};
};

/// Everything that a conversation with one registry needs, checked and opened.
struct Access {
    Spec spec;
    Endpoint endpoint;
    std::vector<std::string> content_paths;
    Secrets secrets;
    /// Of an ECR registry: the one region is meant, and no other stands in for it.
    bool alone = false;

    /// CA, or the server's own certificate; client certificate and key (see Tls).
    Trust trust() const;
    /// For kind basic; nothing for noAuth.
    std::optional<registry::Credential> credential() const;
    /// Options for the client. Its TLS files are not set.
    client::RemoteOptions remote_options() const;
};

Access access_of(const CheckedDraft& draft);
Access access_of(const Registration& registration, Secrets secrets);

/// A registry with what it stands on. Repositories and sources that it gives must not outlive it.
class Opened {
public:
    /// `stop` ends all waiting; `options.via` are the servers before this one. Errors: unsupported
    /// for an ECR registry where Outside has no way to AWS; those of ecr_login().
    Opened(const Access& access, const Outside& outside, client::RemoteOptions options,
           std::stop_token stop);
    ~Opened();
    Opened(const Opened&) = delete;
    Opened& operator=(const Opened&) = delete;

    registry::Registry& registry() { return *registry_; }
    net::HttpTransport& transport() { return *transport_; }
    registry::CredentialProvider& credentials() { return *credentials_; }
    const net::TlsOptions& tls() const;

private:
    struct Files;
    std::vector<OtherRegion> other_regions(const Access& access, const Outside& outside,
                                           const client::RemoteOptions& options,
                                           const std::stop_token& stop);
    void open_ecr(const Access& access, const Outside& outside, client::RemoteOptions options,
                  std::stop_token stop);

    std::unique_ptr<Files> files_;
    std::unique_ptr<net::HttpTransport> transport_;
    std::unique_ptr<registry::CredentialProvider> credentials_;
    std::unique_ptr<registry::Registry> registry_;
};

/// Opens registrations by uid and keeps them with their tokens and connections until they are
/// changed. For people who wait in front of a page: what fails is not attempted again. Any thread.
class Opener {
public:
    /// `book` must outlive it. `stop` ends all waiting in what is opened.
    Opener(Book& book, Outside outside, std::stop_token stop = {});

    /// Shared with other callers, and with this object until the registration changes. `via`: the
    /// servers whose request it is opened for. Errors: not_found; corrupt if its secrets do not
    /// open; those of Opened.
    std::shared_ptr<registry::Registry> open(std::string_view tenant, std::string_view uid,
                                             const std::string& via = {});

    /// Forgets one that was changed or deleted; whoever uses it still can.
    void close(std::string_view uid);

private:
    using Key = std::pair<std::string, std::string>; ///< uid and via
    struct Kept {
        std::int64_t version;
        std::shared_ptr<registry::Registry> registry;
    };
    std::shared_ptr<registry::Registry> open(const Registration& registration,
                                             const std::string& via);

    Book& book_;
    Outside outside_;
    std::stop_token stop_;
    Synchronized<std::map<Key, Kept>> kept_;
};

} // namespace berth::registration
