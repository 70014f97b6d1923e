#include "api/registry_json.hpp"

#include "registration/field_error.hpp"

#include <doctest/doctest.h>

using namespace berth;
using namespace berth::api;
using registration::Kind;
using registration::SecretField;

namespace {

json::Object object(std::string_view text) {
    return json::parse(text).value().as_object();
}

registration::Registration stored(const RegistryBody& body) {
    registration::Registration made{
        .uid = "0123456789abcdef01234567",
        .tenant = "t1",
        .name = body.draft.name,
        .spec = body.draft.spec,
        .endpoint = {},
        .content_paths = {},
        .version = 1,
        .created = registration::Time(std::chrono::seconds(1'795'000'000)),
        .modified = registration::Time(std::chrono::seconds(1'795'000'001)),
        .secrets = {},
        .last_validation = {}};
    for (const auto& [field, secret] : body.draft.secrets)
        made.secrets.push_back({field, made.created});
    return made;
}

std::string field_of(std::string_view body, Kind kind) {
    try {
        read_registry(object(body), kind);
    } catch (const registration::FieldError& error) {
        return error.field() + " " + std::to_string(traits(error.code()).http_status);
    }
    return "";
}

// What Palette's Terraform provider sends for an ECR registry with a role.
constexpr std::string_view terraform_ecr = R"({
  "metadata": {"name": "charts-ecr",
    "creationTimestamp": "0001-01-01T00:00:00.000Z",
    "deletionTimestamp": "0001-01-01T00:00:00.000Z",
    "lastModifiedTimestamp": "0001-01-01T00:00:00.000Z"},
  "spec": {
    "endpoint": "111122223333.dkr.ecr.us-west-2.amazonaws.com",
    "isPrivate": true, "isSyncSupported": true, "baseContentPath": "team-a",
    "providerType": "helm", "containsSpectroManifest": false,
    "credentials": {"credentialType": "sts", "policyARNs": null,
      "sts": {"arn": "arn:aws:iam::111122223333:role/reader", "externalId": "abc"}},
    "tls": {"enabled": true, "insecureSkipVerify": false}}})";

constexpr std::string_view terraform_basic = R"({
  "metadata": {"name": "charts"},
  "spec": {"endpoint": "https://harbor.example.com/", "basePath": "api/docker/x/",
    "baseContentPath": " charts , more", "providerType": "helm", "isSyncSupported": true,
    "containsSpectroManifest": false,
    "auth": {"type": "basic", "username": "u", "password": "hunter2",
      "tls": {"enabled": true, "insecureSkipVerify": true, "certificate": "PEM"}}}})";

} // namespace

TEST_CASE("what a client sent comes back byte for byte, secrets as asterisks") {
    const RegistryBody body = read_registry(object(terraform_basic), Kind::basic);
    CHECK(body.draft.secrets.at(SecretField::password).reveal() == "hunter2");
    const json::Object written = write_registry(stored(body), {});
    const json::Object& spec = written.at("spec").as_object();
    CHECK(spec.at("endpoint") == "https://harbor.example.com/");
    CHECK(spec.at("basePath") == "api/docker/x/");
    CHECK(spec.at("baseContentPath") == " charts , more");
    CHECK(spec.at("auth").at("type") == "basic");
    CHECK(spec.at("auth").at("password") == "****");
    CHECK(spec.at("auth").at("tls").at("certificate") == "PEM");
    CHECK(spec.at("auth").at("tls").at("insecureSkipVerify") == true);
    CHECK(json::write(written).find("hunter2") == std::string::npos);
    CHECK(written.at("status").at("syncStatus").at("isSyncSupported") == true);
}

TEST_CASE("an ECR registry shows its role in clear and no TLS block that says nothing") {
    const RegistryBody body = read_registry(object(terraform_ecr), Kind::ecr);
    const json::Object spec = write_registry(stored(body), {}).at("spec").as_object();
    CHECK(spec.at("isPrivate") == true);
    CHECK(spec.at("credentials").at("credentialType") == "sts");
    CHECK(spec.at("credentials").at("sts").at("arn") == "arn:aws:iam::111122223333:role/reader");
    CHECK(spec.at("credentials").at("sts").at("externalId") == "abc");
    CHECK_FALSE(spec.at("credentials").as_object().contains("partition"));
    CHECK_FALSE(spec.contains("tls"));
    CHECK(spec.at("containsSpectroManifest") == false);
}

TEST_CASE("an ECR registry without credentials has a type of credential all the same") {
    const RegistryBody body = read_registry(
        object(R"({"metadata":{"name":"x"},"spec":{"endpoint":"e","isPrivate":false,)"
               R"("credentials":{"policyARNs":null},"tls":{"insecureSkipVerify":true}}})"),
        Kind::ecr);
    const json::Object spec = write_registry(stored(body), {}).at("spec").as_object();
    CHECK(spec.at("credentials").at("credentialType") == "secret");
    CHECK(spec.at("tls").at("insecureSkipVerify") == true);
}

TEST_CASE("a missing or mistyped member names its field") {
    CHECK(field_of(R"({"metadata":{}})", Kind::basic) == "spec 400");
    CHECK(field_of(R"({"spec":{}})", Kind::basic) == "spec.endpoint 400");
    CHECK(field_of(R"({"spec":{"endpoint":7}})", Kind::basic) == "spec.endpoint 400");
    CHECK(field_of(R"({"spec":{"endpoint":"e"}})", Kind::basic) == "spec.auth 400");
    CHECK(field_of(R"({"spec":{"endpoint":"e","auth":[]}})", Kind::basic) == "spec.auth 400");
    CHECK(field_of(R"({"spec":{"endpoint":"e","auth":{"type":"x"}}})", Kind::basic) ==
          "spec.auth.type 400");
    CHECK(field_of(R"({"spec":{"endpoint":"e","auth":{"tls":{"enabled":"yes"}}}})", Kind::basic) ==
          "spec.auth.tls.enabled 400");
    CHECK(field_of(R"({"spec":{"endpoint":"e"}})", Kind::ecr) == "spec.isPrivate 400");
    CHECK(field_of(R"({"metadata":{"name":[]},"spec":{}})", Kind::ecr) == "metadata.name 400");
}

TEST_CASE("unknown fields and what the server decides are ignored") {
    const RegistryBody body = read_registry(
        object(
            R"({"kind":"x","status":7,"metadata":{"name":"n","uid":"theirs","labels":{"a":"b"}},)"
            R"("spec":{"endpoint":"e","auth":{"type":""},"scope":"system","later":{}}})"),
        Kind::basic);
    const registration::Registration made = stored(body);
    CHECK(made.spec.scope == "tenant");
    CHECK(made.spec.auth == registration::AuthType::none);
    CHECK(write_registry(made, {}).at("metadata").at("uid").as_string() == made.uid.c_str());
}

TEST_CASE("the summary and the index tell a registry without its credentials") {
    registration::Registration made = stored(read_registry(object(terraform_basic), Kind::basic));
    made.last_validation = {made.modified, "failed",
                            R"({"result":"failed","steps":[{"name":"resolve","result":"ok"},)"
                            R"({"name":"tls","result":"failed"}]})"};
    const json::Object item =
        write_registry_summary(made, {.status = "Success", .message = "m", .started = 5});
    CHECK(item.at("spec").at("registryType") == "basic");
    CHECK(item.at("spec").at("isPrivate") == true);
    CHECK(item.at("status").at("sync").at("status") == "Success");
    CHECK(item.at("status").at("sync").at("lastRunTime") == "1970-01-01T00:00:00.005Z");
    CHECK(item.at("status").at("validation").at("failedStep") == "tls");
    CHECK_FALSE(item.at("spec").as_object().contains("auth"));
    const json::Object entry = write_registry_metadata(made);
    CHECK(entry.at("kind") == "oci");
    CHECK(entry.at("isDefault") == false);
    CHECK_FALSE(write_registry_entity(made).at("auth").as_object().contains("password"));
}

TEST_CASE("times are written as RFC 3339, whatever the number") {
    CHECK(time_text(1'795'000'000'123) == "2026-11-18T11:06:40.123Z");
    CHECK(time_text(-1) == "1970-01-01T00:00:00.000Z");
    CHECK(time_text(std::numeric_limits<std::int64_t>::max()) == "9999-12-31T23:59:59.000Z");
}
