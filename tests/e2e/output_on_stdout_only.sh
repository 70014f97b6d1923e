#!/usr/bin/env bash
# Data goes to standard output, whole and parseable; all else to standard error.
source "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
source "$tests/registries.sh"
need_root

start_plain_registry plain
common=(--plain-http -o json)
valid() { jq -e . "$out" >/dev/null || fail "not JSON: $(head -c 300 "$out")"; }

berth push "$registry/team/app:v1" "oci:$images/many:v1" "${common[@]}" --progress plain
valid
[[ -s $err ]] || fail "--progress plain says nothing"
berth copy "$registry/team/app:v1" "$registry/team/app:v2" "${common[@]}" && valid
berth pull "$registry/team/app:v1" "${common[@]}" --progress json
valid
[[ -s $err ]] || fail "--progress json says nothing"
jq -es 'length > 0' "$err" >/dev/null || fail "--progress json is not one JSON event per line"
berth inspect "$registry/team/app:v1" "${common[@]}" && valid
berth tags "$registry/team/app" "${common[@]}" && valid
berth repos "$registry" "${common[@]}" && valid
berth unpack "$registry/team/app:v1" "$work/bundle" "${common[@]}" && valid
berth store check -o json && valid
berth version -o json && valid
berth auth explain "$registry" -o json && valid

berth inspect "$registry/team/app:v1" --plain-http -o 'template={{.digest}}'
stdout_is "$(layout_digest "$images/many" v1)"
berth inspect "$registry/team/app:v1" --plain-http -o name
stdout_is "$(layout_digest "$images/many" v1)"
berth inspect "$registry/team/app:v1" --plain-http -o yaml
stdout_has "digest: "
berth pull "$registry/team/app:v1" --plain-http --progress none
[[ ! -s $err ]] || fail "--progress none says: $(cat "$err")"
! grep -q $'\x1b' "$out" "$err" || fail "colours in a pipe"
berth_fails 3 inspect "$registry/team/app:none" "${common[@]}"
stdout_empty
