#!/usr/bin/env bash
# A private ECR registry, registered by access key and by role: tried in two regions, synchronized,
# looked into and pulled from; each mistake with its step, cause and fix; calls counted. AWS is the
# emulator of tests/aws under its real names, behind a proxy that records what came.
source "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
source "$tests/serve.sh"
source "$tests/registries.sh"
source "$tests/aws.sh"
source "$tests/api/calls.sh"
source "$tests/ecr.sh"
need helm

start_plain_registry ireland
ireland=$registry
start_plain_registry virginia
virginia=$registry
run helm create "$work/pier"
for version in 0.9.0 0.10.0; do
    run helm package "$work/pier" --version "$version" -d "$work"
    run helm push "$work/pier-$version.tgz" "oci://$ireland/charts" --plain-http
done
run helm push "$work/pier-0.9.0.tgz" "oci://$virginia/charts" --plain-http
put_image hello "$ireland/team/hello:v1"
start_aws "$ireland" "$virginia"

serve_with_aws
# steps CREDENTIALS [REGIONS] [ENDPOINT]: name, result and cause of each step.
steps() {
    api 200 POST "$oci/ecr/validate/steps?regions=${2:-}" "$(spec "$1" ${3:+"$3"})"
    same "$(json .result)" "$(json '[.steps[].result] | if index("failed") then "failed"
        elif index("warning") then "warning" else "ok" end')" "the result"
}
failed() { json '.steps[] | select(.result == "failed") | .name + " " + .cause'; }
fact() { jq -er --arg k "$1" '[.steps[] | .facts[$k] // empty] | last' "$out"; }
fix_of() { jq -er --arg n "$1" '.steps[] | select(.name == $n) | .fix' "$out"; }

# Tried in two regions: all is well.
steps "$reader" us-east-1
same "$(json '[.steps[] | select(.result != "skipped") | .name + ":" + .result] | join(" ")')" \
    "template:ok challenge:ok identity:ok token:ok ping:ok listing:ok manifest:ok region us-east-1:ok"
same "$(fact arn)" arn:aws:iam::123456789012:user/reader
same "$(fact us-east-1)" "$aws_account.dkr.ecr.us-east-1.amazonaws.com"
same "$(fact repository)" charts/pier
api 204 POST $oci/ecr/validate "$(spec "$reader")"

# Each mistake has a step, a cause and a fix of its own.
steps "$(keys AKIAREADER0000000000 another/secret)"
same "$(failed)" "identity aws_wrong_secret"
same "$(fact aws_code)" SignatureDoesNotMatch
[[ $(fact request_id) =~ ^[0-9a-f-]{36}$ ]] || fail "no request id"
[[ $(fix_of identity) == *"enter the secret again"* ]] || fail "no fix: $(fix_of identity)"
steps "$(keys AKIAUNKNOWN000000000 another/secret)"
same "$(failed)" "identity aws_unknown_key"
steps "$reader" xx-nowhere-1
same "$(failed)" "template region_invalid"
steps "$reader" us-east-1 "$aws_account.dkr.ecr.eu-west-1.amazonaws.com"
same "$(failed)" "template region_invalid"
steps "$reader" "" "999999999999.dkr.ecr.{{.spectro.system.aws.region}}.amazonaws.com"
same "$(json '.steps[] | select(.name == "identity") | .cause')" other_account
api 400 POST $oci/ecr/validate/steps "$(spec "$reader" "12345.dkr.ecr.eu-west-1.amazonaws.com")"
same "$(json .details.field)" spec.endpoint
api 400 POST $oci/ecr/validate/steps "$(spec "$(role arn:aws:iam::123456789012:user/x t)")"
same "$(json .details.field)" spec.credentials.sts.arn
api 400 POST $oci/ecr/validate "$(spec "$(keys AKIAREADER0000000000 another/secret)")"
same "$(json '[.code, .details.step, .details.cause] | join(" ")')" \
    "InvalidRegistryCredentials identity aws_wrong_secret"
api 200 POST $oci/ecr/validate/steps "$(spec "$reader" | jq -c '.isPrivate = false | del(.credentials)')"
same "$(failed)" "token never_anonymous"

# Rights that are missing: of the token, and of the list, by each kind of policy.
may() { # may ID ACTIONS KIND…: a principal that may do ACTIONS; further policies are empty
    aws_change '{principals: [{accessKeyId: $id, secret: "s3cret/key", account: "123456789012",
        arn: "arn:aws:iam::123456789012:user/limited", policies: ([{kind: "identity", Statement:
        [{Effect: "Allow", Action: ($actions | split(",")), Resource: "*"}]}] + $more)}]}' \
        --arg id "$1" --arg actions "$2" --argjson more "${3:-[]}"
}
may AKIALIMITED000000000 ecr:Batch*
steps "$(keys AKIALIMITED000000000 s3cret/key)"
same "$(failed)" "token aws_denied"
same "$(fact action) $(fact resource) $(fact policy)" \
    "ecr:GetAuthorizationToken * an identity-based policy"
[[ $(fix_of token) == *ecr:GetAuthorizationToken* ]] || fail "no fix: $(fix_of token)"
may AKIALIMITED000000000 "ecr:GetAuthorizationToken,ecr:Batch*,ecr:ListImages,ecr:GetDownload*"
steps "$(keys AKIALIMITED000000000 s3cret/key)"
same "$(json '.steps[] | select(.name == "listing") | .result + " " + .cause')" "warning aws_denied"
same "$(fact action)" ecr:DescribeRepositories
may AKIALIMITED000000000 "ecr:*" '[{"kind": "scp", "Statement": [{"Effect": "Allow", "Action": "*"},
    {"Effect": "Deny", "Action": "ecr:GetAuthorizationToken"}]}]'
steps "$(keys AKIALIMITED000000000 s3cret/key)"
same "$(failed) $(fact policy)" "token aws_denied a service control policy"
[[ $(fix_of token) == *"does not help"* ]] || fail "no fix: $(fix_of token)"

# A clock that is off is said, and set right for the signature.
aws_change '{offset: 900}'
steps "$reader"
same "$(json '.steps[] | select(.name == "identity") | .result + " " + .cause')" "warning clock_skew"
same "$(json .result)" warning
aws_change '{offset: 0}'
steps "$reader"
same "$(json .result)" ok "the result after the clock was set"

# The role of a customer, which trusts this server's account and the tenant's external id.
api 200 GET "/v1/clouds/aws/account/sts?partition=aws"
same "$(json .accountId)" 123456789012
external_id=$(json .externalId)
same "$(json '.trustPolicy.Statement[0].Condition.StringEquals["sts:ExternalId"]')" "$external_id"
puller=arn:aws:iam::123456789012:role/team/berth-puller
aws_change '{roles: [{arn: $arn, trust: {principals: ["arn:aws:iam::123456789012:user/reader"],
    externalId: $id}, policies: [{kind: "identity", Statement: [{Effect: "Allow", Action: "ecr:*",
    Resource: "*"}]}]}]}' --arg arn "$puller" --arg id "$external_id"
steps "$(role "$puller" "$external_id")" us-east-1
same "$(json .result)" ok
same "$(json '.steps[] | select(.name == "role") | .result')" ok
steps "$(role "$puller" another-id)"
same "$(failed)" "role aws_denied"
[[ $(fix_of role) == *"external id"*"sts:AssumeRole"* ]] || fail "no fix: $(fix_of role)"
steps "$(role "${puller}x" "$external_id")"
same "$(failed)" "role aws_denied"

# Saved, synchronized, looked into. One session and one token, however much is asked.
aws_change '{forget: true}'
api 201 POST "$oci/ecr" "$(body Ireland "$(spec "$(role "$puller" "$external_id")")")"
uid=$(json .uid)
status_is() { api 200 GET "$oci/$uid/ecr/sync/status" && [[ $(json .status) == "$1" ]]; }
wait_until 20 "the sync" status_is Success
api 200 GET "$oci/$uid/repositories?kind=chart"
same "$(json '[.items[0].name, .items[0].tagCount, .items[0].chart.name] | join(" ")')" \
    "charts/pier 2 pier"
api 200 GET "$oci/$uid/chart?repository=charts/pier&reference=0.10.0"
same "$(jq -j .values "$out" | sha256sum)" "$(sha256sum <"$work/pier/values.yaml")" values.yaml
for reference in 0.9.0 0.10.0; do
    api 200 GET "$oci/$uid/manifest?repository=charts/pier&reference=$reference"
done
api 200 GET "$oci/$uid/manifest?repository=team/hello&reference=v1"
same "$(json .digest)" "$(layout_digest "$images/hello" v1)" digest
api 202 POST "$oci/$uid/ecr/sync"
wait_until 20 "the sync" status_is Success
same "$(aws_count sts AssumeRole) $(aws_count ecr GetAuthorizationToken)" "1 1" "calls of STS and for tokens"

# What AWS says beyond the registry, through the same session.
aws_change '{settings: [{region: "eu-west-1", account: "123456789012", repository: "team/hello",
    lifecycle: "{\"rules\":[]}", labels: {team: "x"}}],
    images: [{region: "eu-west-1", account: "123456789012", repository: "team/hello", tag: "v1",
    lastPulled: 1700086400, scan: {status: "COMPLETE", completed: 1700000100,
    findings: [{name: "CVE-2026-0001", severity: "HIGH"}]}}]}'
api 200 GET "$oci/$uid/ecr/repository?repository=team/hello"
same "$(json '[.settings.tagMutability, .lifecyclePolicy, .resourceTags[0].value, (.untold | length)] |
    join(" ")')" 'MUTABLE {"rules":[]} x 0'
api 200 GET "$oci/$uid/ecr/image?repository=team/hello&reference=v1"
same "$(json '[.image.lastPulled, .image.tags[0], .scan.findings[0].name, (.untold | length)] |
    join(" ")')" "2023-11-15T22:13:20.000Z v1 CVE-2026-0001 0"
api 404 GET "$oci/$uid/ecr/image?repository=team/hello&reference=absent"
same "$(aws_count sts AssumeRole)" 1 "calls of STS"

# A token that ends early is replaced at once: ECR says 403, and to a HEAD nothing more.
aws_change '{endTokens: true}'
api 202 POST "$oci/$uid/ecr/sync"
wait_until 20 "the sync" status_is Success
same "$(aws_count ecr GetAuthorizationToken)" 2 "tokens"

# And in the middle of many manifests and layers: one more token, and nothing is missing.
aws_change '{endTokensAfter: 3}'
api 202 POST "$oci/$uid/ecr/sync"
wait_until 20 "the sync" status_is Success
api 200 GET "$oci/$uid/chart?repository=charts/pier&reference=0.9.0"
same "$(jq -j .values "$out" | sha256sum)" "$(sha256sum <"$work/pier/values.yaml")" values.yaml
same "$(aws_count sts AssumeRole) $(aws_count ecr GetAuthorizationToken)" "1 3" "calls of STS and for tokens"

# The doctor: three rights are missing, and these rows alone are red.
aws_change '{roles: [{arn: $arn, trust: {principals: ["arn:aws:iam::123456789012:user/reader"],
    externalId: $id}, policies: [{kind: "identity", Statement: [{Effect: "Allow", Action: "ecr:*",
    Resource: "*"}, {Effect: "Deny", Action: "ecr:GetLifecyclePolicy", Resource: "*"}]},
    {kind: "boundary", Statement: [{Effect: "Allow", Action: ["ecr:Get*", "ecr:Describe*",
    "ecr:Batch*"], Resource: "*"}]}]}]}' --arg arn "$puller-narrow" --arg id "$external_id"
api 201 POST "$oci/ecr" "$(body Narrow "$(spec "$(role "$puller-narrow" "$external_id")" |
    jq -c '.isSyncSupported = false')")"
narrow=$(json .uid)
api 200 POST "$oci/$narrow/doctor"
same "$(json '[.probes[] | select(.verdict != "allowed") | .action + ":" + .verdict] | join(" ")')" \
    "ecr:ListImages:denied ecr:ListTagsForResource:denied ecr:GetLifecyclePolicy:denied"
same "$(json '.probes | length') $(json .repository)" "15 charts/pier"
same "$(json '.probes[] | select(.action == "ecr:ListImages") | .policy')" "a permissions boundary"
[[ $(json '[.probes[] | select(.statement)] | length') == 0 ]] || fail "granting would not help"
api 200 GET "$oci/$narrow/ecr/repository?repository=team/hello"
same "$(json '[.untold[].action, .settings.tagMutability] | join(" ")')" \
    "ecr:GetLifecyclePolicy ecr:ListTagsForResource MUTABLE" "one right too few is one fact less"
api 200 POST "$oci/$uid/doctor?regions=us-east-1"
same "$(json '[.probes[] | select(.verdict == "allowed")] | length')" 30

# ECR Public's second right to a token, which the brief's policy forgets.
may AKIALIMITED000000000 "ecr-public:*"
api 201 POST "$oci/ecr" "$(body Gallery "$(spec "$(keys AKIALIMITED000000000 s3cret/key)" public.ecr.aws |
    jq -c 'del(.defaultRegion) | .isSyncSupported = false')")"
api 200 POST "$oci/$(json .uid)/doctor"
same "$(json '[.probes[] | select(.verdict != "allowed") | .action + ":" + .verdict] | join(" ")')" \
    sts:GetServiceBearerToken:denied
same "$(json '.probes[] | select(.statement) | .statement.Action')" sts:GetServiceBearerToken

# The same from a command line, whose status says that something is denied.
expect 0 "$BERTH" login --api "http://$berth_address" -u admin --password-stdin <<<"$berth_password"
berth_fails 4 registry doctor Narrow
stdout_has "12 allowed, 3 denied"
stdout_has "a permissions boundary is in the way"
stdout_lacks grant:
berth_fails 4 registry doctor gallery
stdout_has 'grant: {"Effect":"Allow","Action":"sts:GetServiceBearerToken","Resource":"*"}'
berth registry doctor Ireland --region us-east-1 -o name
stdout_is "30 allowed, 0 denied"
berth_fails 2 registry doctor Ireland --region xx-nowhere-1

# Pulled, with a password of ECR, as any client's.
password=$(ecr_password)
ecr=$aws_account.dkr.ecr.eu-west-1.amazonaws.com
export https_proxy=$aws
expect 0 "$BERTH" login "$ecr" -u AWS --password-stdin --ca-file "$work/ca.pem" <<<"$password"
berth pull "$ecr/team/hello:v1" --ca-file "$work/ca.pem" --store "$work/store"
unset https_proxy

# No credential was shown to another host than its own, and none lies about.
aws_credentials_stay "$password"
for secret in reader/secret+key "$password" another/secret; do
    ! grep -rqF -- "$secret" "$work/berth.log" "$work/berth.data" || fail "a secret lies about"
done
