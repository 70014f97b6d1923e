#!/usr/bin/env bash
# Users and projects through the management API and the console: made, changed, disabled, removed; one
# source with `berth user`; a lock-out that waits longer each time.
source "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
source "$tests/serve.sh"
source "$tests/api/calls.sh"
source "$tests/console.sh"

serve_people() {
    serve_console people --set rates.lockout_after=3 --set "log.audit_file=$work/audit.jsonl"
}
serve_people
data=$work/people.data
admin_password=$berth_password
api_log_in admin "$admin_password"
admin_fields=("${api_fields[@]}")

# uid_of NAME: as the list has it.
uid_of() {
    api 200 GET /v1/users/meta
    jq -er --arg name "$1" '.items[] | select(.name == $name) | .uid' "$out"
}
# pulls NAME:PASSWORD: the status of the registry's own address.
pulls() { curl -s -o /dev/null -w '%{http_code}' -u "$1" "$BERTH_URL/v2/"; }

# A user made here is one of the registry, and of berth user.
api 201 POST /v1/users '{"metadata":{"name":"ann"},"spec":{"emailId":"ann","roles":["editor"]}}'
ann=$(json .uid)
password=$(json .password)
same "$(pulls "ann:$password")" 200
berth user ls --data "$data" -o json
same "$(json '.[] | select(.name == "ann") | .grants[0].actions | join(",")')" pull,push
api 409 POST /v1/users '{"spec":{"emailId":"ann"}}'
same "$(api_code)" NameTaken
api 400 POST /v1/users '{"spec":{"emailId":"a b"}}'

# And the other way round.
echo "correct horse" | run "$BERTH" user add bob --password-stdin --data "$data"
bob=$(uid_of bob)
api 200 GET "/v1/users/$bob"
same "$(json '.spec.roles[0]')" viewer
api 204 PUT "/v1/users/$bob" '{"spec":{"roles":["tenant_admin"]}}'
berth user ls --data "$data" -o json
same "$(json '.[] | select(.name == "bob") | .admin')" true

# Rights: who does not manage sees no users.
api_log_in ann "$password"
api 403 GET /v1/users
same "$(api_code)" OperationForbidden
api 403 DELETE "/v1/users/$bob"
api 204 PUT /v1/users/me/password \
    "$(jq -nc --arg now "$password" '{currentPassword: $now, newPassword: "battery staple"}')"
same "$(pulls "ann:$password")" 401
same "$(pulls "ann:battery staple")" 200

# Disabled, enabled, removed; the last admin stays.
api_fields=("${admin_fields[@]}")
api 204 PUT "/v1/users/$ann/state" '{"isActive":false}'
same "$(pulls "ann:battery staple")" 401
berth user ls --data "$data"
stdout_has disabled
api 204 PUT "/v1/users/$ann/state" '{"isActive":true}'
api 204 DELETE "/v1/users/$bob"
api 404 GET "/v1/users/$bob"
same "$(api_code)" ResourceNotFound
api 409 DELETE "/v1/users/$(uid_of admin)"
same "$(api_code)" Conflict
api 200 GET "/v1/users?limit=1"
same "$(json '[.items[0].metadata.name, .listmeta.count] | join(" ")')" "admin 2"

# Projects.
api 201 POST /v1/projects '{"metadata":{"name":"Edge","annotations":{"description":"far out"}},"spec":{}}'
project=$(json .uid)
api 409 POST /v1/projects '{"metadata":{"name":"Edge"}}'
api 204 PUT "/v1/projects/$project" '{"metadata":{"name":"Rim"}}'
api 200 GET "/v1/projects/$project"
same "$(json '[.metadata.name, .metadata.annotations.description] | join(" ")')" "Rim far out"
api 200 POST /v1/dashboard/projects '{"filter":{"name":{"contains":"ri"}}}'
same "$(json '.items | map(.metadata.name) | join(",")')" Rim
api 204 DELETE "/v1/projects/$project"
api 404 GET "/v1/projects/$project"

# Ids of nothing here are 404, whatever is asked of them.
for path in users projects apiKeys; do
    api 404 GET "/v1/$path/5f3b1c2d4e5f60718293a4b5"
    api 404 DELETE "/v1/$path/5f3b1c2d4e5f60718293a4b5"
    api 404 GET "/v1/$path/no%20uid"
done

# Another tenant, made beside the server: a world of its own, and none of the registry here.
berth tenant add acme --data "$data" -o json
boss=admin@acme:$(json .password)
same "$(json .admin)" admin@acme
stderr_has "shown this once"
berth_fails 8 tenant add acme --data "$data"
berth_fails 8 tenant add other --admin ann --data "$data"
stderr_has "unique in all tenants"
berth_fails 2 tenant add "A b" --data "$data"
berth_fails 8 tenant rm default --data "$data"
berth tenant ls --data "$data" -o json
same "$(json '[.[] | .name, .users] | join(" ")')" "default 2 acme 1"
berth user ls --data "$data"
stdout_has 'tenant_admin of tenant "acme"'
berth_fails 2 user grant admin@acme team pull --data "$data"
api_log_in "${boss%%:*}" "${boss#*:}"
boss_fields=("${api_fields[@]}")
api 200 GET /v1/users/me
same "$(json '[.spec.roles[0], .status.tenant.name] | join(" ")')" "tenant_admin acme"
api 200 GET /v1/users
same "$(json '.items | map(.metadata.name) | join(",")')" admin@acme
api 201 POST /v1/registries/oci/basic "$(jq -nc --arg endpoint "http://$berth_address" \
    '{metadata: {name: "theirs"}, spec: {endpoint: $endpoint, auth: {type: "noAuth"}}}')"
theirs=$(json .uid)
api 404 GET /v1/registries/oci/embedded/repositories
same "$(pulls "$boss")" 200
same "$(curl -s -o /dev/null -w '%{http_code}' -u "$boss" "$BERTH_URL/v2/team/app/tags/list")" 403
api_fields=("${admin_fields[@]}")
api 404 GET "/v1/registries/oci/$theirs/basic"
api 200 GET "/v1/registries/oci/summary"
same "$(json '.items | length')" 0
api_fields=("${boss_fields[@]}")
berth tenant rm acme --data "$data"
api 401 GET /v1/users/me
registered() {
    "$python" -c 'import sqlite3, sys
print(sqlite3.connect(sys.argv[1]).execute("SELECT count(*) FROM registrations").fetchone()[0])' \
        "$data/registrations.sqlite"
}
same "$(registered)" 1
kill "$started"
wait "$started" || true # its status is that of our signal
serve_people # what is to be done every five minutes it does at once
none_registered() { [[ $(registered) == 0 ]]; }
wait_until 10 "the registries of the tenant that was removed are gone" none_registered
api_log_in admin "$admin_password"
admin_fields=("${api_fields[@]}")

# The trail has it all, and no password.
api 200 GET /v1/audit
actions=$(jq -r '.items[].action' "$out")
for action in user.create user.update user.password user.delete project.create project.delete; do
    grep -qx "$action" <<<"$actions" || fail "not in the trail: $action"
done
! grep -rqF -e "$password" -e "battery staple" "$data" "$work/audit.jsonl" "$work/people.log" ||
    fail "a password was written"

# Guessing: after three wrong ones in a row the next has to wait, each time twice as long. A slow
# machine may take as long as the first waits are.
login() {
    curl -s -D "$work/head" -o "$out" -w '%{http_code}' -d "$(jq -nc --arg password "$1" \
        '{emailId: "carol", password: $password}')" "$BERTH_URL/v1/auth/authenticate"
}
for _ in 1 2 3; do same "$(login wrong)" 401; done
for _ in 1 2 3 4 5 6; do
    answer=$(login wrong)
    [[ $answer == 401 ]] || break
done
same "$answer" 429
[[ $(answer_field Retry-After | tr -d "\r") -ge 1 ]] || fail "it is not said how long"

browse users
