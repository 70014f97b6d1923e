#!/usr/bin/env bash
# Several processes on one store at the same time: all succeed, each blob is fetched once, and the
# store is sound.
source "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
source "$tests/registries.sh"
source "$tests/bundles.sh"
need_root

serve_layouts server 20000000 "team/many=$images/many" "team/types=$images/types" \
    "team/zstd=$images/zstd"
store=$work/store
pids=()
for i in 1 2 3; do
    start "unpack-$i" "$BERTH" unpack "$registry/team/many:v1" "$work/bundle-$i" --plain-http \
        --store "$store"
    pids+=("$started")
done
for image in many types zstd; do
    start "pull-$image" "$BERTH" pull "$registry/team/$image:v1" --plain-http --store "$store"
    pids+=("$started")
done
for pid in "${pids[@]}"; do
    wait "$pid" || fail "one of the processes failed"
done

for digest in $(jq -r '.layers[].digest' \
    "$images/many/blobs/$(layout_digest "$images/many" v1 | tr : /)"); do
    same "$(grep -c "^GET /v2/team/many/blobs/$digest" "$work/server.requests")" 1 \
        "number of times $digest was fetched"
done
same_tree "$work/bundle-1/rootfs" "$work/bundle-2/rootfs"
same_tree "$work/bundle-1/rootfs" "$work/bundle-3/rootfs"
berth store check --report-only --store "$store"
stderr_has "nothing was found"
