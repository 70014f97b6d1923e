#!/usr/bin/env bash
# helm: logs in by password and by token, over HTTP and over HTTPS with a private authority; pushes,
# shows, pulls by version range, by digest and as a dependency.
source "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
source "$tests/clients.sh"
need helm
serve_plain
serve_tls
export HELM_REGISTRY_CONFIG=$work/helm/config.json

(cd "$work" && run helm create web && run helm package web --version 1.0.0 &&
    run helm package web --version 1.2.3+build.7 && run helm package web --version 2.0.0-rc.1)

round_trip() { # ADDRESS ACCESS_FLAG…
    local address=$1 digest
    shift
    for version in 1.0.0 1.2.3+build.7 2.0.0-rc.1; do
        run helm push "$@" "$work/web-$version.tgz" "oci://$address/charts"
    done
    digest=$(sed -nE 's/^Digest: (sha256:[0-9a-f]{64})$/\1/p' "$out" "$err" | head -n 1)
    run helm show chart "$@" "oci://$address/charts/web" --version 1.0.0
    stdout_has "version: 1.0.0"
    rm -rf "$work/got"
    mkdir "$work/got"
    run helm pull "$@" "oci://$address/charts/web" --version "^1.1" -d "$work/got"
    cmp "$work/got/web-1.2.3+build.7.tgz" "$work/web-1.2.3+build.7.tgz"
    run helm pull "$@" "oci://$address/charts/web@$digest" -d "$work/got"
    cmp "$work/got"/web*2.0.0-rc.1.tgz "$work/web-2.0.0-rc.1.tgz" ||
        cmp "$work/got"/web@*.tgz "$work/web-2.0.0-rc.1.tgz"
}

log_in() { # ADDRESS PASSWORD ACCESS_FLAG…
    local address=$1 password=$2
    shift 2
    echo wrong | expect 1 helm registry login "$@" -u admin --password-stdin "$address"
    echo "$password" | helm registry login "$@" -u admin --password-stdin "$address" >"$out" 2>&1
    stdout_has "Login Succeeded"
}
log_in "$plain" "$plain_password" --plain-http
round_trip "$plain" --plain-http
log_in "$secure" "$secure_password" --ca-file "$work/ca.pem"
round_trip "$secure" --ca-file "$work/ca.pem"
expect 1 helm pull "oci://$secure/charts/web" --version 1.0.0 -d "$work/got"
stderr_has certificate

# As a dependency of another chart.
(cd "$work" && run helm create outer)
printf 'dependencies:\n- {name: web, version: 1.0.0, repository: "oci://%s/charts"}\n' "$plain" \
    >>"$work/outer/Chart.yaml"
run helm dependency update --plain-http "$work/outer"
exists "$work/outer/charts/web-1.0.0.tgz"

run helm registry logout "$plain"
expect 1 helm pull --plain-http "oci://$plain/charts/web" --version 1.0.0 -d "$work/got"
logged_in_by_token "$HELM_REGISTRY_CONFIG" "$plain" \
    "$(identity_token "http://$plain" "$plain_password")"
round_trip "$plain" --plain-http
logged_in_by_token "$HELM_REGISTRY_CONFIG" "$secure" \
    "$(identity_token "https://$secure" "$secure_password" --cacert "$work/ca.pem")"
round_trip "$secure" --ca-file "$work/ca.pem"
