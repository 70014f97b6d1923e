#!/usr/bin/env bash
# A registry behind TLS of a private authority and a password: each missing piece has its own
# error, and with all of them the pull works.
source "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
source "$tests/registries.sh"

start_basic_registry basic
put_image hello "$registry/team/hello:v1" --to-ca-file "$work/ca.pem" \
    --to-username "$registry_user" --to-password "$registry_password"
image=$registry/team/hello:v1

berth_fails 5 inspect "$image"
stderr_has certificate
stderr_has ca-file

berth_fails 4 inspect "$image" --ca-file "$work/ca.pem"
stderr_has "berth login"

printf %s wrong >"$work/password"
with_password() { "$BERTH" "$@" -u "$registry_user" --password-stdin <"$work/password"; }
expect 4 with_password pull "$image" --ca-file "$work/ca.pem"

printf %s "$registry_password" >"$work/password"
expect 0 with_password pull "$image" --ca-file "$work/ca.pem" -o json
same "$(json .digest)" "$(layout_digest "$images/hello" v1)" digest
! grep -qF "$registry_password" "$out" "$err" || fail "the password was printed"

expect 0 with_password pull "$image" --insecure-skip-tls-verify
