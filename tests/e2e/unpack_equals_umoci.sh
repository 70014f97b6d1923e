#!/usr/bin/env bash
# Each test image becomes the root file system that umoci makes of it.
source "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
source "$tests/bundles.sh"
need_root

for image in hello members mixed zstd docker sha512 config odd sparse whiteouts types; do
    equals_umoci "$image"
done
