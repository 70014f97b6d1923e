#!/usr/bin/env bash
# --all-tags copies every tag that is wanted; one that fails is reported, with status 7, and does
# not stop the others.
source "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
source "$tests/registries.sh"

start_plain_registry plain
first=$registry
for image in hello zstd docker; do put_image "$image" "$first/team/app:v-$image"; done
put_image config "$first/team/app:other"
start_other_registry other
second=$registry

berth copy --all-tags --include 'v-*' --exclude '*zstd' "$first/team/app" "$second/copy/app" \
    --plain-http
berth tags "$second/copy/app" --plain-http -o name
same "$(sort "$out" | paste -sd' ')" "v-docker v-hello" "tags copied"

# Lose a layer of one image at the source.
layer=$(jq -r '.layers[1].digest' \
    "$images/zstd/blobs/$(layout_digest "$images/zstd" v1 | tr : /)" | cut -d: -f2)
rm -rf "$work/plain/data/docker/registry/v2/blobs/sha256/${layer:0:2}/$layer"
berth_fails 7 copy --all-tags "$first/team/app" "$second/all/app" --plain-http
berth tags "$second/all/app" --plain-http -o name
same "$(sort "$out" | paste -sd' ')" "other v-docker v-hello" "tags copied beside the broken one"
berth_fails 7 copy --all-tags --report "$work/report.json" "$first/team/app" "$second/again/app" \
    --plain-http
same "$(jq -r '[.[] | .tag + "=" + .outcome] | sort | join(" ")' "$work/report.json")" \
    "other=copied v-docker=copied v-hello=copied v-zstd=failed" "the report's rows"
jq -e '.[] | select(.outcome == "failed") | .error | length > 0' "$work/report.json" >/dev/null
