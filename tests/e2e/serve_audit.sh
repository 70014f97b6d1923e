#!/usr/bin/env bash
# The audit: one line for every write, with who, what, where from and what came of it; kept in a file
# of its own, readable by programs, without secrets.
source "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
source "$tests/serve.sh"
need curl

serve_berth audited --set "log.audit_file=$work/audit.jsonl"
url=http://$berth_address
ask() { curl -s -o "$out" -w '%{http_code}' -u "admin:$berth_password" "$@"; }
last() { tail -n 1 "$work/audit.jsonl" | jq -er "$1"; }
manifest() { # manifest NOTE: an index that holds nothing
    printf '{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[],"annotations":{"note":"%s"}}' "$1"
}
put() { # put PATH NOTE
    manifest "$2" | ask -X PUT --data-binary @- -H "X-Request-Id: req-$2" \
        -H 'Content-Type: application/vnd.oci.image.index.v1+json' "$url$1"
}

same "$(last '[.action, .detail] | join(" ")')" "user.add admin: first start"

same "$(put /v2/team/app/manifests/v1 a)" 201
same "$(last '[.action, .outcome, .actor, .repository, .reference, .request_id] | join(" ")')" \
    "manifest.push success admin team/app v1 req-a"
first=$(last .digest)
same "$(put /v2/team/app/manifests/v1 b)" 201
same "$(last '[.action, .previous] | join(" ")')" "tag.move $first"
same "$(ask -X DELETE "$url/v2/team/app/manifests/v1")" 202
same "$(last '[.action, .reference] | join(" ")')" "tag.delete v1"
same "$(ask -X DELETE "$url/v2/team/app/manifests/$first")" 202
same "$(last '[.action, .digest] | join(" ")')" "manifest.delete $first"

echo content >"$work/blob"
digest=$(file_digest "$work/blob")
same "$(ask --data-binary @"$work/blob" -H 'Content-Type: application/octet-stream' \
    "$url/v2/team/app/blobs/uploads/?digest=$digest")" 201
same "$(last '[.action, .digest] | join(" ")')" "blob.push $digest"
same "$(ask -X POST "$url/v2/other/app/blobs/uploads/?mount=$digest&from=team/app")" 201
same "$(last '[.action, .repository, .from] | join(" ")')" "blob.mount other/app team/app"
same "$(ask -X DELETE "$url/v2/other/app/blobs/$digest")" 202
same "$(last .action)" blob.delete

# Wrong passwords are told with the claimed name, never with the password.
same "$(curl -s -o /dev/null -w '%{http_code}' -u "mallory:a-guessed-word" "$url/v2/")" 401
same "$(last '[.action, .outcome, .actor, .peer] | join(" ")')" "login.failed denied mallory 127.0.0.1"

# A change of users.json, by whatever program, is seen within half a minute (the long form waits).
if [[ -n ${BERTH_LONG:-} ]]; then
    jq '.public = ["mirror"]' "$work/audited.data/users.json" >"$work/users.json"
    mv "$work/users.json" "$work/audited.data/users.json"
    wait_until 40 "the users' change" grep -q '"action":"public.change"' "$work/audit.jsonl"
fi

# Reads are not in it, requests are not in it, audit lines are not in the log, secrets are nowhere.
lines=$(wc -l <"$work/audit.jsonl")
same "$(ask "$url/v2/team/app/tags/list")" 200
same "$(wc -l <"$work/audit.jsonl")" "$lines" "audit lines after a read"
jq -es 'all(.[]; .msg == "audit" and .action and .ts)' "$work/audit.jsonl" >/dev/null ||
    fail "lines that are not of the audit"
! grep -q '"msg":"audit"' "$work/audited.log" || fail "audit lines in the log"
for secret in "$berth_password" a-guessed-word '$argon2'; do
    ! grep -qF -- "$secret" "$work/audit.jsonl" "$work/audited.log" || fail "a secret is in the audit"
done

# A kill loses no line: each was written when its request was answered.
same "$(put /v2/team/app/manifests/v2 last)" 201
kill -KILL "$started"
same "$(wc -l <"$work/audit.jsonl")" "$((lines + 1))" "audit lines after a kill"
same "$(last .request_id)" req-last
