#include "base/error.hpp"
#include "base/text.hpp"
#include "cli/diagnosis_report.hpp"
#include "cli/management.hpp"
#include "cli/registry_flags.hpp"
#include "cli/table.hpp"
#include "net/url.hpp"

#include <fmt/format.h>

namespace berth::cli {
namespace {

int registry_doctor(Invocation& invocation) {
    Management management(invocation);
    const auto registry = management.registry(invocation.line.argument(0));
    if (registry.type != "ecr")
        throw Error(ErrorCode::usage,
                    fmt::format("{} is no Amazon ECR registry", berth::quoted(registry.name)))
            .set_hint(fmt::format("berth registry validate {} tries any registry", registry.name));
    const auto regions = invocation.line.values("region");
    const auto query = fmt::format("/doctor?regions={}",
                                   net::percent_encode(fmt::format("{}", fmt::join(regions, ","))));
    auto diagnosis = management.api().post(registry.path(query), {}).body;
    const int status = diagnosis_status(diagnosis);
    invocation.print(diagnosis_report(std::move(diagnosis)));
    return status;
}

} // namespace

Command registry_doctor_command() {
    return {
        .name = "registry doctor",
        .summary = "Ask AWS which rights a registered ECR registry has",
        .description =
            "The server asks for each right that it uses at ECR, by a call that reads and finds "
            "nothing, with the registry's own access key or role. For a right that is missing it "
            "prints what does not work without it, the kind of policy that refuses, AWS's request "
            "id, and the smallest statement that grants it; none where granting does not help. The "
            "exit status is 4 if a right is denied, and 7 if AWS did not let one be judged.",
        .examples = {{"in the default region", "berth registry doctor ecr"},
                     {"in two more",
                      "berth registry doctor ecr --region us-east-1 --region eu-central-1"},
                     {"for a script", "berth registry doctor -o json ecr"}},
        .arguments = {{.name = "NAME", .help = "its name or uid"}},
        .flags = joined({{{.name = "region",
                           .value = "REGION",
                           .help = "beside the default region; at most 8",
                           .repeatable = true}},
                         server_flags()}),
        .run = registry_doctor};
}

} // namespace berth::cli
