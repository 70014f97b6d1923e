#!/usr/bin/env bash
# Debian in three layers becomes the root file system that umoci makes of it, and runs.
source "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
source "$tests/bundles.sh"
need_root
images=$root/.cache/debian

equals_umoci debian
run_bundle "$work/ours-debian"
diff -u "$images/debian.prints" "$out" || fail "the container printed something else"
