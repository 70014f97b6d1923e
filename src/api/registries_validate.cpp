#include "api/registries_validate.hpp"

#include "api/aws_account.hpp"
#include "api/refusal.hpp"
#include "api/registry_json.hpp"
#include "api/validation_answer.hpp"
#include "base/text.hpp"
#include "registration/field_error.hpp"
#include "registration/name.hpp"
#include "registration/validate.hpp"
#include "registration/with_secrets.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <memory>
#include <utility>

namespace berth::api {
namespace {

using identity::Right;
using registration::CheckedDraft;
using registration::Kind;
using registration::Note;
using registration::Registration;
using registration::Validation;

/// Where a preview shows what an endpoint with the placeholder becomes.
constexpr std::array<std::string_view, 3> preview_regions{"us-east-1", "eu-central-1",
                                                          "ap-southeast-1"};

json::Array write_notes(const std::vector<Note>& notes) {
    json::Array written;
    for (const Note& note : notes)
        written.push_back(json::Object{{"code", note.code}, {"message", note.text}});
    return written;
}

/// {result, steps, notes, at}
json::Object with_notes(json::Object validation, const std::vector<Note>& notes,
                        registration::Time at) {
    validation["notes"] = write_notes(notes);
    validation["at"] = time_text(at);
    return validation;
}

registration::ValidateOptions options_of(const Call& call) {
    registration::ValidateOptions options;
    options.regions = regions_of(call);
    return options;
}

/// The code that Palette's clients get for a step that failed.
std::string_view code_of(const registration::Step& step) {
    struct Row {
        std::string_view step_or_cause;
        std::string_view code;
    };
    // Causes first: a credential step may fail because a token service does not answer.
    constexpr std::array<Row, 24> rows{{
        {"slow", "RegistryTimeout"},
        {"aws_throttled", "RegistryTimeout"},
        {"aws_failing", "RegistryUnreachable"},
        {"unreachable", "RegistryUnreachable"},
        {"region_invalid", "InvalidRegistryEndpoint"},
        {"aws_region_off", "InvalidRegistryEndpoint"},
        {"template", "InvalidRegistryEndpoint"},
        {"identity", "InvalidRegistryCredentials"},
        {"role", "InvalidRegistryCredentials"},
        {"token", "InvalidRegistryCredentials"},
        {"credential_needed", "InvalidRegistryCredentials"},
        {"credential_rejected", "InvalidRegistryCredentials"},
        {"denied", "InvalidRegistryCredentials"},
        {"pull_denied", "InvalidRegistryCredentials"},
        {"token_service_unreachable", "RegistryUnreachable"},
        {"server_failing", "RegistryUnreachable"},
        {"address_forbidden", "RegistryAddressForbidden"},
        {"resolve", "RegistryUnreachable"},
        {"connect", "RegistryUnreachable"},
        {"tls", "RegistryCertificateInvalid"},
        {"challenge", "InvalidRegistryEndpoint"},
        {"credential", "InvalidRegistryCredentials"},
        {"listing", "InvalidRegistryContent"},
        {"manifest", "InvalidRegistryContent"},
    }};
    for (const Row& row : rows) {
        if (row.step_or_cause == step.cause || row.step_or_cause == step.name) return row.code;
    }
    return "RegistryValidationFailed";
}

Refusal refusal_of(const registration::Step& step) {
    Refusal refusal(400, std::string(code_of(step)),
                    fmt::format("{}: {}", step.name, step.message));
    refusal.detail("step", json::Value(step.name)).detail("cause", json::Value(step.cause));
    if (!step.fix.empty()) refusal.hint_is(step.fix);
    return refusal;
}

class ValidationOperations {
public:
    explicit ValidationOperations(RegistryParts parts) : parts_(parts) {}

    net::Response validate(Call& call, Kind kind) {
        const Validation validation = tried(call, checked(call, kind));
        if (const registration::Step* failed = validation.failed_step()) throw refusal_of(*failed);
        return reply(204);
    }

    net::Response steps(Call& call, Kind kind) {
        const CheckedDraft draft = checked(call, kind);
        return answer_validation(
            run_of(registration::access_of(draft), call), outbound_place(parts_.outbound, call),
            call.request,
            [&clock = parts_.clock, notes = draft.notes](const Validation& validation) {
                return with_notes(registration::write_validation(validation), notes,
                                  clock.wall_now());
            });
    }

    net::Response validate_stored(Call& call) {
        auto found = stored(call);
        registration::Access access =
            registration::access_of(found.registration, std::move(found.secrets));
        return answer_validation(
            run_of(std::move(access), call), outbound_place(parts_.outbound, call), call.request,
            [parts = parts_, tried = std::move(found.registration)](const Validation& validation) {
                registration::record_validation(parts.book, tried, validation, parts.clock);
                parts.sync.tell(tried.tenant, tried.uid);
                return with_notes(registration::write_validation(validation), tried.endpoint.notes,
                                  parts.clock.wall_now());
            });
    }

    net::Response last_validation(Call& call) {
        const Registration found = find_registry(parts_.book, call);
        if (!found.last_validation)
            throw Error(ErrorCode::not_found, fmt::format("registry {} was not validated yet",
                                                          berth::quoted(found.name)));
        const auto report = json::parse(found.last_validation->report).value();
        return reply(
            200, with_notes(report.as_object(), found.endpoint.notes, found.last_validation->at));
    }

    net::Response name(Call& call) {
        const std::string name = registration::checked_name(call.query.find("name").value_or(""));
        const auto taken = parts_.book.find_named(call.tenant(), name);
        if (taken && taken->uid != call.query.find("uid").value_or(""))
            throw Refusal(409, "NameTaken",
                          fmt::format("there is a registry {} already", berth::quoted(taken->name)))
                .detail("field", "metadata.name")
                .hint_is("choose another name; upper and lower case count as the same");
        return reply(204);
    }

    net::Response normalize(Call& call) {
        const json::Value body(body_of(call));
        const json::Reader reader(body, "");
        const auto text = [&](std::string_view key) { return reader.text(key).value_or(""); };
        const std::string endpoint = text("endpoint");
        const std::string base_path = text("basePath");
        std::string region = text("defaultRegion");
        const bool ecr = text("kind") == "ecr";
        const bool placeholder = ecr && has_placeholder(endpoint);
        if (placeholder && region.empty()) region = preview_regions[0];
        const auto normal = registration::normalise_endpoint(
            {.endpoint = endpoint, .base_path = base_path, .default_region = region, .is_ecr = ecr},
            parts_.book.policy());
        json::Object written{{"endpoint", normal.bound_origin},
                             {"basePath", normal.base_path},
                             {"origin", normal.origin.text()},
                             {"notes", write_notes(normal.notes)}};
        if (placeholder) written["previews"] = previews(endpoint, region);
        return reply(200, written);
    }

private:
    static bool has_placeholder(std::string_view endpoint) {
        return endpoint.find(registration::region_placeholder) != std::string_view::npos;
    }

    json::Array previews(const std::string& endpoint, const std::string& default_region) {
        std::vector<std::string> regions{default_region};
        for (const std::string_view region : preview_regions) {
            if (region != default_region) regions.emplace_back(region);
        }
        json::Array written;
        for (const std::string& region : regions) {
            const auto normal = registration::normalise_endpoint(
                {.endpoint = endpoint, .default_region = region, .is_ecr = true},
                parts_.book.policy());
            written.push_back(json::Object{{"region", region}, {"endpoint", normal.origin.text()}});
        }
        return written;
    }

    CheckedDraft checked(Call& call, Kind kind) {
        RegistryBody body = read_registry_spec(body_of(call), kind);
        return parts_.book.check(call.tenant(), body.registry_uid, body.draft);
    }

    std::unique_ptr<registration::ValidationRun> run_of(registration::Access access, Call& call) {
        return std::make_unique<registration::ValidationRun>(std::move(access), parts_.outside,
                                                             options_of(call), call.request.stop);
    }

    registration::WithSecrets stored(Call& call) {
        const Registration named = find_registry(parts_.book, call);
        call.audit.name = named.name;
        auto found = registration::find_with_secrets(parts_.book, named.tenant, named.uid);
        if (!found)
            throw Error(ErrorCode::not_found, fmt::format("registry {} was deleted meanwhile",
                                                          berth::quoted(named.name)));
        return std::move(*found);
    }

    Validation tried(Call& call, const CheckedDraft& draft) {
        const auto place = outbound_place(parts_.outbound, call);
        return registration::validate(registration::access_of(draft), parts_.outside,
                                      options_of(call), call.request.stop);
    }

    RegistryParts parts_;
};

} // namespace

Routes make_registry_validation_routes(RegistryParts parts) {
    // Shared by the operations, which are copied.
    const auto shared = std::make_shared<ValidationOperations>(parts);
    using V = ValidationOperations;
    const auto typed = [&](net::Response (V::*act)(Call&, Kind), Kind kind) {
        return [shared, act, kind](Call& call) { return (*shared.*act)(call, kind); };
    };
    const auto plain = [&](net::Response (V::*act)(Call&)) {
        return [shared, act](Call& call) { return (*shared.*act)(call); };
    };
    constexpr auto basic = Kind::basic;
    constexpr auto ecr = Kind::ecr;
    return {
        {"POST", "/v1/registries/oci/basic/validate", Right::use, typed(&V::validate, basic),
         unrecorded},
        {"POST", "/v1/registries/oci/ecr/validate", Right::use, typed(&V::validate, ecr),
         unrecorded},
        {"POST", "/v1/registries/oci/basic/validate/steps", Right::use, typed(&V::steps, basic),
         unrecorded},
        {"POST", "/v1/registries/oci/ecr/validate/steps", Right::use, typed(&V::steps, ecr),
         unrecorded},
        {"POST", "/v1/registries/oci/{uid}/validate", Right::use, plain(&V::validate_stored),
         "registry.validate"},
        {"GET", "/v1/registries/oci/{uid}/validation", Right::see, plain(&V::last_validation)},
        {"GET", "/v1/registries/oci/validate/name", Right::see, plain(&V::name)},
        {"POST", "/v1/registries/oci/normalize", Right::see, plain(&V::normalize), unrecorded},
    };
}

} // namespace berth::api
