#!/usr/bin/env bash
# Live events in the console: one stream for all tabs, and polling where there is none.
source "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
source "$tests/serve.sh"
source "$tests/registries.sh"
source "$tests/console.sh"

synced() {
    manage GET "/v1/registries/oci/$uid/basic/sync/status"
    [[ $(jq -r .status "$out") == Success ]]
}

start_plain_registry slow
put_image hello "$registry/many/r0:v1"
serve_console berth
manage POST /v1/registries/oci/basic "$(jq -n --arg e "http://$registry" '{metadata: {name: "slow"},
    spec: {endpoint: $e, auth: {type: "noAuth"}, isSyncSupported: true, baseContentPath: "many"}}')"
uid=$(json .uid)
wait_until 20 "the first sync" synced

browse stream_cut
