#include "cli/registry_trial.hpp"

#include "cli/validation_report.hpp"

#include <fmt/format.h>

namespace berth::cli {
namespace {

json::Value validation_of(Management& management, const RegistryName& registry,
                          const json::Object& body) {
    json::Object spec = body.at("spec").as_object();
    if (!registry.uid.empty()) spec["registryUid"] = registry.uid;
    return management.api()
        .post(fmt::format("/v1/registries/oci/{}/validate/steps", registry.type), spec)
        .body;
}

} // namespace

std::vector<Flag> trial_flags() {
    return {{.name = "no-validate", .value = "", .help = "do not try it before"},
            {.name = "dry-run", .value = "", .help = "try it, print the steps and keep nothing"}};
}

json::Value tried(Invocation& invocation, Management& management, const RegistryName& registry,
                  const json::Object& body, std::string_view outcome) {
    if (invocation.line.has("no-validate")) return nullptr;
    auto validation = validation_of(management, registry, body);
    tell_steps(invocation.console(), validation);
    if (auto error = validation_error(validation, outcome)) {
        const auto fix = error->hint();
        error->set_hint(
            fmt::format("{}{}--no-validate keeps it all the same", fix, fix.empty() ? "" : "; "));
        throw std::move(*error);
    }
    return validation;
}

Report stored_report(const RegistryName& registry, std::string_view endpoint,
                     json::Value validation) {
    return {json::Object{{"uid", registry.uid},
                         {"name", registry.name},
                         {"type", registry.type},
                         {"endpoint", endpoint},
                         {"validation", std::move(validation)}},
            {{Section::Shape::card,
              "",
              {{"Name", "name"},
               {"Type", "type"},
               {"Endpoint", "endpoint"},
               {"Validation", "validation.result"},
               {"UID", "uid"}}}}};
}

std::optional<int> dry_run(Invocation& invocation, Management& management,
                           const RegistryName& registry, const json::Object& body) {
    if (!invocation.line.has("dry-run")) return std::nullopt;
    auto validation = validation_of(management, registry, body);
    const int status = validation_status(validation);
    invocation.print(validation_report(std::move(validation)));
    return status;
}

} // namespace berth::cli
