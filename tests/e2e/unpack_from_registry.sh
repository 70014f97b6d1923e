#!/usr/bin/env bash
# Unpacking from a registry gives what unpacking from a layout gives, and a second unpack asks for
# no layer again.
source "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
source "$tests/registries.sh"
source "$tests/bundles.sh"
need_root

serve_layouts server 0 "team/types=$images/types"
berth unpack "oci:$images/types:v1" "$work/layout"
berth unpack "$registry/team/types:v1" "$work/first" --plain-http
same_tree "$work/first/rootfs" "$work/layout/rootfs"
cmp "$work/first/config.json" "$work/layout/config.json" || fail "the configurations differ"
same "$(stat -c %a "$work/first")" 700 "mode of the bundle"

: >"$work/server.requests"
berth unpack "$registry/team/types:v1" "$work/second" --plain-http
same_tree "$work/second/rootfs" "$work/layout/rootfs"
! grep /blobs/ "$work/server.requests" || fail "blobs were fetched twice"

berth_fails 8 unpack "$registry/team/types:v1" "$work/second" --plain-http
stderr_has "$work/second"
