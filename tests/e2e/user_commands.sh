#!/usr/bin/env bash
# berth user: what it changes counts for the running server at once, passwords are printed once and
# kept nowhere, and the last admin stays.
source "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
source "$tests/serve.sh"
need curl

data=$work/users.data
export BERTH_DATA=$data
serve_berth users
url=http://$berth_address/v2
# status USER:PASSWORD PATH…: of a GET.
status() { curl -s -o /dev/null -w '%{http_code}' ${1:+-u "$1"} "$url/$2"; }
# upload USER:PASSWORD REPOSITORY: the status of beginning an upload.
upload() { curl -s -o /dev/null -w '%{http_code}' -X POST -u "$1" "$url/$2/blobs/uploads/"; }

# Something to list, so that team/app is there.
echo content >"$work/blob"
same "$(curl -s -o /dev/null -w '%{http_code}' -u "admin:$berth_password" -X POST \
    --data-binary "@$work/blob" \
    "$url/team/app/blobs/uploads/?digest=$(file_digest "$work/blob")")" 201

berth user add ann --grant team=pull,push -o json
ann=ann:$(json .password)
stderr_has "shown this once"
same "$(json '.grants[0].prefix')" team
! grep -q "${ann#*:}" -r "$data" || fail "the password is in a file"
same "$(stat -c %a "$data/users.json")" 600
same "$(status "$ann" "")" 200
same "$(upload "$ann" team/app)" 202
same "$(upload "$ann" other/app)" 403
berth_fails 8 user add ann
stderr_has "already"

echo "correct horse" | expect 0 "$BERTH" user add bob --password-stdin
stdout_lacks "correct horse"
same "$(status "bob:correct horse" "")" 200
echo short | expect 2 "$BERTH" user passwd bob --password-stdin
echo "another horse" | expect 0 "$BERTH" user passwd bob --password-stdin
same "$(status "bob:correct horse" "")" 401
same "$(status "bob:another horse" "")" 200

bob="bob:another horse"
same "$(upload "$bob" team/app)" 403
berth user grant bob team/** push,pull
same "$(upload "$bob" team/app)" 202
berth user revoke bob team push
same "$(upload "$bob" team/app)" 403
same "$(status "$bob" team/app/tags/list)" 200
berth_fails 3 user revoke bob team push
berth user revoke bob team
same "$(status "$bob" team/app/tags/list)" 403
berth_fails 2 user grant bob team own
berth_fails 2 user grant bob 'Te am' pull
berth_fails 2 user grant bob

same "$(status "" team/app/tags/list)" 401
berth user public add team
same "$(status "" team/app/tags/list)" 200
berth user public ls -o name
stdout_is team
berth user public rm team/
same "$(status "" team/app/tags/list)" 401
berth_fails 2 user public add
berth_fails 2 user public list

berth user ls -o json
same "$(json 'map(.name) | join(" ")')" "admin ann bob"
stdout_lacks argon2
berth user ls
stdout_has "team=pull,push"
stdout_has "everything"

berth_fails 8 user rm admin
stderr_has "no admin would be left"
berth_fails 8 user revoke admin --admin
berth user grant bob --admin
same "$(upload "$bob" anything)" 202
berth user rm admin
same "$(status "admin:$berth_password" "")" 401
berth user rm ann
same "$(status "$ann" "")" 401
berth_fails 3 user rm ann
berth_fails 3 user passwd nobody

# Without a directory, and before the first start.
berth_fails 3 user ls --data "$work/nowhere"
absent "$work/nowhere"
mkdir "$work/fresh"
berth_fails 3 user add carl --data "$work/fresh"
berth user add carl --admin --data "$work/fresh"
exists "$work/fresh/users.json"

# Root writes as the directory's owner, so that the server can read it.
if [[ $(id -u) -eq 0 ]]; then
    chmod 755 "$work"
    chown -R nobody "$work/fresh"
    berth user add dora --data "$work/fresh"
    same "$(stat -c %U "$work/fresh/users.json")" nobody
fi
