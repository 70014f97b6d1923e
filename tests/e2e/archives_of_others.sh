#!/usr/bin/env bash
# Layout archives that skopeo wrote are read, and those that berth writes skopeo reads.
source "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
source "$tests/bundles.sh"
need skopeo

run skopeo copy --insecure-policy "oci:$images/whiteouts:v1" "oci-archive:$work/theirs.tar:v1"
berth unpack "oci-archive:$work/theirs.tar:v1" "$work/bundle"
run_bundle "$work/bundle"
diff -u "$images/whiteouts.prints" "$out" || fail "the container printed something else"

berth copy "oci:$images/whiteouts:v1" "oci-archive:$work/ours.tar:v1"
run skopeo inspect --raw "oci-archive:$work/ours.tar:v1"
same "$(file_digest "$out")" "$(layout_digest "$images/whiteouts" v1)" digest
run skopeo copy --insecure-policy "oci-archive:$work/ours.tar:v1" "oci:$work/back:v1"
