#!/usr/bin/env bash
# A chart that berth copied to another registry, helm pulls from there, with its provenance.
source "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
source "$tests/registries.sh"
need helm

start_plain_registry plain
first=$registry
start_other_registry other
second=$registry

run helm create "$work/quay"
run helm package "$work/quay" --version 0.5.0 -d "$work"
printf 'not a real signature\n' >"$work/quay-0.5.0.tgz.prov"
run helm push "$work/quay-0.5.0.tgz" "oci://$first/charts" --plain-http

berth copy "$first/charts/quay:0.5.0" "$second/mirror/quay:0.5.0" --plain-http
mkdir "$work/helm" "$work/berth"
run helm pull "oci://$second/mirror/quay" --version 0.5.0 --plain-http -d "$work/helm"
cmp "$work/quay-0.5.0.tgz" "$work/helm/quay-0.5.0.tgz"

berth pull "$second/mirror/quay:0.5.0" -d "$work/berth" --plain-http
cmp "$work/quay-0.5.0.tgz" "$work/berth/quay-0.5.0.tgz"
cmp "$work/quay-0.5.0.tgz.prov" "$work/berth/quay-0.5.0.tgz.prov"
