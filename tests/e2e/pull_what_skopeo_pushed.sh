#!/usr/bin/env bash
# What skopeo pushes, in OCI and in Docker's format, berth pulls and unpacks.
source "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
source "$tests/registries.sh"
source "$tests/bundles.sh"
need skopeo

start_plain_registry plain
for format in oci v2s2; do
    run skopeo copy --insecure-policy --dest-tls-verify=false --format "$format" \
        "oci:$images/whiteouts:v1" "docker://$registry/team/app:$format"
    berth unpack "$registry/team/app:$format" "$work/$format" --plain-http
done
same_tree "$work/oci/rootfs" "$work/v2s2/rootfs"
run_bundle "$work/v2s2"
diff -u "$images/whiteouts.prints" "$out" || fail "the container printed something else"

run skopeo copy --insecure-policy --dest-tls-verify=false --dest-compress-format zstd \
    --dest-compress "oci:$images/hello:v1" "docker://$registry/team/hello:zstd"
berth inspect --raw "$registry/team/hello:zstd" --plain-http
stdout_has zstd
berth unpack "$registry/team/hello:zstd" "$work/zstd" --plain-http
