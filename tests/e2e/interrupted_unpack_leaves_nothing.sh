#!/usr/bin/env bash
# Ctrl-C during an unpack: status 130, no bundle, nothing beside it; the next run works.
source "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
source "$tests/registries.sh"
source "$tests/bundles.sh"
need_root

serve_layouts slow 3000000 "team/many=$images/many"
mkdir "$work/results"
unpacking() { find "$work/results" -name 'big0' | grep -q .; }
start unpack "$python" -c 'import os, signal, sys
signal.signal(signal.SIGINT, signal.SIG_DFL)
os.execv(sys.argv[1], sys.argv[1:])' "$BERTH" unpack "$registry/team/many:v1" \
    "$work/results/bundle" --plain-http -j 1
wait_until 60 "the first layer's last file" unpacking
kill -INT "$started"
status=0
wait "$started" || status=$?
same "$status" 130 "exit status"
same "$(ls -A "$work/results")" "" "what is left beside the bundle"

berth unpack "$registry/team/many:v1" "$work/results/bundle" --plain-http
berth unpack "oci:$images/many:v1" "$work/expected"
same_tree "$work/results/bundle/rootfs" "$work/expected/rootfs"
