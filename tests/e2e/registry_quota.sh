#!/usr/bin/env bash
# Quotas: a push that does not fit is denied by name, shared content takes no room, deletion and
# collection give room back, and pushes at once never get past the limit together.
source "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
source "$tests/serve.sh"
need curl

cat >"$work/berth.yaml" <<'YAML'
storage: {grace: 1h, collect_every: 1s}
policy:
  quotas:
    - {prefix: team, bytes: 1MiB}
    - {prefix: few, objects: 2}
YAML
export BERTH_CONFIG="$work/berth.yaml"
serve_berth quota
url=http://$berth_address/v2
curl=(curl -s -u "admin:$berth_password")

# push_blob REPOSITORY FILE: in one request; prints the status, the body is in $work/answer.
push_blob() {
    "${curl[@]}" -o "$work/answer" -w '%{http_code}' -X POST \
        -H "Content-Type: application/octet-stream" --data-binary "@$2" \
        "$url/$1/blobs/uploads/?digest=$(file_digest "$2")"
}
used() { berth usage --data "$work/quota.data" -o json "$1" && json ".[0].$2"; }

for name in one two three; do head -c 400000 /dev/urandom >"$work/$name"; done
same "$(push_blob team/a "$work/one")" 201
same "$(push_blob team/b "$work/one")" 201
same "$(push_blob team/b "$work/two")" 201
same "$(used team bytes)" 800000
same "$(push_blob team/b "$work/three")" 403
jq -e '.errors[0].code == "DENIED"' "$work/answer" >/dev/null || fail "$(cat "$work/answer")"
grep -q 'the quota of .*team.* is 1048576 bytes: 800000 are used and 400000 more' "$work/answer" ||
    fail "$(cat "$work/answer")"
same "$(push_blob elsewhere "$work/three")" 201
same "$(used team bytes)" 800000

# An upload whose announced length is more than the quota is refused before its bytes.
head -c 2000000 /dev/zero >"$work/large"
location=$("${curl[@]}" -o /dev/null -D - -X POST "$url/team/a/blobs/uploads/" |
    tr -d '\r' | sed -n 's/^[Ll]ocation: //p')
same "$("${curl[@]}" -o /dev/null -w '%{http_code}' -X PATCH --data-binary "@$work/large" \
    "http://$berth_address$location")" 403

# By number of manifests and blobs.
for name in x y z; do echo "$name" >"$work/$name"; done
same "$(push_blob few/a "$work/x")" 201
same "$(push_blob few/b "$work/y")" 201
same "$(push_blob few/c "$work/z")" 403
grep -q 'is 2 manifests and blobs' "$work/answer" || fail "$(cat "$work/answer")"

# Deleted blobs give their room back at once, but only with the last repository that shows them.
remove() {
    same "$("${curl[@]}" -o /dev/null -w '%{http_code}' -X DELETE \
        "$url/$1/blobs/$(file_digest "$2")")" 202
}
remove team/a "$work/one"
same "$(used team bytes)" 800000
remove team/b "$work/one"
same "$(used team bytes)" 400000
same "$(push_blob team/b "$work/three")" 201
remove team/b "$work/three"
remove team/b "$work/two"
same "$(used team objects)" 0

# At once: three of eight blobs of 300,000 bytes fit.
for i in 1 2 3 4 5 6 7 8; do head -c 300000 /dev/urandom >"$work/at$i"; done
pids=()
for i in 1 2 3 4 5 6 7 8; do
    "${curl[@]}" -o /dev/null -w '%{http_code}\n' -X POST \
        -H "Content-Type: application/octet-stream" --data-binary "@$work/at$i" \
        "$url/team/r$i/blobs/uploads/?digest=$(file_digest "$work/at$i")" >"$work/status$i" &
    pids+=($!)
done
wait "${pids[@]}"
same "$(cat "$work"/status[1-8] | sort | uniq -c | awk '{print $2 ":" $1}' | xargs)" "201:3 403:5"
same "$(used team bytes)" 900000
same "$(used team objects)" 3
berth usage --data "$work/quota.data"
stdout_has "team"
grep -qE "^team .* 1(\.0+)? MiB" "$out" || fail "the quota of team is not shown: $(cat "$out")"
berth scrub --report-only --data "$work/quota.data"
stderr_has "nothing was found"

if [[ -n ${BERTH_LONG:-} ]]; then
    # Nobody uses these blobs: they are collected, and there is room again.
    kill -TERM "$started"
    wait "$started"
    sed -i 's/grace: 1h/grace: 1m/' "$work/berth.yaml"
    serve_berth quota
    wait_until 150 "room in team" bash -c "[[ \$('$BERTH' usage --data '$work/quota.data' -o json \
        team | jq '.[0].bytes') -eq 0 ]]"
    berth scrub --report-only --data "$work/quota.data"
    stderr_has "nothing was found"
fi
