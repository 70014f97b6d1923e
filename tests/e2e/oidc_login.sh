#!/usr/bin/env bash
# Login by a provider that we did not write (oidc-provider from npm): there and back with PKCE, by curl
# and by a browser; roles by groups; keys that change; and each failure with its word.
source "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
source "$tests/serve.sh"
source "$tests/console.sh"
need curl openssl
[[ -d $BERTH_MODULES/oidc-provider ]] ||
    skip "oidc-provider is not installed (tools/dependencies.txt lists it; ./dev installs it)"

free_port() {
    "$python" -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}
make_certificate
port=$(free_port)
issuer=https://localhost:$port
echo 'the/client+secret' >"$work/secret"
common="issuer: $issuer, ca_file: $work/server.pem, scopes: [openid, profile, groups]"
cat >"$work/berth.yaml" <<YAML
oidc:
  providers:
    - {name: corp, label: Corp, client_id: berth, client_secret_file: $work/secret, $common,
       tenant_admins: [ops], viewers: [staff]}
    - {name: es, client_id: berth-es, $common, editors: [staff]}
    - {name: wrong, client_id: berth, client_secret_variable: WRONG_SECRET, $common, others: viewer}
YAML
export WRONG_SECRET=not-this-one
run "$BERTH" config check "$work/berth.yaml"
serve_console berth --config "$work/berth.yaml" --set "log.audit_file=$work/audit.jsonl"

provide() {
    start provider node "$tests/servers/oidc_provider.mjs" "$port" "$work/server.pem" \
        "$work/server.key" "$BERTH_URL"
    provider=$started
    wait_until 30 "the provider" curl -sf --cacert "$work/server.pem" \
        "$issuer/.well-known/openid-configuration"
}

# at ADDRESS FLAG…: follows redirects as a browser does; the page in $out, its address in $where.
at() {
    local address=$1
    shift
    where=$(curl -sSL --max-redirs 10 --cacert "$work/server.pem" -c "$work/jar" -b "$work/jar" \
        -o "$out" -w '%{url_effective}' "$@" "$address") || fail "curl of $address"
}

# log_in PROVIDER PERSON [PATH]: from the login page to where the browser ends up.
log_in() {
    rm -f "$work/jar"
    at "$BERTH_URL/v1/auth/oidc/$1/login?return_to=${3:-/jobs}"
    at "$where" --data-urlencode prompt=login --data-urlencode "login=$2" -d password=any
    [[ $where != *localhost*/interaction/* ]] || at "$where" -d prompt=consent
}

# me FILTER: of the person whose session the jar holds.
me() { curl -sS -b "$work/jar" "$BERTH_URL/v1/users/me" | jq -r "$1"; }

# refused WORD: the login page was told this word, and there is no session.
refused() {
    [[ $where == "$BERTH_URL/login?signin=$1&"* ]] || fail "expected $1, got $where"
    same "$(me .code)" Unauthorized
}

# Nobody there yet.
at "$BERTH_URL/v1/auth/oidc/corp/login"
refused unreachable
provide

# For some seconds corp's is remembered to have been away; what the others have to say comes first.
log_in es bo
same "$where" "$BERTH_URL/jobs"
same "$(me '[.metadata.name, .spec.roles[0]] | join(" ")')" "bo editor"
log_in wrong ann
refused refused
grep -q 'invalid_client' "$work/audit.jsonl" || fail "the audit log does not say why"

is_back() {
    rm -f "$work/jar"
    at "$BERTH_URL/v1/auth/oidc/corp/login"
    [[ $where == "$issuer/"* ]]
}
wait_until 20 "the provider that is back" is_back
log_in corp ann "/registries/new?kind=ecr"
same "$where" "$BERTH_URL/registries/new?kind=ecr"
same "$(me '[.metadata.name, .spec.roles[0], .status.proof] | join(" ")')" "ann tenant_admin session"
grep -q '"action":"login".*"actor":"ann"' "$work/audit.jsonl" || fail "the login is not in the audit log"

# Whom the provider knows is not who has the name here, nor has everybody a role.
log_in es ann
refused name_taken
log_in corp eve
refused not_mapped
log_in corp admin
refused not_mapped

# They said no.
rm -f "$work/jar"
at "$BERTH_URL/v1/auth/oidc/corp/login"
at "$where/abort"
refused denied

# An answer of another browser, and one without any.
at "$BERTH_URL/v1/auth/oidc/corp/callback?code=x&state=y"
refused stale

export BERTH_PROVIDER=$issuer
browse oidc_login

# The provider comes back with other keys.
kill "$provider"
wait "$provider" 2>/dev/null || true # ended by our signal, which its status says
provide
# Keys are fetched again at most every ten seconds, which have gone by in the browser.
sees_new_keys() { log_in corp ann && [[ $(me .metadata.name) == ann ]]; }
wait_until 20 "a login with the new keys" sees_new_keys

# A disabled user is one for every way in; what the provider and we share is in no log.
run jq '(.users[] | select(.name == "bo")).disabled = true' "$work/berth.data/users.json"
cp "$out" "$work/users.json"
mv "$work/users.json" "$work/berth.data/users.json"
log_in es bo
refused disabled
! grep -rqF -e 'the/client+secret' -e 'not-this-one' "$work/berth.data" "$work/berth.log" \
    "$work/audit.jsonl" || fail "a client's secret was written"
