#include "ecr/facts.hpp"

#include "aws/ecr_client.hpp"
#include "aws/error.hpp"
#include "base/text.hpp"
#include "registration/ecr_login.hpp"
#include "registry/parallel.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <functional>
#include <iterator>
#include <memory>

namespace berth::ecr {
namespace {

/// AWS's rates are not told for these calls.
constexpr std::size_t facts_at_once = 4;

aws::EcrHost host_in_region(const registration::EcrLogin& login, const std::string& region) {
    const aws::ResolvedEndpoint resolved = login.endpoint.resolve(region).value();
    if (resolved.host.is_public())
        throw Error(ErrorCode::unsupported,
                    "AWS tells these facts of an account's private ECR registry alone, and this "
                    "one is of ECR Public");
    if (!login.keys)
        throw Error(ErrorCode::unsupported,
                    "AWS tells these facts to whoever shows an identity, and this registry is "
                    "registered without one")
            .set_hint("edit the registry, turn Protected on, and give an access key or a role");
    if (resolved.ignored_request)
        throw Error(ErrorCode::usage,
                    fmt::format("{} was asked for, and the endpoint is of {} alone",
                                berth::quoted(region), resolved.host.region))
            .set_hint(fmt::format("write {} in place of its region", aws::region_variable));
    return resolved.host;
}

/// Several questions to one registry, each of which may be refused.
class Inquiry {
public:
    Inquiry(const registration::Access& access, aws::Cloud& cloud, const FactsRequest& request,
            const std::stop_token& stop)
        : login_(registration::ecr_login(access.spec, access.endpoint, access.secrets, cloud)),
          host_(host_in_region(login_, request.region)),
          source_(registration::shared_means(login_, cloud).source),
          client_(cloud.api(), source_,
                  {.service = aws::Service::ecr, .region = host_.region, .account = host_.account}),
          stop_(stop) {
        // Whoever cannot be known is refused once, and not by each question.
        source_->credentials(stop_);
    }

    aws::EcrClient& client() { return client_; }
    const aws::EcrHost& host() const { return host_; }
    std::string repository_arn(const std::string& repository) const {
        return fmt::format("arn:{}:ecr:{}:{}:repository/{}", host_.partition->id, host_.region,
                           host_.account, repository);
    }

    using Ask = std::function<void(const std::stop_token&)>;
    void add(std::string fact, std::string_view operation, Ask ask) {
        questions_.push_back({.untold = {.fact = std::move(fact)},
                              .action = fmt::format("ecr:{}", operation),
                              .ask = std::move(ask)});
    }

    /// Asks all that were added. What is not told is added to `untold`.
    void run(std::vector<Untold>& untold) {
        std::stop_source own;
        const std::stop_callback forward(stop_, [&] { own.request_stop(); });
        registry::for_each_parallel(questions_.size(), facts_at_once, own, [&](std::size_t at) {
            try_question(questions_[at], own.get_token());
        });
        // A refusal is an answer too.
        for (const Question& each : questions_)
            answered_ = answered_ || !each.failure || !each.untold.action.empty();
        if (!answered_) std::rethrow_exception(questions_.front().failure);
        for (Question& each : questions_)
            if (each.failure) untold.push_back(std::move(each.untold));
        questions_.clear();
    }

private:
    struct Question {
        Untold untold;
        std::string action;
        Ask ask;
        std::exception_ptr failure = {};
    };

    /// That the repository or the image is not there is no missing fact.
    static bool is_about_subject(const Error& error, const Question& question) {
        return error.code() == ErrorCode::name_unknown ||
               (error.code() == ErrorCode::manifest_unknown && question.untold.fact == "image");
    }

    static void try_question(Question& question, const std::stop_token& stop) {
        try {
            question.ask(stop);
        } catch (const Error& error) {
            if (error.code() == ErrorCode::cancelled || is_about_subject(error, question)) throw;
            question.failure = std::current_exception();
            question.untold.message = error.message();
            question.untold.fix = error.hint();
            const auto* said = dynamic_cast<const aws::AwsError*>(&error);
            if (said != nullptr && said->cause == aws::Cause::denied)
                question.untold.action =
                    said->denial.action.empty() ? question.action : said->denial.action;
        }
    }

    registration::EcrLogin login_;
    aws::EcrHost host_;
    std::shared_ptr<aws::CredentialSource> source_; ///< shared with the client
    aws::EcrClient client_;
    std::stop_token stop_;
    std::vector<Question> questions_;
    bool answered_ = false; ///< any of them so far
};

/// AWS shows the rules of the caller's own account, whatever registry is asked about.
std::vector<aws::ReplicationRule> rules_about(const aws::RegistryRecord& registry,
                                              const aws::EcrHost& host,
                                              const std::string& repository) {
    if (registry.account != host.account)
        throw Error(ErrorCode::unsupported,
                    fmt::format("AWS shows the rules of the caller's own account {} alone, and the "
                                "registry is of {}",
                                registry.account, host.account));
    std::vector<aws::ReplicationRule> rules;
    std::copy_if(registry.rules.begin(), registry.rules.end(), std::back_inserter(rules),
                 [&](const aws::ReplicationRule& rule) { return rule.is_about(repository); });
    return rules;
}

void keep_gravest(aws::ScanRecord& scan) {
    std::stable_sort(scan.findings.begin(), scan.findings.end(),
                     [](const aws::ScanFinding& a, const aws::ScanFinding& b) {
                         return aws::rank_of_severity(a.severity) <
                                aws::rank_of_severity(b.severity);
                     });
    if (scan.findings.size() <= most_findings) return;
    scan.findings.resize(most_findings);
    scan.more = true;
}

} // namespace

RepositoryFacts repository_facts(const registration::Access& access, aws::Cloud& cloud,
                                 const FactsRequest& request, const std::stop_token& stop) {
    Inquiry inquiry(access, cloud, request, stop);
    aws::EcrClient& ecr = inquiry.client();
    const std::string& name = request.repository;
    RepositoryFacts facts{.account = inquiry.host().account, .region = inquiry.host().region};
    inquiry.add("settings", "DescribeRepositories", [&](const std::stop_token& until) {
        facts.settings = ecr.repository(name, until);
    });
    inquiry.add("lifecyclePolicy", "GetLifecyclePolicy", [&](const std::stop_token& until) {
        facts.lifecycle_policy = ecr.lifecycle_policy(name, until);
    });
    inquiry.add("resourceTags", "ListTagsForResource", [&](const std::stop_token& until) {
        facts.resource_tags = ecr.tags(inquiry.repository_arn(name), until);
    });
    inquiry.add("rules", "DescribeRegistry", [&](const std::stop_token& until) {
        facts.rules = rules_about(ecr.registry(until), inquiry.host(), name);
    });
    inquiry.run(facts.untold);
    return facts;
}

ImageFacts image_facts(const registration::Access& access, aws::Cloud& cloud,
                       const FactsRequest& request, const std::stop_token& stop) {
    Inquiry inquiry(access, cloud, request, stop);
    aws::EcrClient& ecr = inquiry.client();
    const std::string& name = request.repository;
    ImageFacts facts{.account = inquiry.host().account, .region = inquiry.host().region};
    inquiry.add("image", "DescribeImages", [&](const std::stop_token& until) {
        facts.image = ecr.image(name, request.reference, until);
    });
    inquiry.run(facts.untold);
    // A tag that moves between the calls would have one image's size and another's findings.
    const std::string image = facts.image ? facts.image->digest : request.reference;
    inquiry.add("scan", "DescribeImageScanFindings",
                [&](const std::stop_token& until) { facts.scan = ecr.scan(name, image, until); });
    inquiry.add("replication", "DescribeImageReplicationStatus", [&](const std::stop_token& until) {
        facts.replication = ecr.replication(name, image, until);
    });
    inquiry.run(facts.untold);
    if (facts.scan) keep_gravest(*facts.scan);
    return facts;
}

} // namespace berth::ecr
