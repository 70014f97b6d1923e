#!/usr/bin/env bash
# A registry registered through the management API: tried step by step, saved, synchronized, looked
# into down to a chart's README, changed and deleted; against docker-registry behind TLS of a private
# authority and a password, with a chart that the real helm pushed.
source "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
source "$tests/serve.sh"
source "$tests/registries.sh"
source "$tests/api/calls.sh"
need helm

start_basic_registry upstream
helm_login=(--ca-file "$work/ca.pem" --username "$registry_user" --password "$registry_password")
run helm registry login "$registry" "${helm_login[@]}"
run helm create "$work/pier"
echo '# Pier, with a *readme*' >"$work/pier/README.md"
for version in 0.9.0 0.10.0 1.0.0-rc.1; do
    run helm package "$work/pier" --version "$version" -d "$work"
    run helm push "$work/pier-$version.tgz" "oci://$registry/charts" --ca-file "$work/ca.pem"
done
put_image hello "$registry/team/hello:v1" --to-ca-file "$work/ca.pem" \
    --to-username "$registry_user" --to-password "$registry_password"

serve_berth berth --set registrations.allow_loopback=true
spec() { # spec PASSWORD [CA]
    jq -n --arg e "https://$registry" --arg u "$registry_user" --arg p "$1" \
        --arg ca "${2-$(cat "$work/ca.pem")}" '{endpoint: $e, baseContentPath: "charts,team",
        isSyncSupported: true, auth: {type: "basic", username: $u, password: $p,
        tls: {enabled: true, insecureSkipVerify: false, certificate: $ca}}}'
}
body() { jq -n --arg n "$1" --argjson s "$2" '{metadata: {name: $n}, spec: $s}'; }
oci=/v1/registries/oci

api 401 GET $oci/summary
api_log_in admin "$berth_password"

# Tried before it is saved: each mistake has a step of its own. (The test's certificate lives for two
# days only, which is worth a warning.)
api 200 POST $oci/basic/validate/steps "$(spec "$registry_password")"
same "$(json '[.result, (.steps | length), ([.steps[] | select(.result == "ok")] | length)] | join(" ")')" \
    "warning 8 7"
api 200 POST $oci/basic/validate/steps "$(spec wrong)"
same "$(json '.steps[] | select(.result == "failed") | .name + " " + .cause')" "ping credential_rejected"
api 200 POST $oci/basic/validate/steps "$(spec "$registry_password" "")"
same "$(json '.steps[] | select(.result == "failed") | .name + " " + .cause')" \
    "tls certificate_unknown_authority"
api 204 POST $oci/basic/validate "$(spec "$registry_password")"
api 400 POST $oci/basic/validate "$(spec wrong)"
same "$(json '[.code, .details.step] | join(" ")')" "InvalidRegistryCredentials ping"
api 400 POST $oci/basic/validate '{"auth":{}}'
same "$(json .details.field)" spec.endpoint
api 200 POST $oci/normalize '{"kind":"basic","endpoint":"Harbor.example/v2/"}'
same "$(json .endpoint)" https://harbor.example
api 204 GET "$oci/validate/name?name=harbour"

# Saved, and synchronized at once.
api 201 POST "$oci/basic?skipPackSync=false" "$(body Harbour "$(spec "$registry_password")")"
uid=$(json .uid)
[[ -n $(answer_field AuditUid) ]] || fail "no AuditUid"
api 409 POST $oci/basic "$(body HARBOUR "$(spec "$registry_password")")"
same "$(json .code)" NameTaken
status_is() { api 200 GET "$oci/$uid/basic/sync/status" && [[ $(json .status) == "$1" ]]; }
wait_until 20 "the sync" status_is Success
api 200 GET /v1/jobs
same "$(json '.items[0] | [.kind, .status, .registryName, .itemsDone, .itemsTotal] | join(" ")')" \
    "sync done Harbour 2 2"

# Looked into.
api 200 GET "$oci/$uid/repositories?kind=chart"
same "$(json '[.source, .items[0].name, .items[0].tagCount, .items[0].latestTag, .items[0].chart.name] | join(" ")')" \
    "index charts/pier 3 0.10.0 pier"
api 200 GET "$oci/$uid/tags?repository=charts%2Fpier&limit=2"
same "$(json '[.items[].tag] | join(" ")')" "1.0.0-rc.1 0.10.0"
next=$(json '.listmeta.continue | @uri')
api 200 GET "$oci/$uid/tags?repository=charts%2Fpier&limit=2&continue=$next"
same "$(json '[.items[].tag] + [.listmeta.continue] | join(" ")')" "0.9.0 "
api 200 GET "$oci/$uid/chart?repository=charts/pier&reference=0.10.0"
same "$(json '.readme')" "$(cat "$work/pier/README.md")"
same "$(jq -j .values "$out" | sha256sum)" "$(sha256sum <"$work/pier/values.yaml")" values.yaml
same "$(json '.commands[0].text')" "helm pull oci://$registry/charts/pier --version 0.10.0"
same "$(json '.commands[2].text')" \
    "helm pull oci://$berth_address/harbour/charts/pier --version 0.10.0 --plain-http"
api 200 GET "$oci/$uid/manifest?repository=team/hello&reference=v1"
same "$(json .digest)" "$(layout_digest "$images/hello" v1)" digest
same "$(jq -j .raw "$out" | sha256sum | cut -d' ' -f1)" "$(json '.digest[7:]')" "raw manifest"
api 404 GET "$oci/$uid/manifest?repository=team/hello&reference=v9"
same "$(json .code)" ResourceNotFound

# Read back without the password; edited, but not from an old state.
api 200 GET "$oci/$uid/basic"
same "$(json '.spec.auth.password')" "****"
anybody=("${api_fields[@]}")
api_fields+=("If-Match: $(answer_field etag)")
api 204 PUT "$oci/$uid/basic" "$(body Port "$(spec '****')")"
api 412 PUT "$oci/$uid/basic" "$(body Quay "$(spec '****')")"
same "$(json .code)" EtagMismatch
api_fields=("${anybody[@]}")
api 200 POST "$oci/$uid/validate"
same "$(json .result)" warning
api 200 GET $oci/summary
same "$(json '.items[0] | [.metadata.name, .spec.registryType, .status.validation.result] | join(" ")')" \
    "Port basic warning"

# Events come while a sync runs.
curl -sN --max-time 120 -H "${api_fields[0]}" "http://$berth_address/v1/events" >"$work/events" 2>/dev/null &
started_pids+=($!)
wait_until 10 "the stream of events" grep -q '^retry:' "$work/events"
api 202 POST "$oci/$uid/basic/sync"
wait_until 20 "the job's end" grep -q '"status":"done"' "$work/events"

# The registry in this server, by what its users may pull.
api 200 GET "$oci/embedded/info"
same "$(json .url)" "http://$berth_address"

# Who may only look, changes nothing; foreign ids are not there.
run "$BERTH" user add eve --data "$work/berth.data" -o json
api_log_in eve "$(json .password)"
api 200 GET $oci/summary
api 403 DELETE "$oci/$uid/basic"
same "$(json .code)" OperationForbidden
api 404 GET "$oci/0123456789abcdef01234567/basic"
api_log_in admin "$berth_password"
api 404 DELETE "$oci/$uid/ecr"

api 204 DELETE "$oci/$uid/basic"
api 404 GET "$oci/$uid/basic"
api 404 GET "$oci/$uid/repositories"
for secret in "$registry_password" "$berth_password"; do
    ! grep -rqF -- "$secret" "$work/berth.log" "$work/berth.data" || fail "a secret lies about"
done

# A stream of events does not keep the server from ending.
kill -TERM "$started"
wait_until 15 "the server's end" bash -c "! kill -0 $started 2>/dev/null"
wait "$started" || fail "berth serve ended with status $?"
