#!/usr/bin/env bash
# runc runs the bundle of each image, and it prints what the image should.
source "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
source "$tests/bundles.sh"

for expected in "$images"/*.prints; do
    image=$(basename "$expected" .prints)
    berth unpack --platform linux/amd64 "oci:$images/$image:v1" "$work/$image"
    run_bundle "$work/$image"
    diff -u "$expected" "$out" || fail "$image printed something else"
done
