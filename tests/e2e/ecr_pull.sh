#!/usr/bin/env bash
# Registered registries by their names, through the registry in this server and with its logins alone:
# an ECR registry in two regions, also while one is dark and across the end of a token, and a Basic one
# with charts; for several clients, and for nobody of another tenant.
source "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
source "$tests/serve.sh"
source "$tests/registries.sh"
source "$tests/aws.sh"
source "$tests/api/calls.sh"
source "$tests/ecr.sh"
need oras skopeo helm
mkdir -p "$HOME/.config/containers"
echo '{"default": [{"type": "insecureAcceptAnything"}]}' >"$HOME/.config/containers/policy.json"

start_plain_registry ireland
ireland=$registry
start_plain_registry virginia
virginia=$registry
for store in "$ireland" "$virginia"; do
    put_image hello "$store/team/hello:v1"
    put_image many "$store/team/many:v1"
    put_image config "$store/secret/config:v1"
done
start_basic_registry charts
charts=$registry
charts_pid=$registry_pid
run helm create "$work/pier"
run helm package "$work/pier" --version 1.0.0 -d "$work"
run oras login "$charts" -u "$registry_user" -p "$registry_password" --ca-file "$work/ca.pem"
run helm push "$work/pier-1.0.0.tgz" "oci://$charts/charts" --ca-file "$work/ca.pem" \
    --registry-config "$HOME/.docker/config.json"
echo words >"$work/note.txt"
cd "$work"
run oras push "$charts/charts/note:v1" note.txt:text/plain --ca-file "$work/ca.pem"
run oras attach --artifact-type example/sbom "$charts/charts/note:v1" note.txt:text/plain \
    --ca-file "$work/ca.pem"
run oras logout "$charts"
start_aws "$ireland" "$virginia"
inside=(--set registrations.allow_loopback=true --set registrations.allow_plain_http=true)
no_proxy=127.0.0.1 serve_with_aws "${inside[@]}" --set http.drain=2s \
    --set ecr.failover_after=2s
door=$berth_address
server=$started
hello=$(layout_digest "$images/hello" v1)

# Two registries: one entry for two regions, by a role; and one of kind Basic.
api 200 GET "/v1/clouds/aws/account/sts?partition=aws"
puller=arn:aws:iam::123456789012:role/team/berth-puller
aws_change '{forget: true, roles: [{arn: $arn, trust: {principals: ["arn:aws:iam::123456789012:user/reader"],
    externalId: $id}, policies: [{kind: "identity", Statement: [{Effect: "Allow", Action: "ecr:*",
    Resource: "*"}]}]}]}' --arg arn "$puller" --arg id "$(json .externalId)"
api 200 GET "/v1/clouds/aws/account/sts?partition=aws"
api 201 POST "$oci/ecr" "$(body ECR-Prod "$(spec "$(role "$puller" "$(json .externalId)")" |
    jq -c '.isSyncSupported = false | .regions = ["us-east-1"]')")"
add_basic() { # add_basic NAME ENDPOINT USER PASSWORD
    api 201 POST "$oci/basic" "$(body "$1" "$(jq -n --arg e "$2" --arg u "$3" --arg p "$4" \
        --arg ca "$(cat "$work/ca.pem")" '{endpoint: $e, isSyncSupported: false, auth: {type: "basic",
        username: $u, password: $p, tls: {enabled: true, insecureSkipVerify: false, certificate: $ca}}}')")"
}
add_basic harbour "https://$charts" "$registry_user" "$registry_password"

# ask USER:PASSWORD METHOD PATH CURL_ARG…: the status; head and body in $work/head and $work/answer.
ask() {
    local who=$1 method=$2 path=$3
    shift 3
    [[ $method == HEAD ]] && set -- -I "$@" || set -- -X "$method" "$@"
    curl -s -D "$work/head" -o "$work/answer" -w '%{http_code}' ${who:+-u "$who"} "$@" \
        -H "Accept: application/vnd.oci.image.manifest.v1+json" "http://$door/v2/$path"
}
region() { answer_field Berth-Region | tr -d '\r'; }
admin=admin:$berth_password

# With the login of this server: pulled, unpacked, copied, by ourselves and by others.
run "$BERTH" login "$door" --plain-http -u admin --password-stdin <<<"$berth_password"
berth pull "$door/ecr-prod/team/hello:v1" --plain-http --store "$work/store"
berth unpack "$door/ecr-prod__us-east-1/team/hello:v1" "$work/bundle" --plain-http --rootless
exists "$work/bundle/config.json"
berth copy "$door/ecr-prod/team/hello:v1" "oci:$work/copied:v1" --plain-http
same "$(layout_digest "$work/copied" v1)" "$hello" "digest of the copy"
echo "$berth_password" | skopeo login --tls-verify=false --username admin --password-stdin "$door" >"$out"
run skopeo copy --src-tls-verify=false --preserve-digests "docker://$door/ecr-prod/team/hello:v1" \
    "oci:$work/skopeo:v1"
same "$(layout_digest "$work/skopeo" v1)" "$hello" "digest of skopeo's copy"
run skopeo list-tags --tls-verify=false "docker://$door/ecr-prod/team/hello"
stdout_has '"v1"'
echo "$berth_password" | helm registry login --plain-http -u admin --password-stdin "$door" >"$out" 2>&1
mkdir "$work/pulled"
run helm pull "oci://$door/harbour/charts/pier" --version 1.0.0 --plain-http -d "$work/pulled"
cmp "$work/pulled/pier-1.0.0.tgz" "$work/pier-1.0.0.tgz"
echo "$berth_password" | oras login --plain-http -u admin --password-stdin "$door" >"$out"
run oras cp --no-tty --from-plain-http "$door/ecr-prod__us-east-1/team/hello:v1" \
    --to-oci-layout "$work/oras:v1"
same "$(layout_digest "$work/oras" v1)" "$hello" "digest of oras's copy"
run oras pull --no-tty --plain-http "$door/harbour/charts/note:v1" -o "$work/pulled"
cmp "$work/pulled/note.txt" "$work/note.txt"
run oras discover --plain-http --format json "$door/harbour/charts/note:v1"
stdout_has example/sbom

# Which region served is said. One session and one token for each, however much was pulled.
same "$(ask "$admin" GET "ecr-prod/team/hello/manifests/v1") $(region)" "200 eu-west-1"
same "$(file_digest "$work/answer")" "$hello" "digest of the manifest"
same "$(ask "$admin" HEAD "ecr-prod__us-east-1/team/hello/manifests/$hello") $(region)" "200 us-east-1"
same "$(aws_count sts AssumeRole) $(aws_count ecr GetAuthorizationToken)" "1 2" "calls of STS and for tokens"
layer=$(jq -er '.layers[0].digest' "$images/hello/blobs/${hello/://}")

# A blob is one request there: of its bytes as many as are wanted, or none.
asked_for_blobs() {
    curl -fsS "$aws/_emulator" | jq -r '[.seen[] | select((.host | test("\\.dkr\\.")) and
        (.path | test("/blobs/")))] | "\(length) \(.[-1].method)"'
}
before=$(asked_for_blobs)
same "$(ask "$admin" GET "ecr-prod/team/hello/blobs/$layer")" 200
cmp "$work/answer" "$images/hello/blobs/${layer/://}"
same "$(asked_for_blobs)" "$((${before% *} + 1)) GET" "requests for the whole"
same "$(ask "$admin" GET "ecr-prod/team/hello/blobs/$layer" -H "Range: bytes=1-9")" 206
cmp "$work/answer" <(dd if="$images/hello/blobs/${layer/://}" bs=1 skip=1 count=9 status=none)
same "$(asked_for_blobs)" "$((${before% *} + 2)) GET" "requests for a part"
same "$(ask "$admin" HEAD "ecr-prod/team/hello/blobs/$layer")" 200
same "$(asked_for_blobs)" "$((${before% *} + 3)) HEAD" "requests for the size"

# A token that ends in the middle of a pull is one token more, and nothing is missing.
aws_change '{endTokensAfter: 5}'
berth pull "$door/ecr-prod/team/many:v1" --plain-http --store "$work/many"
same "$(aws_count sts AssumeRole) $(aws_count ecr GetAuthorizationToken)" "1 3" "calls of STS and for tokens"

# Read alone, below its base content paths alone, and what AWS refuses is told as AWS's refusal.
expect 1 oras cp --no-tty --to-plain-http --to-username admin --to-password "$berth_password" \
    --from-oci-layout "$images/hello:v1" "$door/ecr-prod/team/hello:v2"
stderr_has "registered registry"
same "$(ask "$admin" PUT "ecr-prod/team/hello/manifests/v2" -d '{}') $(jq -r '.errors[0].code' "$work/answer")" \
    "405 UNSUPPORTED"
same "$(ask "$admin" GET "ecr-prod/secret/config/manifests/v1") $(jq -r '.errors[0].code' "$work/answer")" \
    "404 NAME_UNKNOWN"
api 201 POST "$oci/ecr" "$(body nobody "$(spec "$(keys AKIANOBODY0000000000 nobody/secret+key)" |
    jq -c '.isSyncSupported = false')")"
same "$(ask "$admin" GET "nobody/team/hello/manifests/v1")" 403
same "$(jq -r '.errors[0].message | test("registry \"nobody\".*ecr:GetAuthorizationToken")' "$work/answer")" true

# Another tenant is told what it is told of a name that nobody has; nobody in particular, to log in.
berth tenant add acme --data "$work/berth.data" -o json
boss=admin@acme:$(json .password)
for path in manifests/v1 "manifests/$hello" tags/list "blobs/$layer"; do
    told=$(ask "$boss" GET "ecr-prod/team/hello/$path" && sed s/ecr-prod/NAME/g "$work/answer")
    same "$told" "$(ask "$boss" GET "not-there/team/hello/$path" && sed s/not-there/NAME/g "$work/answer")"
    same "${told%%\{*}" 403
    same "$(ask "" GET "ecr-prod/team/hello/$path")" 401
done
token=$(curl -fsS -u "$boss" "http://$door/token?service=berth&scope=repository:ecr-prod/team/hello:pull" |
    jq -er .token)
same "$(ask "" GET ecr-prod/team/hello/manifests/v1 -H "Authorization: Bearer $token")" 403

# The default region goes dark: by digest the other one serves, to a bundle.
aws_change '{dark: ["eu-west-1"]}'
berth unpack "$door/ecr-prod/team/hello@$hello" "$work/dark" --plain-http --rootless --store "$work/other"
exists "$work/dark/config.json"
same "$(ask "$admin" GET "ecr-prod/team/hello/manifests/$hello") $(region)" "200 us-east-1"
same "$(file_digest "$work/answer")" "$hello" "digest of the manifest"
same "$(ask "$admin" GET "ecr-prod/team/hello/manifests/v1")" 503
same "$(jq -r '.errors[0].detail.hint' "$work/answer")" "tags count in the default region eu-west-1 alone, \
which has 2 s to answer (ecr.failover_after): another region may have another image by the same tag. Ask by \
digest, which us-east-1 may serve"
grep -q '"another region served".*"us-east-1"' "$work/berth.log" || fail "the log says nothing"

# Through two servers, and not in a circle: not of one that is registered at itself, nor of two.
add_basic itself "http://$door" admin "$berth_password"
door_password=$berth_password
serve_berth mate "${inside[@]}"
mate=$berth_address
api_log_in admin "$berth_password"
add_basic harbour "https://$charts" "$registry_user" "$registry_password"
add_basic back "http://$door" admin "$door_password"
mate_password=$berth_password
berth_address=$door
api_log_in admin "$door_password"
add_basic mate "http://$mate" admin "$mate_password"
same "$(ask "$admin" GET "mate/harbour/charts/pier/manifests/1.0.0")" 200
for name in itself/itself mate/back/mate/back; do
    same "$(ask "$admin" GET "$name/team/hello/manifests/v1")" 409 "a circle of $name"
    jq -er --arg name "${name%%/*}" '.errors[0] | (.message | test("registry \"\($name)\".*leads back")) and
        (.detail.hint | test("registry that holds the content"))' "$work/answer" >"$out" ||
        fail "$(cat "$work/answer")"
done
grep -q '"path":"/v2/back/mate/back/team/hello' "$work/mate.log" || fail "the other server was not asked"
! grep -q '"path":"/v2/back/team/hello' "$work/mate.log" || fail "it was asked twice"

# SIGTERM lets a pull come to its end, and does not wait for a registry that does not answer.
serve_layouts slow 2000000 "team/hello=$images/hello"
add_basic slow "http://$registry" nobody nothing
kill -STOP "$charts_pid"
# Without an answer curl fails, and says 000: that is looked at below.
{ ask "$admin" GET harbour/charts/pier/manifests/1.0.0 >"$work/broken" || true; } &
broken=$!
curl -s -u "$admin" -o "$work/drained" "http://$door/v2/slow/team/hello/blobs/$layer" &
drained=$!
both_run() { curl -fsS -u "$admin" "http://$door/metrics" | grep -q '^berth_http_in_flight 3$'; }
wait_until 10 "both pulls" both_run
wait_until 10 "the first bytes" test -s "$work/drained"
before=$SECONDS
kill -TERM "$server"
wait "$drained" || fail "SIGTERM cut a pull off"
cmp "$work/drained" "$images/hello/blobs/${layer/://}"
wait "$broken"
grep -Eqx "503|000" "$work/broken" || fail "a pull that was broken off ended with $(cat "$work/broken")"
wait "$server" || fail "SIGTERM ended berth serve with status $?"
((SECONDS - before < 8)) || fail "it took $((SECONDS - before)) s to end"
grep -q '"msg":"stopped","drained":false' "$work/berth.log" || fail "the log says nothing"

# No credential was shown elsewhere, and no token of AWS's has left the server.
aws_change '{dark: []}'
aws_credentials_stay "$(ecr_password)"
for secret in reader/secret+key QVdTO; do # the latter begins a login of ECR's, "AWS:…" in Base64
    ! grep -rqF -- "$secret" "$HOME" "$work/berth.log" "$work/berth.data" "$work/bundle" ||
        fail "a secret lies about"
done
