#!/usr/bin/env bash
# An ECR registry in three regions: what is where, with each kind of gap and its cause; gaps filled
# by our own copy, which overwrites nothing; and reading by digest when a region goes dark.
source "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
source "$tests/serve.sh"
source "$tests/registries.sh"
source "$tests/aws.sh"
source "$tests/api/calls.sh"
source "$tests/ecr.sh"
source "$tests/console.sh"
need oras

start_plain_registry ireland
ireland=$registry
start_plain_registry virginia
virginia=$registry
put() { put_image "$1" "$ireland/$2"; }
both() { put_image "$1" "$ireland/$2" && put_image "$1" "$virginia/$2"; }
both hello team/hello:v1
both platforms team/multi:v1
put zstd team/hello:young
put config team/hello:failed
put docker team/hello:old
put mixed other/app:v1
put odd team/new:v1
put hello team/moved:v1
put_image zstd "$virginia/team/moved:v1"
put hello team/frozen:v1
put_image zstd "$virginia/team/frozen:v1"
put_image types "$virginia/team/hello:extra"
run oras cp --no-tty --from-plain-http --to-plain-http "$virginia/team/hello:v1" "$virginia/other/app:seed"
child=$(curl -fsS -H "Accept: application/vnd.oci.image.index.v1+json" \
    "http://$virginia/v2/team/multi/manifests/v1" | jq -er '.manifests[0].digest')
run curl -fsS -X DELETE "http://$virginia/v2/team/multi/manifests/$child"
start_aws "$ireland" "$virginia"
there='{"region": "us-east-1", "registryId": "123456789012"}'
aws_change '{off: ["eu-central-1"],
    rules: {"eu-west-1 123456789012": [{destinations: [$there],
        repositoryFilters: [{filter: "team/", filterType: "PREFIX_MATCH"}]}]},
    settings: [{region: "us-east-1", account: "123456789012", repository: "team/frozen",
        mutability: "IMMUTABLE"},
        {region: "eu-west-1", account: "123456789012", repository: "team/new",
        mutability: "IMMUTABLE", scanOnPush: true}],
    images: [{region: "eu-west-1", account: "123456789012", repository: "team/hello", tag: "young",
        pushed: now, replication: [$there + {status: "IN_PROGRESS"}]},
        {region: "eu-west-1", account: "123456789012", repository: "team/hello", tag: "failed",
        replication: [$there + {status: "FAILED", failureCode: "KMSException"}]}]}' \
    --argjson there "$there"

BERTH_ECR__FAILOVER_AFTER=2s serve_with_aws
api 201 POST $oci/ecr "$(body Ireland "$(spec "$reader" |
    jq -c '.isSyncSupported = false | .baseContentPath = "" | .regions = ["us-east-1"]')")"
uid=$(json .uid)
regions=$oci/$uid/ecr/regions
states() { json '[.items[] | .repository as $r | .tag as $t | .cells[] | select(.region == "us-east-1") |
    "\($r):\($t)=\(.state)"] | sort | join(" ")'; }

# Each gap with a cause of its own.
aws_change '{forget: true}'
api 200 GET "$regions"
same "$(json '.regions | join(" ")')" us-east-1
same "$(states)" "other/app:seed=extra other/app:v1=not_covered team/frozen:v1=blocked \
team/hello:extra=extra team/hello:failed=failed team/hello:old=predates_rule team/hello:v1=in_sync \
team/hello:young=lagging team/moved:v1=diverged team/multi:v1=partial team/new:v1=no_repository"
same "$(json .counts.in_sync) $(json '.counts | length')" "1 10"
same "$(json '[.items[].cells[] | select(.state != "in_sync") | select((.cause | length) < 20 or
    (.remedy | length) < 10)] | length')" 0 "gaps without cause or remedy"
same "$(json '.items[].cells[] | select(.state == "failed") | .failureCode')" KMSException
# In both regions the list of repositories, and of each the images; questions only of what is absent.
same "$(aws_count ecr DescribeRepositories) $(aws_count ecr ListImages)" "2 11" "lists"
same "$(aws_count ecr DescribeImageReplicationStatus)" 4 "questions"

# A region that is off, a part of it, and what is no region.
api 200 GET "$regions?regions=us-east-1,eu-central-1&repositories=team/hello,other/*&gaps=true"
same "$(json '[.items[].cells[] | select(.region == "eu-central-1") | .state] | unique | join(" ")')" \
    region_off
same "$(json .problems[0].region)" eu-central-1
same "$(json '[.items[].repository] | unique | join(" ")')" "other/app team/hello"
api 400 GET "$regions?regions=xx-nowhere-1"

# From the command line; the plan first.
run "$BERTH" login --api "http://$berth_address" -u admin --password-stdin <<<"$berth_password"
berth registry regions --gaps --region us-east-1 --repository 'team/m*' ireland
stdout_has diverged
stdout_has "1 of the"
berth registry fill --dry-run -o json ireland
same "$(json '[.items[] | .repository + ":" + .tag] | sort | join(" ")')" \
    "other/app:v1 team/hello:failed team/hello:old team/multi:v1"
same "$(json '[.left[] | .state] | sort | join(" ")')" \
    "blocked diverged extra extra lagging no_repository"
[[ $(json .bytes) -gt 1000 ]] || fail "the plan does not know how much it is"
api 404 GET "$regions/fill"
BERTH_URL=http://$berth_address BERTH_PASSWORD=$berth_password browse regions

# Without the rights to write nothing is copied, and the policy that grants them is there to paste.
reader_may() {
    aws_change '{endTokens: true, principals: [{accessKeyId: "AKIAREADER0000000000", secret: "reader/secret+key",
        account: "123456789012", arn: "arn:aws:iam::123456789012:user/reader",
        policies: [{kind: "identity", Statement: $statements}]}]}' --argjson statements "$1"
}
all='{"Effect": "Allow", "Action": ["ecr:*", "sts:AssumeRole"], "Resource": "*"}'
reader_may "[$all, {\"Effect\": \"Deny\", \"Action\": [\"ecr:InitiateLayerUpload\", \"ecr:PutImage\"], \"Resource\": \"*\"}]"
berth_fails 7 registry fill --repository other/app ireland
stderr_has '"ecr:PutImage"'
api 200 GET "$regions/fill"
same "$(json '.policy.Statement[0].Resource | join(" ")')" \
    "arn:aws:ecr:us-east-1:123456789012:repository/other/app"
reader_may "[$all]"

# Filled: also the repository that was not there, with the settings of the one that is.
moved() {
    curl -fsS -H "Accept: application/vnd.oci.image.manifest.v1+json, application/vnd.oci.image.index.v1+json" \
        "http://$virginia/v2/team/moved/manifests/v1" | sha256sum
}
before=$(moved)
aws_change '{forget: true}'
berth registry fill --create-repositories -o json ireland
same "$(json '[.items[].result] | unique | join(" ")') $(json .repositories[0].result)" "copied copied"
# Manifests that were there already are in the plan's bytes and were not moved.
[[ $(json '.bytes - .bytesMoved | . >= 0 and . < 8192') == true ]] ||
    fail "planned $(json .bytes) bytes, and moved $(json .bytesMoved)"
same "$(aws_secrets)" "[]" "secrets at other hosts"
api 200 GET "$regions?gaps=true"
same "$(states)" "other/app:seed=extra team/frozen:v1=blocked team/hello:extra=extra \
team/hello:young=lagging team/moved:v1=diverged"
same "$(moved)" "$before" "team/moved:v1"
api 200 GET "/v1/jobs"
same "$(json '.items[0] | .kind + " " + .status')" "fill done"
berth registry fill --create-repositories --dry-run -o json ireland
same "$(json '.items | length') $(json '.repositories | length')" "0 0" "what is left to do"

# What was made is immutable, as at home: it is not set anew, not even to itself.
ecr=$aws_account.dkr.ecr.us-east-1.amazonaws.com
password=$(ecr_password us-east-1)
export https_proxy=$aws
push=(--to-ca-file "$work/ca.pem" --to-username AWS --to-password "$password")
expect 1 oras cp --no-tty "${push[@]}" --from-oci-layout "$images/hello:v1" "$ecr/team/new:v1"
stderr_has immutable
put_image types "$ecr/team/new:v2" "${push[@]}"
run "$BERTH" login "$ecr" -u AWS --password-stdin --ca-file "$work/ca.pem" <<<"$password"
if [[ $(id -u) -eq 0 ]]; then
    berth unpack "$ecr/team/hello:v1" "$work/bundle" --ca-file "$work/ca.pem"
    exists "$work/bundle/config.json"
fi
berth pull "$ecr/team/new:v1" --ca-file "$work/ca.pem" --store "$work/store"
unset https_proxy

# An hour in three regions, by a role: one session, and one password for each region.
api 200 GET "/v1/clouds/aws/account/sts?partition=aws"
external_id=$(json .externalId)
puller=arn:aws:iam::123456789012:role/berth-regions
aws_change '{off: [], stores: {"eu-central-1": $store}, account: $account, roles: [{arn: $arn,
    trust: {principals: ["arn:aws:iam::123456789012:user/reader"], externalId: $id},
    policies: [{kind: "identity", Statement: [{Effect: "Allow", Action: "ecr:*", Resource: "*"}]}]}]}' \
    --arg store "http://$virginia" --arg account "$aws_account" --arg arn "$puller" --arg id "$external_id"
by_role() { # by_role NAME REGION…: registered; sets $uid
    api 201 POST $oci/ecr "$(body "$1" "$(spec "$(role "$puller" "$external_id")" |
        jq -c '.isSyncSupported = false | .baseContentPath = "" | .regions = $ARGS.positional' \
            --args "${@:2}")")"
    uid=$(json .uid)
}
mine=$uid
by_role Hour us-east-1 eu-central-1
aws_change '{forget: true}'
for _ in 1 2; do
    api 200 GET "$oci/$uid/ecr/regions?repositories=team/hello"
    for region in eu-west-1 us-east-1 eu-central-1; do
        api 200 GET "$oci/$uid/manifest?repository=team/hello&reference=v1&region=$region"
        api 200 GET "$oci/$uid/manifest?repository=team/hello&reference=old&region=$region"
    done
done
same "$(aws_count sts AssumeRole) $(aws_count ecr GetAuthorizationToken)" "1 3" \
    "calls of STS and for passwords in an hour of three regions"
api 201 POST "$oci/$uid/ecr/regions/fill" '{"regions": ["us-east-1"]}'
filled() { api 200 GET "$oci/$uid/ecr/regions/fill" && [[ $(json .over) == true ]]; }
wait_until 20 "the fill" filled
same "$(aws_count sts AssumeRole) $(aws_count ecr GetAuthorizationToken)" "1 3" "with a fill"
uid=$mine

# Content by digest comes from where it is wanted; when the default region goes dark, from another.
read_hello() { # read_hello REFERENCE [REGION]
    api 200 GET "$oci/$uid/manifest?repository=team/hello&reference=$1&region=${2:-}"
    same "$(json .served.region)" "$(answer_field Berth-Region | tr -d '\r')" "the region in body and head"
}
read_hello v1
same "$(json '.served.region + (.served.reason // "")')" eu-west-1
digest=$(json .digest)
read_hello v1 us-east-1
same "$(json '.served.region + (.served.reason // "")')" us-east-1
# A region that takes connections and answers on none: within the 2 s that are set, and some to spare.
aws_change '{silent: ["eu-west-1"]}'
begun=$SECONDS
read_hello "$digest"
same "$(json .served.region)" us-east-1
[[ $(json .served.reason) == *"eu-west-1"*"gave up after 2 s"* ]] || fail "why: $(json .served.reason)"
[[ $((SECONDS - begun)) -le 5 ]] || fail "failover took $((SECONDS - begun)) s"
# By now nobody waits for it any more, dark or not; but a tag is not looked for elsewhere.
aws_change '{silent: [], dark: ["eu-west-1"]}'
begun=$SECONDS
read_hello "$digest"
[[ $(json .served.reason) == *"left alone"* ]] || fail "why: $(json .served.reason)"
[[ $((SECONDS - begun)) -le 3 ]] || fail "a region that is left alone is waited for"
api 500 GET "$oci/$uid/manifest?repository=team/hello&reference=v1"
[[ $(json .details.hint) == *"by digest, which us-east-1"* ]] || fail "no hint: $(cat "$out")"
grep -q "another region served" "$work/berth.log" || fail "the log says nothing"

# A role of which nobody has a session yet: STS of the dark region is silent too, so another region's
# gives the session, and that region the content.
aws_change '{dark: [], silent: ["eu-west-1"]}'
by_role Night us-east-1
begun=$SECONDS
read_hello "$digest" us-east-1
same "$(json '.served.region + (.served.reason // "")')" us-east-1
[[ $((SECONDS - begun)) -le 5 ]] || fail "a session from another region took $((SECONDS - begun)) s"

# No credential was shown to another host than its own: comparing, filling, reading in turn.
aws_change '{silent: []}'
aws_credentials_stay "$(ecr_password)"
