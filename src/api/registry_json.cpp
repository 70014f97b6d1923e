#include "api/registry_json.hpp"

#include "registration/field_error.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <ctime>

namespace berth::api {
namespace {

using registration::AuthType;
using registration::FieldError;
using registration::Kind;
using registration::Registration;
using registration::SecretField;
using registration::Spec;

[[noreturn]] void refuse(const json::Reader& reader, std::string_view key, const char* cause) {
    throw FieldError(ErrorCode::usage, reader.path_of(key), cause);
}

/// A member of the wrong type is the caller's mistake, with a path that a form can use.
template <class Read>
auto reading(const json::Reader& reader, std::string_view key, const char* cause, Read&& read) {
    try {
        return read();
    } catch (const Error& error) {
        if (error.code() != ErrorCode::content_invalid) throw;
        refuse(reader, key, cause);
    }
}

std::string text(const json::Reader& reader, std::string_view key) {
    return reading(reader, key, "must be a string", [&] { return reader.text(key).value_or(""); });
}

std::string text_or(const json::Reader& reader, std::string_view key, std::string_view otherwise) {
    std::string found = text(reader, key);
    return found.empty() ? std::string(otherwise) : found;
}

bool flag(const json::Reader& reader, std::string_view key, bool otherwise = false) {
    return reading(reader, key, "must be true or false",
                   [&] { return reader.boolean(key).value_or(otherwise); });
}

std::optional<json::Reader> object(const json::Reader& reader, std::string_view key) {
    return reading(reader, key, "must be an object", [&] { return reader.object(key); });
}

registration::Words words(const json::Reader& reader, std::string_view key) {
    return reading(reader, key, "must be an object of strings",
                   [&] { return reader.text_map(key); });
}

void take_secret(const json::Reader& reader, std::string_view key, SecretField field,
                 registration::Secrets& secrets) {
    Secret secret(text(reader, key));
    if (!secret.empty()) secrets.insert_or_assign(field, std::move(secret));
}

void read_tls(const json::Reader& owner, RegistryBody& body) {
    const auto reader = object(owner, "tls");
    if (!reader) return;
    registration::Tls& tls = body.draft.spec.tls;
    tls.enabled = flag(*reader, "enabled", true);
    tls.skip_verify = flag(*reader, "insecureSkipVerify");
    tls.certificate = text(*reader, "certificate");
    tls.ca = text(*reader, "ca");
    take_secret(*reader, "key", SecretField::tls_key, body.draft.secrets);
}

void read_auth(const json::Reader& spec, RegistryBody& body) {
    const auto reader = object(spec, "auth");
    if (!reader) refuse(spec, "auth", "is missing");
    const std::string type = text_or(*reader, "type", "noAuth");
    constexpr std::array types{AuthType::none, AuthType::basic, AuthType::token};
    const auto found = std::find_if(types.begin(), types.end(), [&](AuthType known) {
        return registration::text_of(known) == type;
    });
    if (found == types.end()) refuse(*reader, "type", "must be noAuth, basic or token");
    body.draft.spec.auth = *found;
    body.draft.spec.username = text(*reader, "username");
    take_secret(*reader, "password", SecretField::password, body.draft.secrets);
    take_secret(*reader, "token", SecretField::token, body.draft.secrets);
    read_tls(*reader, body);
}

void read_credentials(const json::Reader& spec, RegistryBody& body) {
    const auto reader = object(spec, "credentials");
    if (!reader) return;
    registration::AwsAccess& aws = body.draft.spec.aws;
    aws.credential_type = text_or(*reader, "credentialType", "secret");
    aws.access_key = text(*reader, "accessKey");
    aws.partition = text_or(*reader, "partition", "aws");
    aws.policy_arns = reading(*reader, "policyARNs", "must be a list of strings",
                              [&] { return reader->texts("policyARNs"); });
    if (const auto sts = object(*reader, "sts")) {
        aws.sts_arn = text(*sts, "arn");
        aws.sts_external_id = text(*sts, "externalId");
    }
    if (const auto pod = object(*reader, "podIdentity")) {
        aws.pod_role_arn = text(*pod, "roleArn");
        aws.pod_permission_boundary_arn = text(*pod, "permissionBoundaryArn");
    }
    take_secret(*reader, "secretKey", SecretField::aws_secret_key, body.draft.secrets);
    take_secret(*reader, "secretToken", SecretField::aws_secret_token, body.draft.secrets);
}

void read_meta(const json::Reader& reader, RegistryBody& body) {
    body.draft.name = text(reader, "name");
    const auto has = [&](std::string_view key) {
        const auto* found = reader.find(key);
        return found && !found->is_null();
    };
    body.has_labels = has("labels");
    body.has_annotations = has("annotations");
    body.draft.spec.labels = words(reader, "labels");
    body.draft.spec.annotations = words(reader, "annotations");
}

void read_spec(const json::Reader& reader, Kind kind, RegistryBody& body) {
    Spec& spec = body.draft.spec;
    spec.kind = kind;
    spec.endpoint = text(reader, "endpoint");
    if (spec.endpoint.empty()) refuse(reader, "endpoint", "must not be empty");
    spec.base_content_path = text(reader, "baseContentPath");
    spec.provider_type = text_or(reader, "providerType", "helm");
    spec.is_sync_supported = flag(reader, "isSyncSupported");
    spec.contains_spectro_manifest = flag(reader, "containsSpectroManifest");
    body.registry_uid = text(reader, "registryUid");
    if (kind == Kind::basic) {
        spec.base_path = text(reader, "basePath");
        read_auth(reader, body);
        return;
    }
    if (reader.find("isPrivate") == nullptr) refuse(reader, "isPrivate", "is missing");
    spec.is_private = flag(reader, "isPrivate");
    spec.default_region = text(reader, "defaultRegion");
    const auto* regions = reader.find("regions");
    body.has_regions = regions != nullptr && !regions->is_null();
    spec.regions = reading(reader, "regions", "must be a list of strings",
                           [&] { return reader.texts("regions"); });
    read_credentials(reader, body);
    read_tls(reader, body);
}

bool has_secret(const Registration& registration, SecretField field) {
    return std::any_of(registration.secrets.begin(), registration.secrets.end(),
                       [&](const auto& mark) { return mark.field == field; });
}

void mask(json::Object& object, const char* key, const Registration& registration,
          SecretField field) {
    if (has_secret(registration, field)) object[key] = masked_secret;
}

void put_words(json::Object& object, const char* key, const registration::Words& words) {
    if (words.empty()) return;
    auto& written = object[key].emplace_object();
    for (const auto& [name, text] : words) written[name] = text;
}

void put_given(json::Object& object, const char* key, const std::string& value) {
    if (!value.empty()) object[key] = value;
}

json::Object write_tls(const Registration& registration) {
    const registration::Tls& tls = registration.spec.tls;
    json::Object written{{"enabled", tls.enabled}, {"insecureSkipVerify", tls.skip_verify}};
    put_given(written, "certificate", tls.certificate);
    put_given(written, "ca", tls.ca);
    mask(written, "key", registration, SecretField::tls_key);
    return written;
}

json::Object write_auth(const Registration& registration) {
    const Spec& spec = registration.spec;
    json::Object auth{{"type", registration::text_of(spec.auth)}};
    put_given(auth, "username", spec.username);
    mask(auth, "password", registration, SecretField::password);
    mask(auth, "token", registration, SecretField::token);
    auth["tls"] = write_tls(registration);
    return auth;
}

json::Object write_credentials(const Registration& registration) {
    const registration::AwsAccess& aws = registration.spec.aws;
    json::Object written{{"credentialType", aws.credential_type}};
    put_given(written, "accessKey", aws.access_key);
    mask(written, "secretKey", registration, SecretField::aws_secret_key);
    mask(written, "secretToken", registration, SecretField::aws_secret_token);
    if (!aws.sts_arn.empty() || !aws.sts_external_id.empty())
        written["sts"] = json::Object{{"arn", aws.sts_arn}, {"externalId", aws.sts_external_id}};
    if (!aws.pod_role_arn.empty()) {
        json::Object pod{{"roleArn", aws.pod_role_arn}};
        put_given(pod, "permissionBoundaryArn", aws.pod_permission_boundary_arn);
        written["podIdentity"] = std::move(pod);
    }
    // The default is never written: clients that leave it out would see a change.
    if (aws.partition != "aws") written["partition"] = aws.partition;
    if (!aws.policy_arns.empty())
        written["policyARNs"] = json::Array(aws.policy_arns.begin(), aws.policy_arns.end());
    return written;
}

/// Clients that did not write the block see one as a change.
bool is_trivial(const Registration& registration) {
    const registration::Tls& tls = registration.spec.tls;
    return tls.certificate.empty() && tls.ca.empty() && !tls.skip_verify &&
           !has_secret(registration, SecretField::tls_key);
}

json::Object write_spec(const Registration& registration) {
    const Spec& spec = registration.spec;
    json::Object written{{"endpoint", spec.endpoint},
                         {"baseContentPath", spec.base_content_path},
                         {"providerType", spec.provider_type},
                         {"isSyncSupported", spec.is_sync_supported},
                         {"scope", spec.scope},
                         {"containsSpectroManifest", spec.contains_spectro_manifest}};
    if (spec.kind == Kind::basic) {
        written["basePath"] = spec.base_path;
        written["auth"] = write_auth(registration);
        return written;
    }
    written["isPrivate"] = spec.is_private;
    put_given(written, "defaultRegion", spec.default_region);
    if (!spec.regions.empty())
        written["regions"] = json::Array(spec.regions.begin(), spec.regions.end());
    written["credentials"] = write_credentials(registration);
    if (!is_trivial(registration)) written["tls"] = write_tls(registration);
    return written;
}

json::Object write_meta(const Registration& registration) {
    json::Object written{{"name", registration.name},
                         {"uid", registration.uid},
                         {"creationTimestamp", time_text(registration.created)},
                         {"lastModifiedTimestamp", time_text(registration.modified)}};
    put_words(written, "labels", registration.spec.labels);
    put_words(written, "annotations", registration.spec.annotations);
    return written;
}

/// {result, at, failedStep?}: enough for a list; the steps have an address of their own.
void put_validation(json::Object& status, const Registration& registration) {
    const auto& last = registration.last_validation;
    if (!last) return;
    json::Object written{{"result", last->result}, {"at", time_text(last->at)}};
    const auto report = json::parse(last->report);
    if (last->result == "failed" && report.has_value()) {
        for (const json::Reader& step : json::Reader(*report, "").objects("steps")) {
            if (step.text("result") == "failed") written["failedStep"] = step.text("name").value();
        }
    }
    status["validation"] = std::move(written);
}

/// [{field, setAt}]: that a secret is stored and since when, for a form.
void put_secrets(json::Object& status, const Registration& registration) {
    json::Array secrets;
    for (const auto& mark : registration.secrets)
        secrets.push_back(
            json::Object{{"field", registration::path_of(mark.field, registration.spec.kind)},
                         {"setAt", time_text(mark.set_at)}});
    if (!secrets.empty()) status["secrets"] = std::move(secrets);
}

bool is_private(const Spec& spec) {
    return spec.kind == Kind::ecr ? spec.is_private : spec.auth != AuthType::none;
}

} // namespace

RegistryBody read_registry(const json::Object& body, Kind kind) {
    const json::Value value(body);
    const json::Reader reader(value, "");
    RegistryBody read;
    if (const auto metadata = object(reader, "metadata")) read_meta(*metadata, read);
    const auto spec = object(reader, "spec");
    if (!spec) refuse(reader, "spec", "is missing");
    read_spec(*spec, kind, read);
    return read;
}

RegistryBody read_registry_spec(const json::Object& body, Kind kind) {
    const json::Value value(body);
    RegistryBody read;
    read_spec(json::Reader(value, "spec"), kind, read);
    return read;
}

json::Object write_sync_status(const Registration& registration, const SyncView& sync) {
    json::Object written{{"isSyncSupported", registration.spec.is_sync_supported}};
    put_given(written, "status", sync.status);
    put_given(written, "message", sync.message);
    if (sync.started) written["lastRunTime"] = time_text(*sync.started);
    if (sync.succeeded) written["lastSyncedTime"] = time_text(*sync.succeeded);
    return written;
}

json::Object write_registry(const Registration& registration, const SyncView& sync) {
    json::Object status{{"syncStatus", write_sync_status(registration, sync)}};
    put_validation(status, registration);
    put_secrets(status, registration);
    return {{"metadata", write_meta(registration)},
            {"spec", write_spec(registration)},
            {"status", std::move(status)}};
}

json::Object write_registry_summary(const Registration& registration, const SyncView& sync) {
    const Spec& spec = registration.spec;
    json::Object written{{"registryType", registration::text_of(spec.kind)},
                         {"providerType", spec.provider_type},
                         {"endpoint", spec.endpoint},
                         {"isPrivate", is_private(spec)},
                         {"scope", spec.scope},
                         {"containsSpectroManifest", spec.contains_spectro_manifest}};
    put_given(written, "defaultRegion", spec.default_region);
    json::Object status{{"sync", write_sync_status(registration, sync)}};
    put_validation(status, registration);
    return {{"metadata", write_meta(registration)},
            {"spec", std::move(written)},
            {"status", std::move(status)}};
}

json::Object write_registry_metadata(const Registration& registration) {
    return {{"uid", registration.uid}, {"name", registration.name},
            {"kind", "oci"},           {"scope", registration.spec.scope},
            {"isDefault", false},      {"isPrivate", is_private(registration.spec)}};
}

json::Object write_registry_entity(const Registration& registration) {
    const Spec& spec = registration.spec;
    const bool basic = spec.kind == Kind::basic;
    json::Object auth{{"type", basic ? registration::text_of(spec.auth) : "noAuth"}};
    if (basic) put_given(auth, "username", spec.username);
    auth["tls"] = write_tls(registration);
    auth.at("tls").as_object().erase("key");
    json::Object written{{"type", registration::text_of(spec.kind)},
                         {"providerType", spec.provider_type},
                         {"endpoint", registration.endpoint.text()},
                         {"scope", spec.scope},
                         {"auth", std::move(auth)}};
    put_given(written, "defaultRegion", spec.default_region);
    return written;
}

std::string time_text(std::int64_t milliseconds) {
    // RFC 3339 ends with the year 9999, and gmtime with what an int holds.
    constexpr std::int64_t last = 253'402'300'799'000;
    const std::int64_t bounded = std::clamp<std::int64_t>(milliseconds, 0, last);
    const auto seconds = static_cast<std::time_t>(bounded / 1000);
    std::tm utc{};
    ::gmtime_r(&seconds, &utc);
    return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", utc.tm_year + 1900,
                       utc.tm_mon + 1, utc.tm_mday, utc.tm_hour, utc.tm_min, utc.tm_sec,
                       bounded % 1000);
}

std::string time_text(registration::Time time) {
    return time_text(
        std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch()).count());
}

} // namespace berth::api
