#include "app/configuration_keys.hpp"

#include "app/sign_in_keys.hpp"
#include "base/text.hpp"

#include <limits>

namespace berth::app {
namespace {

constexpr std::uint64_t minute = 60;
constexpr std::uint64_t hour = 60 * minute;
constexpr std::uint64_t day = 24 * hour;
constexpr std::uint64_t kibi = 1024;
constexpr std::uint64_t mebi = 1024 * kibi;
constexpr std::uint64_t tebi = 1024 * 1024 * mebi;
constexpr std::uint64_t most_per_second = 1'000'000;

using Type = ValueType;

/// A member of a section, through both.
template <class Section, class Member>
auto in(Section Configuration::*section, Member Section::*member) {
    return [ section, member ](auto& owner) -> auto& {
        return owner.*section.*member;
    };
}

template <class Owner, class Member>
auto at(Member Owner::*member) {
    return [member](auto& owner) -> auto& {
        return owner.*member;
    };
}

template <class Place>
Key key(std::string name, Type type, std::string help, Place place) {
    return field::scalar<Configuration>(std::move(name), std::move(type), std::move(help), place);
}

void add_http(std::vector<Key>& keys) {
    using Http = HttpConfiguration;
    const auto place = [](auto member) { return in(&Configuration::http, member); };
    keys.push_back(key("http.listen", Type::address(),
                       "Where to accept connections. Without a host every address, with port 0 a "
                       "free one.",
                       place(&Http::listen)));
    keys.push_back(key("http.certificate_file", Type::path(),
                       "Certificate chain (PEM): serve TLS. Read again when it changes and on "
                       "SIGHUP.",
                       place(&Http::certificate_file)));
    keys.push_back(
        key("http.key_file", Type::path(), "The certificate's key (PEM).", place(&Http::key_file)));
    keys.push_back(field::texts<Configuration>(
        "http.trusted_proxies", Type::network(),
        "Proxies whose X-Forwarded-For says who the client is, for rate limits and logs, and whose "
        "X-Forwarded-Proto says whether it speaks TLS.",
        place(&Http::trusted_proxies)));
    keys.push_back(key("http.max_connections", Type::count(1, 1'000'000),
                       "Connections open at once, idle ones included; more are closed as they "
                       "come.",
                       place(&Http::max_connections)));
    keys.push_back(key("http.max_connections_per_address", Type::count(1, 1'000'000),
                       "How many of them one address (IPv6: one /64) may have; trusted proxies may "
                       "have any number.",
                       place(&Http::max_connections_per_address)));
    keys.push_back(key("http.max_requests", Type::count(1, 10'000),
                       "Requests served at once; more wait their turn.",
                       place(&Http::max_requests)));
    keys.push_back(key("http.max_requests_per_address", Type::count(0, 10'000),
                       "How many of them one address (IPv6: one /64) may have, behind a trusted "
                       "proxy the client's; more wait for up to ten seconds, then they are "
                       "answered with 429. 0: a quarter of http.max_requests.",
                       place(&Http::max_requests_per_address)));
    keys.push_back(key("http.idle_timeout", Type::duration(1, day),
                       "How long a connection may stay open between requests.",
                       place(&Http::idle_timeout)));
    keys.push_back(
        key("http.stall_timeout", Type::duration(1, hour),
            "How long a body may stand still, either way; one that moves less than 1 KiB a "
            "second in the long run is given up too.",
            place(&Http::stall_timeout)));
    keys.push_back(key("http.drain", Type::duration(0, hour),
                       "How long running requests may take to finish after SIGTERM.",
                       place(&Http::drain)));
}

void add_storage_limits(std::vector<Key>& keys) {
    using Storage = StorageConfiguration;
    const auto place = [](auto member) { return in(&Configuration::storage, member); };
    keys.push_back(key("storage.directory", Type::path(),
                       "Where the registry is kept. Not set: berth/registry below $XDG_DATA_HOME "
                       "or ~/.local/share.",
                       place(&Storage::directory)));
    keys.push_back(key("storage.manifest_bytes", Type::bytes(4 * mebi, 64 * mebi),
                       "The largest manifest that is taken.", place(&Storage::manifest_bytes)));
    keys.push_back(key("storage.blob_bytes", Type::bytes(mebi, 64 * tebi),
                       "The largest blob that is taken.", place(&Storage::blob_bytes)));
    keys.push_back(key("storage.max_uploads", Type::count(1, 1'000'000),
                       "Uploads that may be open at once, those that nobody goes on with included.",
                       place(&Storage::max_uploads)));
    keys.push_back(key("storage.max_uploads_each", Type::count(1, 1'000'000),
                       "How many of them one user may have, and one repository; more are answered "
                       "with 429.",
                       place(&Storage::max_uploads_each)));
    keys.push_back(key("storage.min_free", Type::bytes(0, 1024 * tebi),
                       "With less free space on its disk the registry is not ready (/readyz).",
                       place(&Storage::min_free)));
}

void add_storage_times(std::vector<Key>& keys) {
    using Storage = StorageConfiguration;
    const auto place = [](auto member) { return in(&Configuration::storage, member); };
    keys.push_back(key("storage.grace", Type::duration(minute, 365 * day),
                       "How long content that nothing refers to is kept. It must be longer than "
                       "the longest push takes.",
                       place(&Storage::grace)));
    keys.push_back(key("storage.upload_idle", Type::duration(minute, 365 * day),
                       "How long an upload without any request is kept.",
                       place(&Storage::upload_idle)));
    keys.push_back(key("storage.collect_every", Type::duration(1, day),
                       "How often garbage is looked for.", place(&Storage::collect_every)));
    keys.push_back(key("storage.retention_every", Type::duration(minute, 30 * day),
                       "How often retention rules are applied.", place(&Storage::retention_every)));
    keys.push_back(key("storage.scrub_every", Type::duration(0, 365 * day),
                       "How often all content is read and compared with its digests; 0: never.",
                       place(&Storage::scrub_every)));
    keys.push_back(key("storage.scrub_bytes_per_second", Type::bytes(kibi, tebi),
                       "How fast that reads at most.", place(&Storage::scrub_bytes_per_second)));
}

void add_log_and_metrics(std::vector<Key>& keys) {
    using Log = LogConfiguration;
    const auto log = [](auto member) { return in(&Configuration::log, member); };
    keys.push_back(key("log.format", Type::choice({"auto", "text", "json"}),
                       "auto: text on a terminal, otherwise one JSON object per line.",
                       log(&Log::format)));
    keys.push_back(key("log.level", Type::choice({"debug", "info", "warn", "error"}),
                       "debug: health checks too; info: every request; warn: what failed; error: "
                       "what needs an administrator. Changed by SIGHUP.",
                       log(&Log::level)));
    keys.push_back(key("log.file", Type::path(),
                       "A file for the log, opened again on SIGHUP. Not set: standard error.",
                       log(&Log::file)));
    keys.push_back(key("log.audit_file", Type::path(),
                       "A file for audit lines, opened again on SIGHUP. Not set: the log.",
                       log(&Log::audit_file)));
    using Numbers = MetricsConfiguration;
    const auto metrics = [](auto member) { return in(&Configuration::metrics, member); };
    keys.push_back(key("metrics.enabled", Type::boolean(), "Whether /metrics is there.",
                       metrics(&Numbers::enabled)));
    keys.push_back(key("metrics.anonymous", Type::boolean(),
                       "Whether /metrics answers without a login; otherwise administrators only.",
                       metrics(&Numbers::anonymous)));
}

void add_rates(std::vector<Key>& keys) {
    using Rates = access::RateLimits;
    const auto place = [](auto member) { return in(&Configuration::rates, member); };
    const auto rate = Type::count(0, most_per_second);
    keys.push_back(key("rates.user_per_second", rate,
                       "Requests per second of one user; 0: without limit. Also the following.",
                       place(&Rates::user_per_second)));
    keys.push_back(key("rates.user_burst", rate,
                       "How many of them may come at once; 0: as many as in one second.",
                       place(&Rates::user_burst)));
    keys.push_back(key("rates.anonymous_per_second", rate,
                       "Requests per second without a login from one address (IPv6: one /64).",
                       place(&Rates::anonymous_per_second)));
    keys.push_back(key("rates.anonymous_burst", rate, "How many of them may come at once.",
                       place(&Rates::anonymous_burst)));
    keys.push_back(key("rates.failed_logins_per_minute", rate,
                       "Wrong passwords per minute from one address, before all its logins are "
                       "answered with 429 for a while.",
                       place(&Rates::failed_logins_per_minute)));
    keys.push_back(key("rates.lockout_after", rate,
                       "Wrong passwords of one user in a row that cost nothing; each further one "
                       "doubles how long that user has to wait, from 1 s to 5 min, but where they "
                       "logged in before. 0: never.",
                       place(&Rates::lockout_after)));
}

std::vector<Field<hosting::Quota>> quota_fields() {
    using Quota = hosting::Quota;
    auto prefix = field::scalar<Quota>("prefix", Type::text(),
                                       "Repositories of this name and below it; \"\" is the whole "
                                       "registry.",
                                       at(&Quota::prefix));
    prefix.required = true;
    return {std::move(prefix),
            field::scalar<Quota>("bytes", Type::bytes(0, 1024 * tebi),
                                 "What they may hold together; content that several of them show "
                                 "counts once.",
                                 at(&Quota::bytes)),
            field::scalar<Quota>("objects", Type::count(0, 1'000'000'000'000),
                                 "How many manifests and blobs they may hold together.",
                                 at(&Quota::objects))};
}

std::vector<Field<hosting::RetentionRule>> retention_fields() {
    using Rule = hosting::RetentionRule;
    return {field::scalar<Rule>("repositories", Type::pattern(),
                                "Pattern of repository names: `*` is any run of characters but a "
                                "slash, `**` any run. The first rule that matches counts; one "
                                "that keeps nothing by name, number or age leaves all tags.",
                                at(&Rule::repositories)),
            field::texts<Rule>("keep_tags", Type::pattern(), "Tags that always stay.",
                               at(&Rule::keep_tags)),
            field::scalar<Rule>("keep_newest", Type::count(0, 1'000'000'000),
                                "So many tags stay, by the time of their last push.",
                                at(&Rule::keep_newest)),
            field::scalar<Rule>("keep_younger", Type::duration(minute, 3650 * day),
                                "Tags pushed within this time stay.", at(&Rule::keep_younger)),
            field::scalar<Rule>("remove_untagged", Type::boolean(),
                                "Whether manifests go that no tag, index or subject leads to.",
                                at(&Rule::remove_untagged))};
}

std::vector<Field<hosting::ImmutableTags>> immutable_fields() {
    using Immutable = hosting::ImmutableTags;
    auto tags = field::texts<Immutable>("tags", Type::pattern(),
                                        "Tags that never point elsewhere once they are set, and "
                                        "cannot be deleted.",
                                        at(&Immutable::tags));
    tags.required = true;
    return {field::scalar<Immutable>("repositories", Type::pattern(),
                                     "Pattern of repository names.", at(&Immutable::repositories)),
            std::move(tags)};
}

void add_policy(std::vector<Key>& keys) {
    using Policy = hosting::Policy;
    const auto place = [](auto member) { return in(&Configuration::policy, member); };
    keys.push_back(field::list<Configuration>(
        "policy.quotas", "How much repositories may hold; a push beyond it is refused.",
        quota_fields(), place(&Policy::quotas)));
    keys.push_back(field::list<Configuration>("policy.retention",
                                              "Which tags stay; without a rule all do.",
                                              retention_fields(), place(&Policy::retention)));
    keys.push_back(field::list<Configuration>("policy.immutable", "Which tags never move.",
                                              immutable_fields(), place(&Policy::immutable)));
}

void add_registrations(std::vector<Key>& keys) {
    using Registrations = RegistrationsConfiguration;
    const auto place = [](auto member) { return in(&Configuration::registrations, member); };
    keys.push_back(key("registrations.allow_loopback", Type::boolean(),
                       "Whether registries may be registered that are on this machine (127.0.0.1, "
                       "::1, localhost).",
                       place(&Registrations::allow_loopback)));
    keys.push_back(key("registrations.allow_link_local", Type::boolean(),
                       "Whether they may be at link-local addresses (169.254.0.0/16, fe80::/10), "
                       "where clouds keep their metadata.",
                       place(&Registrations::allow_link_local)));
    keys.push_back(key("registrations.allow_plain_http", Type::boolean(),
                       "Whether they may be spoken to without TLS.",
                       place(&Registrations::allow_plain_http)));
}

void add_ecr(std::vector<Key>& keys) {
    keys.push_back(key("ecr.failover_after", Type::duration(1, minute),
                       "How long a region of an ECR registry that is in several may leave a read "
                       "unanswered, or its body stand still, before it is read by digest in "
                       "another; also how long AWS may take to give a session or a password.",
                       in(&Configuration::ecr, &EcrConfiguration::failover_after)));
}

std::vector<Key> make_keys() {
    std::vector<Key> keys;
    add_http(keys);
    add_storage_limits(keys);
    add_storage_times(keys);
    add_log_and_metrics(keys);
    add_rates(keys);
    add_policy(keys);
    add_registrations(keys);
    add_ecr(keys);
    add_sign_in_keys(keys);
    return keys;
}

} // namespace

const std::vector<Key>& configuration_keys() {
    static const std::vector<Key> keys = make_keys();
    return keys;
}

} // namespace berth::app
