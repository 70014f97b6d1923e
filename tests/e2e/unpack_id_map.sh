#!/usr/bin/env bash
# Root unpacks with an id map: owners are shifted, and the configuration says so.
source "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
need_root

berth unpack --uid-map 0:100000:65536 --gid-map 0:200000:65536 "oci:$images/config:v1" \
    "$work/bundle"
same "$(stat -c %u:%g "$work/bundle/rootfs/bin/busybox")" 100000:200000 "owner of root's file"
same "$(stat -c %u:%g "$work/bundle/rootfs/home/app")" 101234:202345 "owner of app's folder"
same "$(jq -c '.linux.uidMappings[0]' "$work/bundle/config.json")" \
    '{"containerID":0,"hostID":100000,"size":65536}' "the map in config.json"

# An owner outside the map cannot be represented.
berth_fails 6 unpack --uid-map 0:100000:1000 --gid-map 0:200000:65536 "oci:$images/config:v1" \
    "$work/narrow"
stderr_has 1234
absent "$work/narrow"
