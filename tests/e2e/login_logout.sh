#!/usr/bin/env bash
# berth login writes where docker's relatives look: skopeo, oras and helm see it, and its end.
source "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
source "$tests/registries.sh"
need skopeo helm oras

start_basic_registry basic
put_image hello "$registry/team/hello:v1" --to-ca-file "$work/ca.pem" \
    --to-username "$registry_user" --to-password "$registry_password"
config=$HOME/.docker/config.json
mkdir "$HOME/.docker"
echo '{"psFormat": "table", "auths": {"other.example": {"auth": "YTpi"}}}' >"$config"
chmod 644 "$config"

login() { "$BERTH" login "$registry" -u "$registry_user" --password-stdin --ca-file "$work/ca.pem"; }
wrong() { printf wrong | login; }
expect 4 wrong
! grep -q "$registry" "$config" || fail "a refused login was stored"

right() { printf %s "$registry_password" | login; }
expect 0 right
same "$(stat -c %a "$config")" 600 "mode of $config"
same "$(jq -r .psFormat "$config")" table "a member that berth does not know"
same "$(jq -r '.auths["other.example"].auth' "$config")" YTpi "another registry's entry"

run skopeo inspect --cert-dir "$work/certs" "docker://$registry/team/hello:v1"
run oras manifest fetch --ca-file "$work/ca.pem" "$registry/team/hello:v1"
run helm create "$work/chart"
run helm package "$work/chart" -d "$work"
run helm push "$work/chart-0.1.0.tgz" "oci://$registry/charts" --ca-file "$work/ca.pem"
berth inspect "$registry/team/hello:v1" --ca-file "$work/ca.pem"

berth logout "$registry"
! grep -q "$registry" "$config" || fail "the login is still in $config"
same "$(jq -r '.auths["other.example"].auth' "$config")" YTpi "another registry's entry"
berth_fails 4 inspect "$registry/team/hello:v1" --ca-file "$work/ca.pem"
expect 1 skopeo inspect --cert-dir "$work/certs" "docker://$registry/team/hello:v1"
