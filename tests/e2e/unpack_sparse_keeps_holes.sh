#!/usr/bin/env bash
# A sparse file takes no more room on disk than its data.
source "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
need_root

berth unpack "oci:$images/sparse:v1" "$work/bundle"
for name in gnu gnu-many pax-0.0 pax-0.1 pax-1.0 hole-only; do
    file=$work/bundle/rootfs/sparse/$name
    size=$(stat -c %s "$file")
    stored=$(($(stat -c %b "$file") * 512))
    [[ $stored -lt $((size / 4)) ]] || fail "$name of $size bytes takes $stored on disk"
done
