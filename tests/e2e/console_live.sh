#!/usr/bin/env bash
# Live progress in the console: one stream of events for all tabs, polling where there is none, and
# the steps of a validation as they end.
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

# Then it grows, so that the next sync takes a while.
repositories=$work/slow/data/docker/registry/v2/repositories/many
export BERTH_REPOSITORIES=500
for ((number = 1; number < BERTH_REPOSITORIES; number++)); do
    cp -r "$repositories/r0" "$repositories/r$number"
done

# Takes connections and says nothing.
start silent "$python" -c 'import socket, sys, time
s = socket.create_server(("127.0.0.1", 0)); print(s.getsockname()[1], flush=True); time.sleep(3600)'
wait_until 10 "the silent host" test -s "$work/silent.log"
BERTH_SLOW_HOST=127.0.0.1:$(head -1 "$work/silent.log")
export BERTH_SLOW_HOST

# Each of these two has a wire to the server that is its own.
browse live validation_steps
browse stream_cut
