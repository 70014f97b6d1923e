#include "registration/ecr_doctor.hpp"

#include "aws/ecr_client.hpp"
#include "aws/error.hpp"
#include "base/error.hpp"
#include "registration/ecr_login.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace berth::registration {
namespace {

/// A repository that nobody has: a refusal of it may only mean that rights are bound to others.
constexpr std::string_view invented = "berth-doctor/none";

/// What a probe's input names.
enum class About { nothing, page, repository, images, image, layers, layer, resource };

struct Row {
    std::string_view operation;
    About about;
    std::string_view feature;
};
constexpr std::array<Row, 15> rows{{
    {"GetAuthorizationToken", About::nothing, "everything: there is no login without it"},
    {"DescribeRepositories", About::page, "the list of repositories"},
    {"ListImages", About::repository, "the list of tags"},
    {"DescribeImages", About::repository, "sizes, times and kinds of images"},
    {"BatchGetImage", About::images, "reading manifests: browsing and pulling"},
    {"BatchCheckLayerAvailability", About::layers, "looking whether a layer is there"},
    {"GetDownloadUrlForLayer", About::layer, "reading layers: pulling, charts and their values"},
    {"ListTagsForResource", About::resource, "the repository's tags at AWS"},
    {"DescribeRegistry", About::nothing, "replication: what goes to which region"},
    {"DescribeImageReplicationStatus", About::image, "replication: how far an image is"},
    {"DescribeImageScanFindings", About::image, "findings of scans"},
    {"GetLifecyclePolicy", About::repository, "the lifecycle policy"},
    {"GetLifecyclePolicyPreview", About::repository, "the preview of the lifecycle policy"},
    {"GetRepositoryPolicy", About::repository, "who else may use a repository"},
    {"GetRegistryPolicy", About::nothing, "who may replicate into the registry"},
}};

std::string no_digest() {
    return "sha256:" + std::string(64, '0');
}

class Examiner {
public:
    Examiner(aws::Cloud& cloud, std::shared_ptr<aws::CredentialSource> source,
             const aws::EcrHost& host, std::string repository)
        : client_(cloud.api(), std::move(source),
                  {.service = aws::Service::ecr, .region = host.region, .account = host.account}),
          host_(host),
          repository_(std::move(repository)) {}

    Probed probe(const Row& row, std::stop_token stop) {
        Probed probed{.action = fmt::format("ecr:{}", row.operation),
                      .region = host_.region,
                      .resource = resource(row.about),
                      .feature = std::string(row.feature)};
        try {
            client_.call(row.operation, input(row), std::move(stop));
        } catch (const aws::AwsError& error) {
            judge(error, probed);
        } catch (const Error& error) {
            if (error.code() == ErrorCode::cancelled) throw;
            probed.verdict = Verdict::inconclusive;
            probed.message = error.message();
            probed.fix = error.hint();
        }
        return probed;
    }

private:
    std::string arn() const {
        return fmt::format("arn:{}:ecr:{}:{}:repository/{}", host_.partition->id, host_.region,
                           host_.account, repository_);
    }

    std::string resource(About about) const {
        return about == About::nothing || about == About::page ? "*" : arn();
    }

    json::Object input(const Row& row) const {
        json::Object made;
        if (row.about == About::nothing) return made;
        if (row.about == About::resource) return {{"resourceArn", arn()}};
        made["registryId"] = host_.account;
        if (row.about == About::page) {
            made["maxResults"] = 1;
            return made;
        }
        made["repositoryName"] = repository_;
        const json::Object image{{"imageDigest", no_digest()}};
        if (row.about == About::image) made["imageId"] = image;
        if (row.about == About::images) made["imageIds"] = json::Array{image};
        if (row.about == About::layers)
            made["layerDigests"] = json::Array{json::Value(no_digest())};
        if (row.about == About::layer) made["layerDigest"] = no_digest();
        return made;
    }

    static void judge(const aws::AwsError& error, Probed& probed) {
        // What is not there was looked for, so the right was there.
        if (error.cause == aws::Cause::absent) return;
        probed.request_id = error.request_id;
        probed.message = error.message();
        probed.fix = error.hint();
        if (error.cause != aws::Cause::denied) {
            probed.verdict = Verdict::inconclusive;
            return;
        }
        probed.verdict = Verdict::denied;
        using aws::PolicyKind;
        const PolicyKind kind = error.denial.policy;
        if (kind != PolicyKind::unnamed) probed.policy = aws::name_of(kind);
        const bool grant_helps = !error.denial.explicit_deny &&
                                 (kind == PolicyKind::unnamed || kind == PolicyKind::identity);
        if (!grant_helps) return;
        const std::string& action =
            error.denial.action.empty() ? probed.action : error.denial.action;
        probed.statement =
            json::Object{{"Effect", "Allow"}, {"Action", action}, {"Resource", probed.resource}};
    }

    aws::EcrClient client_;
    const aws::EcrHost& host_;
    std::string repository_;
};

/// A real repository, so that rights that are bound to repositories are judged on one.
std::string known_repository(const Access& access, aws::EcrClient client, std::stop_token stop) {
    try {
        for (const auto& each : client.repositories("", std::move(stop)).items) {
            const auto& paths = access.content_paths;
            const auto covers = [&](const std::string& path) {
                return each.name == path || each.name.starts_with(path + "/");
            };
            if (paths.empty() || std::any_of(paths.begin(), paths.end(), covers)) return each.name;
        }
    } catch (const Error& error) {
        if (error.code() == ErrorCode::cancelled) throw;
    }
    return access.content_paths.empty() ? std::string(invented) : access.content_paths.front();
}

void add(json::Object& written, const char* key, const std::string& value) {
    if (!value.empty()) written[key] = value;
}

json::Object write_probed(const Probed& probed) {
    json::Object written{{"action", probed.action},
                         {"region", probed.region},
                         {"verdict", text_of(probed.verdict)},
                         {"resource", probed.resource},
                         {"feature", probed.feature}};
    add(written, "policy", probed.policy);
    add(written, "message", probed.message);
    add(written, "fix", probed.fix);
    add(written, "requestId", probed.request_id);
    if (probed.statement) written["statement"] = *probed.statement;
    return written;
}

} // namespace

std::string_view text_of(Verdict verdict) noexcept {
    if (verdict == Verdict::allowed) return "allowed";
    return verdict == Verdict::denied ? "denied" : "inconclusive";
}

Diagnosis examine(const Access& access, aws::Cloud& cloud, std::vector<std::string> regions,
                  std::stop_token stop) {
    const EcrLogin login = ecr_login(access.spec, access.endpoint, access.secrets, cloud);
    if (!login.keys || login.endpoint.default_region().empty())
        throw Error(ErrorCode::unsupported,
                    "only an account's ECR registry with an access key or a role can be examined");
    const EcrMeans means = shared_means(login, cloud);
    const aws::CallerIdentity caller =
        cloud.sts(login.sts_region()).caller(means.source->credentials(stop), stop);
    Diagnosis diagnosis{
        .account = caller.account, .arn = caller.arn, .repository = {}, .probes = {}};
    regions.insert(regions.begin(), login.endpoint.default_region());
    for (auto region = regions.begin(); region != regions.end(); ++region) {
        if (std::find(regions.begin(), region, *region) != region) continue;
        const aws::EcrHost host = login.endpoint.resolve(*region).value().host;
        if (diagnosis.repository.empty())
            diagnosis.repository = known_repository(
                access,
                {cloud.api(),
                 means.source,
                 {.service = aws::Service::ecr, .region = host.region, .account = host.account}},
                stop);
        Examiner examiner(cloud, means.source, host, diagnosis.repository);
        for (const Row& row : rows) diagnosis.probes.push_back(examiner.probe(row, stop));
    }
    return diagnosis;
}

json::Object write_diagnosis(const Diagnosis& diagnosis) {
    json::Array probes;
    for (const Probed& each : diagnosis.probes) probes.push_back(write_probed(each));
    return {{"account", diagnosis.account},
            {"arn", diagnosis.arn},
            {"repository", diagnosis.repository},
            {"probes", std::move(probes)}};
}

} // namespace berth::registration
