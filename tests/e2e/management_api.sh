#!/usr/bin/env bash
# The management API as far as it is about people: login, sessions, tokens, API keys, rights, the audit
# trail; refusals in Palette's form; and nothing secret in logs or databases.
source "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
source "$tests/serve.sh"
source "$tests/api/calls.sh"

serve_berth managed --set "log.audit_file=$work/audit.jsonl"
data=$work/managed.data
echo editor-word | run "$BERTH" user add ed --password-stdin --grant team=pull,push --data "$data"
admin=$(jq -nc --arg password "$berth_password" '{emailId: "admin", password: $password}')

# Nobody.
api 401 GET /v1/users/me
same "$(api_code)" Unauthorized
api 401 GET /v1/registries/oci/summary
api 404 GET /v1/nothing
same "$(api_code)" ResourceNotFound
api 405 GET /v1/auth/authenticate
same "$(answer_field allow)" POST
same "$(jq -er .ref "$out")" "$(answer_field x-request-id)"
api 401 POST /v1/auth/authenticate '{"emailId":"admin","password":"wrong"}'
same "$(api_code)" InvalidCredentials
wrong=$(jq -er .message "$out")
api 401 POST /v1/auth/authenticate '{"emailId":"nobody","password":"wrong"}'
same "$(jq -er .message "$out")" "$wrong"

# A browser's session: two cookies, and a field against forged requests.
api 200 POST /v1/auth/authenticate "$admin"
cookies=$(answer_field set-cookie)
grep -q 'berth_session=.*HttpOnly' <<<"$cookies" || fail "no session cookie: $cookies"
! grep -q 'berth_csrf=.*HttpOnly' <<<"$cookies" || fail "pages cannot read berth_csrf"
[[ $(grep -c 'SameSite=Strict' <<<"$cookies") -eq 2 ]] || fail "cookies for other sites: $cookies"
session=$(sed -n 's/^berth_session=\([^;]*\).*/\1/p' <<<"$cookies")
csrf=$(sed -n 's/^berth_csrf=\([^;]*\).*/\1/p' <<<"$cookies")
api_fields=("Cookie: berth_session=$session; berth_csrf=$csrf")
api 200 GET /v1/users/me
same "$(json '[.metadata.name, .status.proof, (.status.rights | join("+")), .spec.roles[0]] | join(" ")')" \
    "admin session see+use+manage tenant_admin"
tenant=$(json .status.tenant.uid)
api 200 GET /v1/users/info
same "$(json '.tenantUid')" "$tenant"
api 403 POST /v1/apiKeys '{"metadata":{"name":"forged"}}'
same "$(api_code)" CsrfMismatch
api_fields+=("X-CSRF-Token: $csrf")
api 201 POST /v1/apiKeys '{"metadata":{"name":"ci","creationTimestamp":"0001-01-01T00:00:00.000Z"},"spec":{"expiry":"0001-01-01T00:00:00.000Z"}}'
key=$(json .apiKey)
key_uid=$(json .uid)
[[ $key =~ ^berth_[A-Za-z0-9_-]{43}$ ]] || fail "a key of another form: $key"
audit_uid=$(answer_field AuditUid)
[[ $audit_uid =~ ^[0-9a-f]{24}$ ]] || fail "no AuditUid: $(cat "$work/head")"

# A token, by Palette's field and by others', and its refreshment.
api_log_in admin "$berth_password"
token=${api_fields[0]#Authorization: }
api 200 GET /v1/dashboard/projects/metadata
same "$(json '.items | map(.metadata.name) | join(",")')" Default
api 200 GET "/v1/dashboard/projects/metadata?name=Other"
same "$(json '.items | length')" 0
api_fields=("Authorization: Bearer $token" "ProjectUid: 5f3b1c2d4e5f60718293a4b5")
api 200 GET /v1/users/me
same "$(json .status.proof)" token
api_fields=()
api 200 GET "/v1/auth/refresh/$token?setCookie=true"
[[ -z $(answer_field set-cookie) ]] || fail "a refreshed token begins a session"
api 401 GET "/v1/auth/refresh/${token%??}xx"
same "$(curl -s -o "$out" -w '%{http_code}' -H "Authorization: Bearer $token" \
    "http://$berth_address/v2/_catalog")" 401 "the registry takes a management token"
registry_token=$(curl -s -u "admin:$berth_password" "http://$berth_address/token?scope=registry:catalog:*" | jq -er .token)
api_fields=("Authorization: Bearer $registry_token")
api 401 GET /v1/users/me

# The key, as Palette's clients show it and as others do.
for field in "ApiKey: $key" "Authorization: $key" "Authorization: Bearer $key"; do
    api_fields=("$field")
    api 200 GET /v1/users/me
    same "$(json .status.proof)" apiKey
done
api 200 GET /v1/apiKeys
same "$(json '.items[0] | [.metadata.name, .spec.scope, .spec.user.firstName, .status.isActive] | join(" ")')" \
    "ci manage admin true"
[[ -n $(json '.items[0].spec.lastUsed') ]]
api 200 GET "/v1/apiKeys/$key_uid"
stdout_lacks "$key"
api 204 PUT "/v1/apiKeys/$key_uid" '{"metadata":{"name":"ci 2"},"spec":{"expiry":"2099-01-01T00:00:00.000Z"}}'
api 200 GET "/v1/apiKeys/$key_uid"
same "$(json '[.metadata.name, .spec.expiry[0:10]] | join(" ")')" "ci 2 2099-01-01"
api_log_in admin "$berth_password"
api 204 PATCH "/v1/apiKeys/$key_uid" '{"isActive":false}'
same "$(curl -s -o "$out" -w '%{http_code}' -H "ApiKey: $key" "http://$berth_address/v1/users/me")" 401
api 204 PUT "/v1/apiKeys/$key_uid/state" '{"isActive":true}'

# Bodies that are none, too long, too deep, or of other types.
deep=$(printf '[%.0s' {1..40})$(printf ']%.0s' {1..40})
while IFS='|' read -r status code field body; do
    api "$status" POST /v1/apiKeys "$body"
    same "$(api_code)" "$code" "the code for $body"
    same "$(jq -r '.details.field // ""' "$out")" "$field" "the field of $body"
done <<END
400|BadRequest||
400|BadRequest||nonsense
400|BadRequest||[]
400|BadRequest||{"a":1,"a":2}
400|BadRequest||{"a":$deep}
400|BadRequest|metadata.name|{"metadata":{"name":7}}
400|BadRequest|metadata|{"metadata":"x"}
400|BadRequest|metadata.name|{"metadata":{"name":""}}
409|NameTaken|metadata.name|{"metadata":{"name":"ci 2"}}
400|BadRequest|spec.expiry|{"metadata":{"name":"n"},"spec":{"expiry":"tomorrow"}}
400|BadRequest|spec.expiry|{"metadata":{"name":"n"},"spec":{"expiry":"2001-01-01T00:00:00Z"}}
400|BadRequest|spec.scope|{"metadata":{"name":"n"},"spec":{"scope":"all"}}
400|BadRequest|spec.userUid|{"metadata":{"name":"n"},"spec":{"userUid":"000000000000000000000000"}}
END
{
    printf '{"metadata":{"name":"'
    head -c 1100000 /dev/zero | tr '\0' n
    printf '"}}'
} >"$work/long.json"
api 413 POST /v1/apiKeys "@$work/long.json"
same "$(api_code)" RequestTooLarge
api 400 GET "/v1/audit?limit=x"
api 400 GET "/v1/audit?continue=bm9uZQ"
api 400 GET "/v1/apiKeys/%zz"
api 404 GET /v1/apiKeys/no%2Fuid

# An editor: own keys only, no audit, nothing beyond the own right.
api_log_in ed editor-word
api 200 GET /v1/users/me
same "$(json '.status.rights | join("+")')" see+use
api 200 GET /v1/apiKeys
same "$(json '.items | length')" 0
api 404 GET "/v1/apiKeys/$key_uid"
api 404 DELETE "/v1/apiKeys/$key_uid"
api 403 GET /v1/audit
same "$(api_code)" OperationForbidden
api 403 POST /v1/apiKeys '{"metadata":{"name":"n"},"spec":{"scope":"manage"}}'
api 201 POST /v1/apiKeys '{"metadata":{"name":"looks"},"spec":{"scope":"see"}}'
looks=$(json .apiKey)
api_fields=("ApiKey: $looks")
api 403 POST /v1/apiKeys '{"metadata":{"name":"another"},"spec":{"scope":"see"}}'

# Another password ends the tokens and sessions of its user.
api_log_in ed editor-word
api 200 GET /v1/users/me
echo another-word | run "$BERTH" user passwd ed --password-stdin --data "$data"
api 401 GET /v1/users/me

# The trail, newest first, page by page; who was denied is in it.
api_log_in admin "$berth_password"
api 200 GET "/v1/audit?limit=2"
same "$(json '.items | length')" 2
same "$(json '.items[0] | [.action, .actor, .outcome] | join(" ")')" "login admin success"
more=$(json '.listmeta.continue | @uri')
newest=$(json '.items[0].uid')
api 200 GET "/v1/audit?limit=50&continue=$more"
! grep -q "$newest" "$out" || fail "the second page begins with the first"
json '.items | any(.action == "apiKey.create" and .actor == "ed" and .outcome == "denied")' >/dev/null
json '.items | any(.action == "apiKey.update" and .before.metadata.name == "ci" and .after.metadata.name == "ci 2")' >/dev/null
json ".items | any(.uid == \"$audit_uid\" and .object == \"$key_uid\" and .proof == \"session\")" >/dev/null
jq -es 'any(.[]; .action == "login.failed" and .actor == "nobody")' "$work/audit.jsonl" >/dev/null ||
    fail "a wrong password is not in the audit log"

# The end of the session, which is once; then the end of the key.
api_fields=("Cookie: berth_session=$session")
api 403 POST /v1/auth/logout
api_fields+=("X-CSRF-Token: $csrf")
api 204 POST /v1/auth/logout
[[ $(answer_field set-cookie | grep -c 'Max-Age=0') -eq 2 ]] || fail "cookies stay after logout"
api 401 GET /v1/users/me
api 204 POST /v1/auth/logout
api_log_in admin "$berth_password"
api 204 DELETE "/v1/apiKeys/$key_uid"
api 404 DELETE "/v1/apiKeys/$key_uid"
api_fields=("ApiKey: $key")
api 401 GET /v1/users/me

# A restart keeps keys; and what is secret was written nowhere.
kill -TERM "$started"
wait "$started"
serve_berth managed
api_fields=("ApiKey: $looks")
api 200 GET /v1/users/me
for secret in "$session" "$csrf" "$token" "$key" "$looks" "$berth_password" editor-word another-word; do
    ! grep -rqF --exclude-dir=tmp -- "$secret" "$data" "$work/managed.log" "$work/audit.jsonl" ||
        fail "a secret was written"
done
for file in identity.sqlite registrations.sqlite seal-keys; do
    same "$(stat -c %a "$data/$file")" 600 "the mode of $file"
done
