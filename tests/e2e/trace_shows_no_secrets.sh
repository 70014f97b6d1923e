#!/usr/bin/env bash
# --trace-http shows requests and responses, and neither passwords nor tokens.
source "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
source "$tests/registries.sh"

start_token_registry token
put_image hello "$registry/private/app:v1" --to-username "$registry_user" \
    --to-password "$registry_password"
printf %s "$registry_password" >"$work/password"
traced() { "$BERTH" pull "$registry/private/app:v1" --plain-http -u "$registry_user" \
    --password-stdin --trace-http -vv <"$work/password"; }
expect 0 traced
stderr_has "GET"
stderr_has "/v2/private/app/manifests/v1"
stderr_has "/token"
basic=$(printf '%s:%s' "$registry_user" "$registry_password" | base64 -w0)
for secret in "$registry_password" "$basic" "Bearer ey" '"token"'; do
    ! grep -qF "$secret" "$out" "$err" || fail "the trace shows a secret"
done
