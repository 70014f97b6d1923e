#!/usr/bin/env bash
# `kill -9` of `berth serve` at random points while a client pushes: every manifest that was
# acknowledged is there after the restart, with all its blobs.
source "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
source "$tests/serve.sh"
need crane
rounds=5
[[ -z ${BERTH_LONG:-} ]] || rounds=500

serve_berth plain
mkdir "$work/files"
acknowledged=()
for ((round = 1; round <= rounds; round++)); do
    echo "$berth_password" | crane auth login "$berth_address" -u admin --password-stdin --insecure \
        2>/dev/null
    head -c 300000 /dev/urandom >"$work/files/blob"
    tar -C "$work/files" -cf "$work/layer.tar" blob
    # The first round is left alone until its push is acknowledged.
    [[ $round -eq 1 ]] || (sleep "0.$((RANDOM % 3))$((RANDOM % 10))" && kill -KILL "$started") &
    if crane --insecure append -f "$work/layer.tar" -t "$berth_address/team/app:r$round" \
        >"$work/append.log" 2>&1; then
        acknowledged+=("r$round")
    fi
    # Their status is that of being killed, or of killing what has ended already.
    wait $! 2>/dev/null || true
    kill -KILL "$started" 2>/dev/null || true
    serve_berth plain
    echo "$berth_password" | crane auth login "$berth_address" -u admin --password-stdin --insecure \
        2>/dev/null
    for tag in "${acknowledged[@]: -3}"; do
        run crane --insecure pull "$berth_address/team/app:$tag" "$work/pulled.tar"
    done
done
[[ ${#acknowledged[@]} -gt 0 ]] || fail "no push was acknowledged at all"
echo "$rounds kills, ${#acknowledged[@]} pushes acknowledged before them, all there"
