#!/usr/bin/env bash
# What Palette's Terraform provider does with an OCI registry, call by call, with its bodies and its
# fields: start, create with and without synchronization, read, update, import, delete; and what it
# must read so that a plan right after an apply shows no change. Each answer is checked against
# Palette's own schema.
source "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
source "$tests/serve.sh"
source "$tests/registries.sh"
source "$tests/api/calls.sh"

start_basic_registry upstream
put_image hello "$registry/charts/hello:v1" --to-ca-file "$work/ca.pem" \
    --to-username "$registry_user" --to-password "$registry_password"
serve_berth berth --set registrations.allow_loopback=true
api_log_in admin "$berth_password"
api 201 POST /v1/apiKeys '{"metadata":{"name":"terraform"},"spec":{"expiry":"2100-01-01T00:00:00.000Z"}}'
# Go's way of writing the names of fields.
api_fields=("Apikey: $(json .apiKey)" "Accept: application/json")
oci=/v1/registries/oci
zero=0001-01-01T00:00:00.000Z

object() { # object NAME SPEC: a body as the Go client writes it
    jq -nc --arg n "$1" --arg z $zero --argjson s "$2" '{metadata: {name: $n, creationTimestamp: $z,
        deletionTimestamp: $z, lastModifiedTimestamp: $z}, spec: $s}'
}
# state NAME: of the last answer's spec, what the provider compares with its configuration.
ecr_state() {
    json '[.metadata.name, .spec.isPrivate, .spec.endpoint, .spec.providerType,
        .spec.baseContentPath, .spec.credentials.credentialType, .spec.credentials.accessKey,
        .spec.credentials.sts.arn, .spec.credentials.sts.externalId,
        .status.syncStatus.isSyncSupported, (.spec.tls // {} | length)] | map(. // "" | tostring) | join("|")'
}
basic_state() {
    json '[.metadata.name, .spec.endpoint, .spec.basePath, .spec.baseContentPath,
        .spec.providerType, .spec.auth.type, .spec.auth.username,
        .status.syncStatus.isSyncSupported] | map(. // "" | tostring) | join("|")'
}

# The provider starts: the project's uid; then each call with it or without.
api 200 GET /v1/dashboard/projects/metadata
project=$(json '.items[] | select(.metadata.name == "Default") | .metadata.uid')

# ECR with a role, ECR with keys, and one that is not protected.
sts='{"endpoint":"111122223333.dkr.ecr.us-west-2.amazonaws.com","isPrivate":true,
    "baseContentPath":"team-a","providerType":"helm","containsSpectroManifest":false,
    "credentials":{"credentialType":"sts","policyARNs":null,
        "sts":{"arn":"arn:aws:iam::111122223333:role/reader","externalId":"abc"}},
    "tls":{"enabled":true,"insecureSkipVerify":false}}'
keys='{"endpoint":"111122223333.dkr.ecr.eu-west-1.amazonaws.com","isPrivate":true,
    "providerType":"pack","isSyncSupported":true,"baseContentPath":"p","containsSpectroManifest":false,
    "credentials":{"credentialType":"secret","accessKey":"AKIAIOSFODNN7EXAMPLE",
        "secretKey":"wJalrXUtnFEMI/K7MDENG","policyARNs":null},
    "tls":{"enabled":true,"insecureSkipVerify":false}}'
open='{"endpoint":"111122223333.dkr.ecr.us-east-1.amazonaws.com","isPrivate":false,
    "providerType":"helm","containsSpectroManifest":false,"credentials":{"policyARNs":null},
    "tls":{"enabled":true,"insecureSkipVerify":false}}'
api 201 POST "$oci/ecr?skipPackSync=false" "$(object charts-sts "$sts")"
sts_uid=$(json .uid)
[[ $sts_uid =~ ^[0-9a-f]{24}$ ]] || fail "a uid of another form: $sts_uid"
api 200 GET "$oci/$sts_uid/ecr"
same "$(ecr_state)" "charts-sts|true|111122223333.dkr.ecr.us-west-2.amazonaws.com|helm|team-a|sts||arn:aws:iam::111122223333:role/reader|abc||0"
api 201 POST "$oci/ecr?skipPackSync=true" "$(object charts-keys "$keys")"
keys_uid=$(json .uid)
api 200 GET "$oci/$keys_uid/ecr"
same "$(ecr_state)" "charts-keys|true|111122223333.dkr.ecr.eu-west-1.amazonaws.com|pack|p|secret|AKIAIOSFODNN7EXAMPLE|||true|0"
[[ $(json .spec.credentials.secretKey) == *\** ]] || fail "the secret key is not masked"
api 201 POST "$oci/ecr?skipPackSync=false" "$(object charts-open "$open")"
open_uid=$(json .uid)
api 200 GET "$oci/$open_uid/ecr"
same "$(json .spec.credentials.credentialType)" secret

# Basic without a login and without synchronization: not validated before.
plain='{"endpoint":"https://harbor.example.com/","basePath":"/api/docker/x","providerType":"zarf",
    "containsSpectroManifest":false,"auth":{"type":"noAuth","tls":{"enabled":true,"insecureSkipVerify":false}}}'
api 201 POST "$oci/basic?skipPackSync=false" "$(object charts-plain "$plain")"
plain_uid=$(json .uid)
api 200 GET "$oci/$plain_uid/basic"
same "$(basic_state)" "charts-plain|https://harbor.example.com/|/api/docker/x||zarf|noAuth||"
api 200 GET "$oci/$plain_uid/basic/sync/status"
same "$(jq .isSyncSupported "$out")" false

# Basic with synchronization: validated, created, waited for.
basic_spec() { # basic_spec PASSWORD CONTENT_PATH
    jq -nc --arg e "https://$registry" --arg u "$registry_user" --arg p "$1" --arg c "$2" \
        --arg ca "$(cat "$work/ca.pem")" '{endpoint: $e, baseContentPath: $c, providerType: "helm",
        isSyncSupported: true, containsSpectroManifest: false, auth: {type: "basic", username: $u,
        password: $p, tls: {enabled: true, insecureSkipVerify: false, certificate: $ca}}}'
}
api 204 POST "$oci/basic/validate" "$(basic_spec "$registry_password" charts)"
api 400 POST "$oci/basic/validate" "$(basic_spec wrong charts)"
same "$(api_code)" InvalidRegistryCredentials
api 201 POST "$oci/basic?skipPackSync=false" "$(object charts-basic "$(basic_spec "$registry_password" charts)")"
basic_uid=$(json .uid)
is_success() { api 200 GET "$oci/$basic_uid/basic/sync/status" && [[ $(json .status) == Success ]]; }
wait_until 20 "the sync" is_success
api 200 GET "$oci/$basic_uid/basic"
same "$(basic_state)" "charts-basic|https://$registry||charts|helm|basic|$registry_user|true"

# Update: the whole object, with the password of the state; and the toggle that cannot change.
api 204 PUT "$oci/$basic_uid/basic" "$(object charts-basic "$(basic_spec "$registry_password" charts,more)")"
api 200 GET "$oci/$basic_uid/basic"
same "$(json .spec.baseContentPath)" charts,more
wait_until 20 "the sync after the update" is_success
api 400 PUT "$oci/$basic_uid/basic" \
    "$(object charts-basic "$(basic_spec "$registry_password" charts | jq -c 'del(.isSyncSupported)')")"
grep -q "Registry synchronization setting cannot be changed after the registry is created" "$out" ||
    fail "another message: $(cat "$out")"
api 204 PUT "$oci/$sts_uid/ecr" "$(object charts-sts "$sts")"

# Import by uid (each type is tried) and by name; the data sources, with the project's field.
api 404 GET "$oci/$basic_uid/ecr"
same "$(api_code)" ResourceNotFound
api 404 GET "$oci/charts%20basic/ecr"
same "$(api_code)" ResourceNotFound
api 404 GET "$oci/charts%20basic/basic"
same "$(api_code)" ResourceNotFound
api_fields+=("Projectuid: $project")
api 200 GET $oci/summary
same "$(json '.items[] | select(.metadata.name == "charts-basic") | [.metadata.uid, .spec.registryType] | join(" ")')" \
    "$basic_uid basic"
same "$(json '[.items[].spec.registryType] | unique | join(" ")')" "basic ecr"
api 200 GET /v1/registries/metadata
same "$(json '[.items[] | select(.name == "charts-sts")] | length')" 1
api 200 GET "/v1/registries/helm?limit=50&scope=all"
api 404 GET "/v1/registries/helm/$basic_uid/sync/status"
same "$(api_code)" ResourceNotFound
# The provider asks at basic for ECR registries too.
api 200 GET "$oci/$sts_uid/basic/sync/status"

# Delete, and gone.
api 204 DELETE "$oci/$basic_uid/basic"
api 404 GET "$oci/$basic_uid/basic"
same "$(api_code)" ResourceNotFound
for uid in "$sts_uid" "$keys_uid" "$open_uid"; do api 204 DELETE "$oci/$uid/ecr"; done
api 204 DELETE "/v1/registries/$plain_uid"
api 200 GET $oci/summary
same "$(json '.items | length')" 0
