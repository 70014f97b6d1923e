#!/usr/bin/env bash
# With --platform one image of an index is copied; without, the whole index.
source "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"

berth copy --platform linux/arm64 "oci:$images/platforms:v1" "oci:$work/one:v1"
berth inspect "oci:$work/one:v1" -o json
same "$(json .kind)" image
same "$(json .config.platform)" linux/arm64/v8
[[ $(find "$work/one/blobs" -type f | wc -l) -eq 4 ]] || fail "more than one image was copied"

berth copy "oci:$images/platforms:v1" "oci:$work/all:v1"
same "$(layout_digest "$work/all" v1)" "$(layout_digest "$images/platforms" v1)" digest
