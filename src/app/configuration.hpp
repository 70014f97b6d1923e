// Configuration: everything an administrator can set about `berth serve`, with its defaults.
//
// Precedence: flag, environment (BERTH_SECTION__KEY), file (YAML), default. An unknown key is an
// error that names its line and the nearest known key. configuration_keys.cpp holds the table of
// keys that all of this, and docs/configuration.md, comes from.
#pragma once

#include "access/rate_limit.hpp"
#include "hosting/policy.hpp"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace berth::app {

struct HttpConfiguration {
    std::string listen = "127.0.0.1:8080";
    std::filesystem::path certificate_file = {}; ///< both or none; read again when they change
    std::filesystem::path key_file = {};
    std::vector<std::string> trusted_proxies = {}; ///< texts that net::AddressRange reads
    std::size_t max_connections = 10'000;
    std::size_t max_connections_per_address = 5'000; ///< trusted proxies apart
    std::size_t max_requests = 512;                  ///< served at once
    std::size_t max_requests_per_address = 0;        ///< 0: a quarter of them
    std::chrono::seconds idle_timeout{60};
    std::chrono::seconds stall_timeout{30};
    std::chrono::seconds drain{10};
};

struct StorageConfiguration {
    std::filesystem::path directory = {}; ///< empty: below the user's data directory
    std::uint64_t manifest_bytes = 8 * 1024 * 1024;
    std::uint64_t blob_bytes = std::uint64_t{1} << 40;
    std::chrono::seconds grace = std::chrono::hours(24);
    std::chrono::seconds upload_idle = std::chrono::hours(24);
    std::size_t max_uploads = 10'000;
    std::size_t max_uploads_each = 1'000; ///< of one user; in one repository
    std::chrono::seconds collect_every{60};
    std::chrono::seconds retention_every = std::chrono::hours(1);
    std::chrono::seconds scrub_every = std::chrono::hours(24 * 7); ///< 0: never
    std::uint64_t scrub_bytes_per_second = 64 * 1024 * 1024;
    std::uint64_t min_free = 64 * 1024 * 1024; ///< less free space than this: not ready
};

struct LogConfiguration {
    std::string format = "auto";     ///< "auto" (text on a terminal, else JSON), "text", "json"
    std::string level = "info";      ///< "debug", "info", "warn", "error"
    std::filesystem::path file = {}; ///< empty: standard error
    std::filesystem::path audit_file = {}; ///< empty: audit lines go into the log
};

struct MetricsConfiguration {
    bool enabled = true;
    bool anonymous = false; ///< /metrics without a login; otherwise for admins only
};

/// Where registries that are registered may be.
struct RegistrationsConfiguration {
    bool allow_loopback = false;
    bool allow_link_local = false;
    bool allow_plain_http = true;
};

/// Registries at Amazon ECR that are registered.
struct EcrConfiguration {
    std::chrono::seconds failover_after{5};
};

/// An OpenID Connect provider that people may log in by.
struct ProviderConfiguration {
    std::string name = {};
    std::string label = {}; ///< empty: the name
    std::string issuer = {};
    std::string client_id = {};
    std::filesystem::path client_secret_file = {};
    std::string client_secret_variable = {}; ///< name of a variable of the environment
    std::vector<std::string> scopes = {"openid", "profile", "email"};
    std::string name_claim = "preferred_username";
    std::string role_claim = "groups";
    std::vector<std::string> tenant_admins = {};
    std::vector<std::string> editors = {};
    std::vector<std::string> viewers = {};
    std::string others = "nobody"; ///< or "viewer", "editor"
    std::filesystem::path ca_file = {};
};

struct SignInConfiguration {
    std::string public_url = {}; ///< empty: as requests have it
    std::vector<ProviderConfiguration> providers = {};
};

struct Configuration {
    HttpConfiguration http = {};
    StorageConfiguration storage = {};
    LogConfiguration log = {};
    MetricsConfiguration metrics = {};
    access::RateLimits rates = {};
    hosting::Policy policy = {};
    RegistrationsConfiguration registrations = {};
    EcrConfiguration ecr = {};
    SignInConfiguration sign_in = {};
};

} // namespace berth::app
