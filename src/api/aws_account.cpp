#include "api/aws_account.hpp"

#include "api/places.hpp"
#include "api/refusal.hpp"
#include "aws/cloud.hpp"
#include "aws/partition.hpp"
#include "aws/policies.hpp"
#include "base/text.hpp"
#include "ecr/doctor.hpp"

#include <fmt/format.h>

namespace berth::api {
namespace {

/// The machine's identity is found out by asking: nothing else says whether its keys still work.
aws::CallerIdentity identity_of(aws::Cloud& cloud, const aws::Partition& partition,
                                std::stop_token stop) {
    const bool home = aws::partition_of_region(cloud.home_region()) == &partition;
    const std::string region = home ? cloud.home_region() : std::string(partition.example_region);
    try {
        return cloud.sts(region).caller(cloud.machine()->credentials(stop), stop);
    } catch (const Error& error) {
        if (error.code() == ErrorCode::cancelled) throw;
        throw Refusal(
            400, "AwsIdentityMissing",
            fmt::format("this server has no identity at AWS that could take on a role: {}",
                        error.message()))
            .hint_is(error.hint().empty()
                         ? "give the machine a role, or the server AWS_ACCESS_KEY_ID and "
                           "AWS_SECRET_ACCESS_KEY; registries with an access key of their own need "
                           "none of this"
                         : error.hint());
    }
}

net::Response account(const RegistryParts& parts, Call& call) {
    const std::string id = call.query.find("partition").value_or("aws");
    const aws::Partition* partition = aws::partition_with_id(id);
    if (partition == nullptr)
        throw Error(ErrorCode::usage, fmt::format("{} is no partition of AWS", berth::quoted(id)));
    if (parts.outside.aws == nullptr)
        throw Error(ErrorCode::unsupported, "this server does not speak to AWS");
    const auto place = outbound_place(parts.outbound, call);
    const aws::CallerIdentity caller =
        identity_of(*parts.outside.aws, *partition, call.request.stop);
    const std::string external_id = parts.book.external_id(call.tenant());
    return reply(200, {{"accountId", caller.account},
                       {"externalId", external_id},
                       {"partition", id},
                       {"arn", caller.arn},
                       {"trustPolicy", aws::trust_policy(id, caller.account, external_id)},
                       {"policy", aws::registry_policy()}});
}

/// They need no identity: whoever has an access key wants to know what its user has to be allowed.
net::Response policies() {
    return reply(200, {{"ecr", aws::ecr_policy()},
                       {"ecrPublic", aws::ecr_public_policy()},
                       {"ecrFill", aws::ecr_fill_policy({"*"})}});
}

net::Response doctor(const RegistryParts& parts, Call& call) {
    const auto found = find_ecr_registry(parts, call);
    const auto place = outbound_place(parts.outbound, call);
    const auto access = access_of(parts.book, found);
    return reply(200, ecr::write_diagnosis(ecr::examine(access, *parts.outside.aws,
                                                        regions_of(call), call.request.stop)));
}

} // namespace

std::vector<std::string> regions_of(const Call& call) {
    std::vector<std::string> regions;
    const std::string asked = call.query.find("regions").value_or("");
    if (asked.size() > 512) throw Error(ErrorCode::usage, "regions is longer than 512 bytes");
    for (const std::string_view region : split(asked, ','))
        if (!trimmed(region).empty()) regions.emplace_back(trimmed(region));
    if (regions.size() > most_regions_asked)
        throw Error(ErrorCode::usage,
                    fmt::format("regions names more than {}: ask in parts", most_regions_asked));
    return regions;
}

Routes make_aws_account_routes(RegistryParts parts) {
    return {
        {"GET", "/v1/clouds/aws/account/sts", identity::Right::use,
         [parts](Call& call) { return account(parts, call); }},
        {"GET", "/v1/clouds/aws/policies", identity::Right::use, [](Call&) { return policies(); }},
        {"POST", "/v1/registries/oci/{uid}/doctor", identity::Right::use,
         [parts](Call& call) { return doctor(parts, call); }, unrecorded}};
}

} // namespace berth::api
