#include "api/ecr_facts.hpp"

#include "api/browse_target.hpp"
#include "api/registry_json.hpp"
#include "base/utf8.hpp"
#include "ecr/facts.hpp"
#include "registration/endpoint.hpp"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace berth::api {
namespace {

using ecr::FactsRequest;
using ecr::ImageFacts;
using ecr::RepositoryFacts;

// Of foreign texts and lists. AWS's own bounds are lower, but for tags of an image, of which there
// may be a thousand.
constexpr std::size_t longest_fact = 1'024;
constexpr std::size_t longest_policy = 64 * 1'024;
constexpr std::size_t most_items = 100;

void put_fact(json::Object& written, const char* key, const std::string& value,
              std::size_t longest = longest_fact) {
    if (!value.empty()) written[key] = utf8_text(value.substr(0, longest));
}

void put_when(json::Object& written, const char* key, const std::optional<aws::Time>& time) {
    if (time) written[key] = time_text(*time);
}

/// write(item) of the first ones.
template <class Items, class Write>
json::Array write_first(const Items& items, const Write& write) {
    json::Array written;
    for (const auto& each : items) {
        if (written.size() == most_items) break;
        written.push_back(write(each));
    }
    return written;
}

json::Value write_word(const std::string& text) {
    return json::Value(utf8_text(text.substr(0, longest_fact)));
}

json::Value write_untold(const ecr::Untold& untold) {
    json::Object written{{"fact", untold.fact}};
    put_fact(written, "action", untold.action);
    put_fact(written, "message", untold.message, longest_policy);
    put_fact(written, "hint", untold.fix, longest_policy);
    return written;
}

json::Value write_destination(const aws::ReplicationDestination& to) {
    return json::Object{{"region", write_word(to.region)}, {"account", write_word(to.account)}};
}

json::Value write_rule_about(const aws::ReplicationRule& rule) {
    return json::Object{{"destinations", write_first(rule.destinations, write_destination)},
                        {"prefixes", write_first(rule.prefixes, write_word)}};
}

json::Object write_settings(const aws::RepositoryRecord& settings) {
    json::Object written{{"scanOnPush", settings.scan_on_push}};
    put_fact(written, "arn", settings.arn);
    put_fact(written, "uri", settings.uri);
    put_when(written, "created", settings.created);
    put_fact(written, "tagMutability", settings.tag_mutability);
    written["mutabilityExclusions"] = write_first(settings.mutability_exclusions, write_word);
    put_fact(written, "encryption", settings.encryption);
    put_fact(written, "encryptionKey", settings.encryption_key);
    return written;
}

json::Object write_repository_facts(const RepositoryFacts& facts) {
    json::Object written{{"account", facts.account}, {"region", facts.region}};
    if (facts.settings) written["settings"] = write_settings(*facts.settings);
    if (facts.lifecycle_policy)
        put_fact(written, "lifecyclePolicy", *facts.lifecycle_policy, longest_policy);
    if (facts.resource_tags)
        written["resourceTags"] = write_first(*facts.resource_tags, [](const auto& tag) {
            return json::Object{{"key", write_word(tag.first)}, {"value", write_word(tag.second)}};
        });
    if (facts.rules) written["rules"] = write_first(*facts.rules, write_rule_about);
    written["untold"] = write_first(facts.untold, write_untold);
    return written;
}

json::Object write_image_record(const aws::ImageRecord& image) {
    json::Object written{{"digest", image.digest},
                         {"size", image.size},
                         {"tags", write_first(image.tags, write_word)},
                         {"tagCount", image.tags.size()}};
    put_when(written, "pushed", image.pushed);
    put_when(written, "lastPulled", image.last_pulled);
    put_fact(written, "mediaType", image.manifest_media_type);
    put_fact(written, "artifactType", image.artifact_media_type);
    put_fact(written, "status", image.status);
    return written;
}

json::Object write_severities(const std::map<std::string, std::uint64_t>& counts) {
    json::Object written;
    for (const auto& [severity, count] : counts)
        if (written.size() < most_items) written[utf8_text(severity.substr(0, 64))] = count;
    return written;
}

json::Value write_finding(const aws::ScanFinding& finding) {
    json::Object written{{"name", write_word(finding.name)},
                         {"severity", write_word(finding.severity)}};
    put_fact(written, "package", finding.package);
    put_fact(written, "version", finding.version);
    put_fact(written, "fixedIn", finding.fixed_in);
    put_fact(written, "uri", finding.uri);
    return written;
}

json::Object write_scan(const aws::ScanRecord& scan) {
    json::Object written{{"status", write_word(scan.status)},
                         {"counts", write_severities(scan.counts)},
                         {"findings", write_first(scan.findings, write_finding)},
                         {"more", scan.more}};
    put_fact(written, "description", scan.description);
    put_when(written, "completed", scan.completed);
    put_when(written, "database", scan.database);
    return written;
}

/// What the image's own record says of its scan, where the findings themselves are not told.
std::optional<aws::ScanRecord> scan_of(const ImageFacts& facts) {
    if (facts.scan || !facts.image || facts.image->scan_status.empty()) return facts.scan;
    return aws::ScanRecord{.status = facts.image->scan_status,
                           .completed = facts.image->scan_completed,
                           .counts = facts.image->findings,
                           .more = !facts.image->findings.empty()};
}

json::Value write_replicated(const aws::ReplicationRecord& record) {
    json::Object written = write_destination(record.to).as_object();
    written["status"] = write_word(record.status);
    put_fact(written, "failureCode", record.failure_code);
    return written;
}

json::Object write_image_facts(const ImageFacts& facts) {
    json::Object written{{"account", facts.account}, {"region", facts.region}};
    if (facts.image) written["image"] = write_image_record(*facts.image);
    if (const auto scan = scan_of(facts)) written["scan"] = write_scan(*scan);
    if (facts.replication)
        written["replication"] = write_first(*facts.replication, write_replicated);
    written["untold"] = write_first(facts.untold, write_untold);
    return written;
}

class EcrFacts {
public:
    explicit EcrFacts(RegistryParts parts) : parts_(parts) {}

    net::Response repository(Call& call) {
        const auto found = find_ecr_registry(parts_, call);
        const FactsRequest request{.region = browsed_region(call),
                                   .repository = repository_of(found, call)};
        const auto place = outbound_place(parts_.outbound, call);
        const auto facts = ecr::repository_facts(access_of(parts_.book, found), *parts_.outside.aws,
                                                 request, call.request.stop);
        return answer(request, write_repository_facts(facts));
    }

    net::Response image(Call& call) {
        const auto found = find_ecr_registry(parts_, call);
        const FactsRequest request{.region = browsed_region(call),
                                   .repository = repository_of(found, call),
                                   .reference = browsed_reference(call)};
        const auto place = outbound_place(parts_.outbound, call);
        const auto facts = ecr::image_facts(access_of(parts_.book, found), *parts_.outside.aws,
                                            request, call.request.stop);
        return answer(request, write_image_facts(facts));
    }

private:
    /// As browsing has it: nothing outside the content paths.
    static std::string repository_of(const registration::Registration& found, const Call& call) {
        BrowseTarget target;
        target.name = found.name;
        target.may_see = [paths = found.content_paths](std::string_view repository) {
            return registration::is_within(paths, repository);
        };
        return browsed_repository(target, call);
    }

    net::Response answer(const FactsRequest& request, json::Object written) {
        written["repository"] = request.repository;
        written["at"] = time_text(parts_.clock.wall_now());
        return reply(200, written);
    }

    RegistryParts parts_;
};

} // namespace

Routes make_ecr_fact_routes(RegistryParts parts) {
    // Shared by the operations, which are copied.
    const auto shared = std::make_shared<EcrFacts>(parts);
    return {{"GET", "/v1/registries/oci/{uid}/ecr/repository", identity::Right::see,
             [shared](Call& call) { return shared->repository(call); }},
            {"GET", "/v1/registries/oci/{uid}/ecr/image", identity::Right::see,
             [shared](Call& call) { return shared->image(call); }}};
}

} // namespace berth::api
