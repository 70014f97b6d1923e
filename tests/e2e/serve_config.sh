#!/usr/bin/env bash
# The configuration: file, environment and flags in that order; every problem at once with its
# place; SIGHUP takes a new level and policy, a broken file changes nothing; what is configured is what is served.
source "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
source "$tests/serve.sh"
need curl

# Every problem, each with its place, and a status that scripts can use.
cat >"$work/bad.yaml" <<'YAML'
http:
  listn: ":80"
  idle_timeout: 30
log: {level: loud}
YAML
berth_fails 2 config check "$work/bad.yaml" -o json
same "$(json length)" 3 "problems"
stdout_has "$work/bad.yaml:2:3"
stdout_has "did you mean listen?"
stdout_has "$work/bad.yaml:3:17"
berth_fails 2 serve --config "$work/bad.yaml" --data "$work/none" --listen 127.0.0.1:0
stderr_has "3 problems"
absent "$work/none"
berth_fails 3 config check "$work/missing.yaml"

# What wins, and where it comes from.
cat >"$work/berth.yaml" <<'YAML'
http: {drain: 3s, idle_timeout: 50s, stall_timeout: 20s}
storage: {manifest_bytes: 5MiB}
policy:
  immutable: [{repositories: "team/**", tags: ["v*"]}]
  quotas: [{prefix: small, bytes: 1KiB}]
YAML
value() { jq -er --arg key "$1" --arg field "$2" '.[] | select(.key == $key)[$field]' "$out"; }
BERTH_HTTP__DRAIN=4s BERTH_HTTP__IDLE_TIMEOUT=40s berth config show "$work/berth.yaml" \
    --set http.drain=5s -o json
same "$(value http.drain value)" 5s
same "$(value http.drain source)" "--set http.drain"
same "$(value http.idle_timeout value)" 40s
same "$(value http.idle_timeout source)" BERTH_HTTP__IDLE_TIMEOUT
same "$(value http.stall_timeout source)" "$work/berth.yaml:1:53"
same "$(value http.listen source)" default
BERTH_HTTP__LISTN=x berth_fails 2 config check
stdout_has BERTH_HTTP__LISTEN
berth config schema
json '.properties.http.properties.listen.type' >/dev/null

# A certificate that does not fit its key is found before it is served.
make_certificate
openssl ecparam -name prime256v1 -genkey -noout -out "$work/other.key"
berth_fails 2 config check --set "http.certificate_file=$work/server.pem" \
    --set "http.key_file=$work/other.key"
stdout_has "mismatch"

# What is configured is served: quotas and immutable tags.
serve_berth served --config "$work/berth.yaml"
push() { # push REPOSITORY TAG NOTE
    printf '{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[],"annotations":{"note":"%s"}}' \
        "$3" >"$work/manifest.json"
    curl -s -o "$out" -w '%{http_code}' -u "admin:$berth_password" -X PUT \
        -H 'Content-Type: application/vnd.oci.image.index.v1+json' \
        --data-binary @"$work/manifest.json" "http://$berth_address/v2/$1/manifests/$2"
}
same "$(push team/app v1 one)" 201
same "$(push team/app v1 two)" 403 "an immutable tag"
same "$(push team/app latest two)" 201
same "$(push team/app latest three)" 201
same "$(push small/app x "$(printf '%2000s' x)")" 403 "a push over the quota"

# SIGHUP: a new level for the log, a larger quota, and a word on what needs a restart; a broken file
# changes nothing.
lines() { grep -c '"msg":"request"' "$work/served.log" || true; } # no line is an answer too: 0
sed -i -e 's/bytes: 1KiB/bytes: 1MiB/' -e 's/drain: 3s/drain: 6s/' "$work/berth.yaml"
echo 'log: {level: error}' >>"$work/berth.yaml"
kill -HUP "$started"
wait_until 10 "the reload" grep -q '"msg":"reloaded"' "$work/served.log"
# The level follows the line. Lines follow answers, so that one of before may still come.
is_quiet() {
    local before
    before=$(lines)
    push team/app quiet one
    [[ $(lines) -eq $before ]]
}
wait_until 10 "the level error" is_quiet
before=$(lines)
same "$(push team/app quiet one)" 201
same "$(lines)" "$before" "request lines at level error"
same "$(push small/app x "$(printf '%2000s' x)")" 201 "the same push under the new quota"
grep -q '"msg":"configuration changed","key":"policy.quotas"' "$work/served.log" ||
    fail "the log does not say that the quotas have changed"
grep -q '"msg":"configuration needs a restart","key":"http.drain","value":"6s"' "$work/served.log" ||
    fail "the log does not say that http.drain needs a restart"
echo 'nonsense: [' >>"$work/berth.yaml"
kill -HUP "$started"
wait_until 10 "the refusal" grep -q 'reload failed' "$work/served.log"
same "$(push team/app alive one)" 201

# SIGTERM: running requests end, then the process, with success.
kill -TERM "$started"
wait "$started" || fail "SIGTERM ended berth serve with status $?"
