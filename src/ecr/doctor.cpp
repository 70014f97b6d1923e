#include "ecr/doctor.hpp"

#include "aws/ecr_client.hpp"
#include "aws/error.hpp"
#include "aws/service_endpoint.hpp"
#include "base/error.hpp"
#include "base/text.hpp"
#include "ecr/rights.hpp"
#include "registration/ecr_login.hpp"
#include "registration/endpoint.hpp"
#include "registry/parallel.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <span>
#include <utility>

namespace berth::ecr {
namespace {

/// A repository that nobody has: a refusal of it may only mean that rights are bound to others.
constexpr std::string_view invented = "berth-doctor/none";

/// In all regions together: AWS counts each API's calls, of which a region gets one of each.
constexpr std::size_t probes_at_once = 5;

/// ECR Public's second right to a token, which no call of its own asks for.
constexpr std::string_view bearer = "sts:GetServiceBearerToken";

/// One registry to be examined: an account in a region, or the caller's own part of ECR Public.
struct Place {
    aws::EcrPlace ecr;
    std::string_view partition;
};

Place place_of(const aws::EcrHost& host, const std::string& caller) {
    if (host.is_public())
        return {{.service = aws::Service::ecr_public,
                 .region = std::string(aws::ecr_public_region),
                 .account = caller},
                host.partition->id};
    return {{.service = aws::Service::ecr, .region = host.region, .account = host.account},
            host.partition->id};
}

std::string arn_of(const Place& place, const std::string& repository) {
    const bool is_public = place.ecr.service == aws::Service::ecr_public;
    return fmt::format("arn:{}:{}:{}:{}:repository/{}", place.partition,
                       aws::signing_name(place.ecr.service), is_public ? "" : place.ecr.region,
                       place.ecr.account, repository);
}

/// AWS's own word for what it refused: it may be another action than the one that was asked for.
using RefusedAction = std::string;

RefusedAction judge(const aws::AwsError& error, Probed& probed) {
    // What is not there was looked for, so the right was there.
    if (error.cause == aws::Cause::absent) return {};
    probed.request_id = error.request_id;
    probed.message = error.message();
    probed.fix = error.hint();
    if (error.cause != aws::Cause::denied) {
        probed.verdict = Verdict::inconclusive;
        return {};
    }
    probed.verdict = Verdict::denied;
    using aws::PolicyKind;
    const PolicyKind kind = error.denial.policy;
    if (kind != PolicyKind::unnamed) probed.policy = aws::name_of(kind);
    const std::string& action = error.denial.action.empty() ? probed.action : error.denial.action;
    const bool grant_helps = !error.denial.explicit_deny &&
                             (kind == PolicyKind::unnamed || kind == PolicyKind::identity);
    if (grant_helps)
        probed.statement =
            json::Object{{"Effect", "Allow"}, {"Action", action}, {"Resource", probed.resource}};
    return action;
}

class Examiner {
public:
    Examiner(aws::Cloud& cloud, std::shared_ptr<aws::CredentialSource> source, const Place& place,
             const std::string& repository)
        : client_(cloud.api(), std::move(source), place.ecr),
          repository_{place.ecr.account, repository, arn_of(place, repository)} {}

    std::span<const EcrRight> rights() const { return ecr_rights(client_.place().service); }

    /// Any thread. ECR Public judges two rights at the call for a token.
    std::vector<Probed> probe(const EcrRight& right, std::stop_token stop) {
        std::vector<Probed> probes{asked_on(right)};
        const RefusedAction refused = ask(right, probes.front(), std::move(stop));
        if (&right == &rights().front() && client_.place().service == aws::Service::ecr_public)
            probes.push_back(bearer_of(probes.front(), refused));
        return probes;
    }

private:
    Probed asked_on(const EcrRight& right) const {
        const aws::EcrPlace& place = client_.place();
        return {.action = fmt::format("{}:{}", aws::signing_name(place.service), right.operation),
                .region = place.region,
                .resource = right.of_a_repository() ? repository_.arn : "*",
                .feature = std::string(right.feature)};
    }

    RefusedAction ask(const EcrRight& right, Probed& probed, std::stop_token stop) {
        try {
            client_.call(right.operation, harmless_input(right, repository_), std::move(stop));
        } catch (const aws::AwsError& error) {
            return judge(error, probed);
        } catch (const Error& error) {
            if (error.code() == ErrorCode::cancelled) throw;
            probed.verdict = Verdict::inconclusive;
            probed.message = error.message();
            probed.fix = error.hint();
        }
        return {};
    }

    /// AWS judges `token`, the right to ask for one, and then whether the caller may bear it.
    static Probed bearer_of(Probed& token, const RefusedAction& refused) {
        Probed own = token;
        own.action = bearer;
        own.feature = "logging in: ECR Public's token needs this second right";
        if (token.verdict != Verdict::denied) return own;
        if (refused == bearer) {
            token = {.action = token.action,
                     .region = token.region,
                     .resource = token.resource,
                     .feature = token.feature};
            return own;
        }
        return {.action = own.action,
                .region = own.region,
                .verdict = Verdict::inconclusive,
                .resource = own.resource,
                .feature = own.feature,
                .message = fmt::format("AWS looks at it only where {} is allowed", token.action),
                .fix = fmt::format("allow {} first, and examine again", token.action)};
    }

    aws::EcrClient client_;
    TriedRepository repository_;
};

/// What is tried where rights are bound to repositories: a real one if AWS lists any.
void choose_repository(Diagnosis& diagnosis, const registration::Access& access,
                       aws::EcrClient client, std::stop_token stop) {
    const bool is_public = client.place().service == aws::Service::ecr_public;
    // In ECR Public content paths begin with somebody's alias, which its API does not know.
    const std::vector<std::string> paths =
        is_public ? std::vector<std::string>{} : access.content_paths;
    diagnosis.repository = paths.empty() ? std::string(invented) : paths.front();
    try {
        for (const auto& each : client.repositories("", std::move(stop)).items) {
            if (!registration::is_within(paths, each.name)) continue;
            diagnosis.repository = each.name;
            diagnosis.listed = true;
            return;
        }
    } catch (const Error& error) {
        if (error.code() == ErrorCode::cancelled) throw;
    }
}

/// The default region's and those asked for, each once.
std::vector<Place> places_of(const aws::EndpointTemplate& endpoint,
                             const std::vector<std::string>& regions, const std::string& caller) {
    std::vector<aws::EcrHost> hosts{endpoint.resolve("").value().host};
    for (const std::string& region : regions) {
        const aws::ResolvedEndpoint resolved = endpoint.resolve(region).value();
        if (resolved.ignored_request)
            throw Error(ErrorCode::usage,
                        fmt::format("{} was asked for, and the endpoint is of one region",
                                    berth::quoted(region)))
                .set_hint(fmt::format("write {} in place of its region", aws::region_variable));
        if (std::find(hosts.begin(), hosts.end(), resolved.host) == hosts.end())
            hosts.push_back(resolved.host);
    }
    std::vector<Place> places;
    for (const aws::EcrHost& host : hosts) places.push_back(place_of(host, caller));
    return places;
}

/// In the order of examiners and rights, whatever is answered first.
std::vector<Probed> probe_all(std::vector<Examiner>& examiners, const std::stop_token& stop) {
    std::vector<std::pair<Examiner*, const EcrRight*>> questions;
    for (Examiner& each : examiners)
        for (const EcrRight& right : each.rights()) questions.emplace_back(&each, &right);
    std::vector<std::vector<Probed>> answers(questions.size());
    std::stop_source own;
    const std::stop_callback forward(stop, [&] { own.request_stop(); });
    registry::for_each_parallel(questions.size(), probes_at_once, own, [&](std::size_t at) {
        const auto& [examiner, right] = questions[at];
        answers[at] = examiner->probe(*right, own.get_token());
    });
    std::vector<Probed> probes;
    for (auto& answer : answers)
        std::move(answer.begin(), answer.end(), std::back_inserter(probes));
    return probes;
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

Diagnosis examine(const registration::Access& access, aws::Cloud& cloud,
                  const std::vector<std::string>& regions, const std::stop_token& stop) {
    const registration::EcrLogin login =
        registration::ecr_login(access.spec, access.endpoint, access.secrets, cloud);
    if (!login.keys)
        throw Error(ErrorCode::unsupported,
                    "this registry is not protected: nobody's rights at AWS are used for it")
            .set_hint("edit the registry, turn Protected on, and give an access key or a role");
    const registration::EcrMeans means = registration::shared_means(login, cloud);
    const aws::CallerIdentity caller =
        cloud.sts(login.sts_region()).caller(means.source->credentials(stop), stop);
    Diagnosis diagnosis{.account = caller.account, .arn = caller.arn};
    const auto places = places_of(login.endpoint, regions, caller.account);
    choose_repository(diagnosis, access, {cloud.api(), means.source, places.front().ecr}, stop);
    std::vector<Examiner> examiners;
    for (const Place& place : places)
        examiners.emplace_back(cloud, means.source, place, diagnosis.repository);
    diagnosis.probes = probe_all(examiners, stop);
    return diagnosis;
}

json::Object write_diagnosis(const Diagnosis& diagnosis) {
    json::Array probes;
    for (const Probed& each : diagnosis.probes) probes.push_back(write_probed(each));
    return {{"account", diagnosis.account},
            {"arn", diagnosis.arn},
            {"repository", diagnosis.repository},
            {"repositoryListed", diagnosis.listed},
            {"probes", std::move(probes)}};
}

} // namespace berth::ecr
