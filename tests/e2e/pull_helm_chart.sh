#!/usr/bin/env bash
# A chart that the real helm packaged and pushed: pulled as its .tgz, unpacked, and inspected.
source "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
source "$tests/registries.sh"
need helm

start_plain_registry plain
run helm create "$work/pier"
run helm package "$work/pier" --version 1.2.3+build.4 --app-version 9 -d "$work"
run helm push "$work/pier-1.2.3+build.4.tgz" "oci://$registry/charts" --plain-http

berth pull "oci://$registry/charts/pier:1.2.3_build.4" -d "$work/pulled" --plain-http -o json
same "$(json .kind)" chart
same "$(json '.files[0]')" "$work/pulled/pier-1.2.3+build.4.tgz" "file written"
cmp "$work/pier-1.2.3+build.4.tgz" "$work/pulled/pier-1.2.3+build.4.tgz"

berth pull "$registry/charts/pier:1.2.3_build.4" -d "$work/unpacked" --unpack --plain-http
mkdir "$work/expected"
tar -xzf "$work/pier-1.2.3+build.4.tgz" -C "$work/expected"
diff -r "$work/expected" "$work/unpacked" || fail "the unpacked chart differs"
run helm template "$work/unpacked/pier"
stdout_has "kind: Deployment"

berth inspect "$registry/charts/pier:1.2.3_build.4" --plain-http -o json
same "$(json .chart.name)" pier
same "$(json .chart.version)" 1.2.3+build.4
same "$(json .chart.appVersion)" 9
