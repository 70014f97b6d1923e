#!/usr/bin/env bash
# Logins that skopeo, helm and a credential helper keep are found.
source "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
source "$tests/registries.sh"
need skopeo helm

start_basic_registry basic
put_image hello "$registry/team/hello:v1" --to-ca-file "$work/ca.pem" \
    --to-username "$registry_user" --to-password "$registry_password"
image=$registry/team/hello:v1
inspect=(inspect "$image" --ca-file "$work/ca.pem")

berth_fails 4 "${inspect[@]}"

by_skopeo() { printf %s "$registry_password" | skopeo login --cert-dir "$work/certs" \
    -u "$registry_user" --password-stdin "$registry"; }
run by_skopeo
berth "${inspect[@]}"
run skopeo logout "$registry"
berth_fails 4 "${inspect[@]}"

by_helm() { printf %s "$registry_password" | helm registry login --ca-file "$work/ca.pem" \
    -u "$registry_user" --password-stdin "$registry"; }
run by_helm
berth "${inspect[@]}"
run helm registry logout "$registry"
berth_fails 4 "${inspect[@]}"

mkdir -p "$work/bin" "$HOME/.docker"
cat >"$work/bin/docker-credential-berthtest" <<HELPER
#!/bin/sh
read -r host
echo "\$1 \$host" >>"$work/helper.log"
printf '{"ServerURL": "%s", "Username": "$registry_user", "Secret": "%s"}' "\$host" \
    '${registry_password//\"/\\\"}'
HELPER
chmod 755 "$work/bin/docker-credential-berthtest"
echo "{\"credHelpers\": {\"$registry\": \"berthtest\"}}" >"$HOME/.docker/config.json"
PATH="$work/bin:$PATH" berth "${inspect[@]}"
grep -q "^get $registry$" "$work/helper.log" || fail "the helper was not asked"
