#!/usr/bin/env bash
# Signatures and SBOMs travel along with --referrers: from a registry that has the referrers API to
# one that has none, where the fallback tag lists them, and on from there.
source "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
source "$tests/registries.sh"
need oras

cp -r "$images/hello" "$work/layout"
printf '{"spdx": true}\n' >"$work/sbom.json"
printf 'signed\n' >"$work/signature"
attach() (cd "$work" && oras attach --oci-layout --no-tty --artifact-type "$2" "$1" "$3:text/plain")
run attach "$work/layout:v1" application/x.sbom sbom.json
run oras discover --oci-layout --format json "$work/layout:v1"
sbom=$(json '.manifests[0].digest')
run attach "$work/layout@$sbom" application/x.signature signature # of the SBOM: two deep

serve_layouts with-api 0 "team/app=$work/layout"
api=$registry
start_plain_registry plain
first=$registry
start_other_registry other
second=$registry
types() { oras discover --plain-http --format json "$1" | jq -r '.manifests[].artifactType'; }
same "$(types "$api/team/app:v1")" application/x.sbom "referrers at the source"

berth copy "$api/team/app:v1" "$first/team/plain:v1" --plain-http
same "$(types "$first/team/plain:v1")" "" "referrers copied without being asked"

berth copy --referrers "$api/team/app:v1" "$first/team/app:v1" --plain-http
same "$(types "$first/team/app:v1")" application/x.sbom "referrers in the registry without API"
same "$(types "$first/team/app@$sbom")" application/x.signature "referrers of the referrer"
run oras discover --plain-http --format json "$first/team/app:v1"
same "$(json '.manifests[0].digest')" "$sbom" "digest of the SBOM"

berth copy --referrers "$first/team/app:v1" "$second/on/app:v1" --plain-http
same "$(types "$second/on/app:v1")" application/x.sbom "referrers copied on"
same "$(types "$second/on/app@$sbom")" application/x.signature "referrers of the referrer, on"
