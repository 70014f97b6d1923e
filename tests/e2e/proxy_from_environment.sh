#!/usr/bin/env bash
# Proxies come from the usual variables, and no_proxy goes round them.
source "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
source "$tests/registries.sh"

start_basic_registry basic
put_image hello "$registry/team/hello:v1" --to-ca-file "$work/ca.pem" \
    --to-username "$registry_user" --to-password "$registry_password"
start proxy "$python" "$tests/servers/connect_proxy.py" --port-file "$work/proxy.port" \
    --log "$work/proxy.requests" --to "$registry"
wait_until 60 "the proxy" test -s "$work/proxy.port"
proxy=http://127.0.0.1:$(cat "$work/proxy.port")
printf %s "$registry_password" >"$work/password"
inspect() { "$BERTH" inspect "$1/team/hello:v1" --ca-file "$work/ca.pem" -u "$registry_user" \
    --password-stdin <"$work/password"; }

https_proxy=$proxy expect 0 inspect "localhost:${registry#*:}"
grep -q "^localhost:${registry#*:}$" "$work/proxy.requests" || fail "the proxy was not asked"

: >"$work/proxy.requests"
https_proxy=$proxy no_proxy=localhost expect 0 inspect "localhost:${registry#*:}"
[[ ! -s $work/proxy.requests ]] || fail "the proxy was asked in spite of no_proxy"
