#!/usr/bin/env bash
# The disk below `berth serve` fills up to its last byte: pushes are answered 507 or 503, reads go on
# and also a restart; when there is space again an upload goes on where it stopped, nothing is
# corrupted, and nobody needs to do anything.
source "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
need unshare mount setpriv
# A file system of its own, which goes with the last process that sees it.
apart=(unshare --mount)
[[ $(id -u) -eq 0 ]] || apart=(unshare --map-root-user --mount)
mkdir "$work/disk"
mounted() {
    # shellcheck disable=SC2016 # expanded by the inner shell
    "${apart[@]}" bash -c 'mount -t tmpfs -o size=32m,mode=700 tmpfs "$1" && shift && exec "$@"' \
        mounted "$work/disk" "$@"
}
mounted true 2>"$err" || skip "cannot mount a file system: $(head -n 1 "$err")"

run mounted "$python" "$tests/faults/full_disk.py" "$BERTH" "$work/disk"
