#!/usr/bin/env bash
# Each file operation of `berth serve` fails once, with EIO and ENOSPC, while a client pushes, mounts
# and deletes: no crash, 5xx with a body, success at the next attempt, nothing acknowledged is lost.
# The short form tries a sample; BERTH_LONG=1 tries all.
source "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
need gcc setpriv
! ldd "$BERTH" | grep -qE 'lib[at]san' || skip "a sanitizer's library must be loaded first"
share=0.01
[[ -z ${BERTH_LONG:-} ]] || share=1

run gcc -O1 -shared -fPIC -o "$work/fault.so" "$tests/faults/fault.c" -ldl
run "$python" "$tests/faults/fault_rounds.py" "$BERTH" "$work/fault.so" "$work" "$share"
cat "$out"
