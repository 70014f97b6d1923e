#!/usr/bin/env bash
# Of a multi-platform image the wanted one is unpacked; one that is not there is named.
source "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
source "$tests/registries.sh"
need_root

start_plain_registry plain
put_image platforms "$registry/team/app:v1"

for platform in linux/amd64 linux/arm64 linux/arm/v7; do
    bundle=$work/${platform//\//-}
    berth unpack --platform "$platform" "$registry/team/app:v1" "$bundle" --plain-http
    [[ $(cat "$bundle/rootfs/platform") == "$platform"* ]] || fail "$platform gave another platform"
done
berth_fails 3 unpack --platform linux/s390x "$registry/team/app:v1" "$work/none" --plain-http
stderr_has linux/arm/v7
absent "$work/none"

berth inspect "$registry/team/app:v1" --plain-http -o json
same "$(json '[.manifests[].platform] | join(" ")')" \
    "linux/amd64 linux/arm64/v8 linux/arm/v7 unknown/unknown" platforms
