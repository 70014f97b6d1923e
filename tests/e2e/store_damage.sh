#!/usr/bin/env bash
# A flipped bit and a lost blob are found, with status 6, and the next pull mends them.
source "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
source "$tests/registries.sh"
source "$tests/bundles.sh"
need_root

start_plain_registry plain
put_image many "$registry/team/many:v1"
store=$work/store
pull=(pull "$registry/team/many:v1" --plain-http --store "$store")
berth "${pull[@]}"
mapfile -t layers < <(jq -r '.layers[].digest' \
    "$images/many/blobs/$(layout_digest "$images/many" v1 | tr : /)" | cut -d: -f2)
flipped=$(find "$store/blobs" -name "${layers[0]}")
lost=$(find "$store/blobs" -name "${layers[1]}")

chmod u+w "$flipped"
printf X | dd of="$flipped" bs=1 seek=1000 conv=notrunc status=none
rm -f "$lost"
berth_fails 6 store check --report-only --store "$store" -o json
for finding in damaged_blob missing_blob; do stdout_has "\"$finding\""; done
stdout_has "${layers[0]}"
stdout_has "${layers[1]}"
exists "$flipped"

berth_fails 6 store check --store "$store"
absent "$flipped"
berth "${pull[@]}"
berth store check --store "$store"
stderr_has "nothing was found"
berth unpack "$registry/team/many:v1" "$work/bundle" --plain-http --store "$store"
