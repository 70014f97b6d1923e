#!/usr/bin/env bash
# A user who is not root unpacks: files are their own, what needs privilege is named in a warning,
# and the bundle's configuration maps their ids.
source "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
need_root
need setpriv

install -m 755 "$BERTH" "$work/berth"
mkdir -m 755 "$work/nobody" "$work/nobody/home"
cp -r "$images/types" "$work/nobody/layout"
chmod -R a+rX "$work/nobody/layout"
chown 65534:65534 "$work/nobody" "$work/nobody/home"
as_nobody() {
    setpriv --reuid 65534 --regid 65534 --clear-groups --no-new-privs \
        env HOME="$work/nobody/home" XDG_RUNTIME_DIR= TMPDIR="$work/nobody" "$@"
}

expect 0 as_nobody "$work/berth" unpack --rootless "oci:$work/nobody/layout:v1" \
    "$work/nobody/bundle"
stderr_has device
rootfs=$work/nobody/bundle/rootfs
same "$(stat -c %u:%g "$rootfs/bin/busybox" "$rootfs/owners/bigger" | sort -u)" 65534:65534 owner
same "$(cat "$rootfs/modes/closed/inside")" "reachable by root" "content behind a closed folder"
same "$(stat -c %a "$rootfs/modes/none")" 0 "mode of a file without permissions"
same "$(stat -c %i "$rootfs/links/a")" "$(stat -c %i "$rootfs/links/c")" "inode of hard links"
jq -e '.linux.namespaces | any(.type == "user")' "$work/nobody/bundle/config.json" >/dev/null ||
    fail "the bundle has no user namespace"
same "$(jq -r '.linux.uidMappings[0].hostID' "$work/nobody/bundle/config.json")" 65534 "mapped id"
[[ -z $(find "$work/nobody" -maxdepth 1 -name '.*' -mindepth 1) ]] || fail "something was left"
