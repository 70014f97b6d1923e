#!/usr/bin/env bash
# auth explain names each source, in order, why it was used or skipped, and never a secret.
source "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"

mkdir -p "$HOME/.docker" "$HOME/.config/containers"
secret=$(printf 'robot:hunter2' | base64)
other=$(printf 'team:hunter3' | base64)
echo "{\"auths\": {\"r.example\": {\"auth\": \"$secret\"}, \"r.example/team\": {\"auth\": \"$other\"}}}" \
    >"$HOME/.docker/config.json"
echo '{"auths": {}}' >"$HOME/.config/containers/auth.json"

berth auth explain r.example -o json
same "$(json '[.[] | select(.used)] | length | tostring')" 1 "number of sources used"
same "$(json '.[] | select(.used) | .source')" "$HOME/.docker/config.json" "source used"
[[ $(json '.[] | select(.used) | .outcome') == *robot* ]] || fail "the user is not named"
[[ $(json 'map(.source) | index("'"$HOME"'/.config/containers/auth.json")') -lt \
    $(json 'map(.source) | index("'"$HOME"'/.docker/config.json")') ]] || fail "wrong order"

berth auth explain r.example/team/app -o json
[[ $(json '.[] | select(.used) | .outcome') == *team* ]] || fail "the longest key does not win"

berth auth explain elsewhere.example -o json
same "$(json '.[] | select(.used) | .source')" anonymous "source used"

echo '{"auths": {"r.example": {"auth": "'"$other"'"}}}' >"$work/only.json"
berth auth explain r.example --authfile "$work/only.json"
stdout_has "$work/only.json"
! grep -q -e hunter -e "$secret" -e "$other" "$out" "$err" || fail "a secret was shown"
