#!/usr/bin/env bash
# From a layout through two registries and an archive back into a layout: every digest stays.
source "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
source "$tests/registries.sh"

start_plain_registry plain
first=$registry
start_other_registry other
second=$registry

for image in platforms docker zstd types; do
    digest=$(layout_digest "$images/$image" v1)
    berth copy "oci:$images/$image:v1" "$first/team/$image:v1" --plain-http -o json
    same "$(json .digest)" "$digest" "digest of $image said"
    berth copy "$first/team/$image:v1" "$second/copy/$image:v2" --plain-http
    same "$(crane --insecure digest "$second/copy/$image:v2")" "$digest" "digest of $image copied"
    berth copy "$second/copy/$image:v2" "oci-archive:$work/$image.tar:v3" --plain-http
    berth copy "oci-archive:$work/$image.tar:v3" "oci:$work/layout-$image:v4"
    same "$(layout_digest "$work/layout-$image" v4)" "$digest" "digest of $image in the layout"
    for blob in "$images/$image"/blobs/*/*; do
        cmp "$blob" "$work/layout-$image/blobs/$(basename "$(dirname "$blob")")/$(basename "$blob")"
    done
done

# What is there already is not sent again.
berth copy "$first/team/types:v1" "$second/copy/types:v5" --plain-http -o json
same "$(json '.missing | tostring')" 0 "blobs missing the second time"
