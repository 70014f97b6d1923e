#!/usr/bin/env bash
# Token authentication: anonymous where that is allowed, with credentials where it is not, and
# never a broader scope than the work needs.
source "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
source "$tests/registries.sh"

start_token_registry token
for name in public private; do
    put_image whiteouts "$registry/$name/app:v1" --to-username "$registry_user" \
        --to-password "$registry_password"
done
: >"$work/token/tokens.log"

berth pull "$registry/public/app:v1" --plain-http
grep -q '^- repository:public/app:pull$' "$work/token/tokens.log" ||
    fail "no token for exactly repository:public/app:pull was asked for"
[[ $(wc -l <"$work/token/tokens.log") -le 2 ]] || fail "tokens are not kept for later requests"

berth_fails 4 pull "$registry/private/app:v1" --plain-http
stderr_has "berth login"

printf %s "$registry_password" >"$work/password"
with_password() { "$BERTH" "$@" -u "$registry_user" --password-stdin <"$work/password"; }
expect 0 with_password pull "$registry/private/app:v1" --plain-http -o json
same "$(json .digest)" "$(layout_digest "$images/whiteouts" v1)" digest
expect 0 with_password copy "oci:$images/hello:v1" "$registry/private/new:v1" --plain-http
grep -q "^$registry_user repository:private/new:.*push" "$work/token/tokens.log" ||
    fail "no token to push to private/new was asked for"

printf wrong >"$work/password"
expect 4 with_password pull "$registry/private/app:v1" --plain-http
