#!/usr/bin/env bash
# The emulator of AWS against a client that we did not write and that has its own signer:
# docker-credential-ecr-login (AWS's Go SDK), by keys and by a role; and skopeo, which pulls with what
# it says. What this pair takes for ECR is good enough to try our own client on.
source "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
source "$tests/registries.sh"
source "$tests/aws.sh"
need docker-credential-ecr-login skopeo

start_plain_registry ireland
ireland=$registry
start_plain_registry virginia
put_image hello "$ireland/team/hello:v1"
start_aws "$ireland" "$registry"

host=$aws_account.dkr.ecr.eu-west-1.amazonaws.com
puller=arn:aws:iam::$aws_account:role/team/berth-puller
aws_change '{roles: [{arn: $arn, trust: {principals: ["arn:aws:iam::123456789012:user/reader"]},
    policies: [{kind: "identity", Statement: [{Effect: "Allow", Action: "ecr:*", Resource: "*"}]}]}]}' \
    --arg arn "$puller"
export HOME=$work/home https_proxy=$aws SSL_CERT_FILE=$work/ca.pem AWS_REGION=eu-west-1
# Tokens of the case before would hide what AWS says now.
export AWS_ECR_DISABLE_CACHE=true
mkdir -p "$HOME/.aws"
cat >"$HOME/.aws/config" <<TEXT
[profile puller]
role_arn = $puller
source_profile = reader
region = eu-west-1
TEXT
credentials() { # credentials SECRET
    printf '[reader]\naws_access_key_id = AKIAREADER0000000000\naws_secret_access_key = %s\n' "$1" \
        >"$HOME/.aws/credentials"
}
get() { docker-credential-ecr-login get <<<"$1" >"$out" 2>"$work/helper.err"; }

credentials reader/secret+key
for profile in reader puller; do
    AWS_PROFILE=$profile get "$host" || fail "$profile: $(cat "$work/helper.err" "$HOME"/.ecr/log/* 2>&1)"
    same "$(jq -r .Username "$out")" AWS "user name of $profile"
done
same "$(aws_count sts AssumeRole) $(aws_count ecr GetAuthorizationToken)" "1 2" "calls of the helper"

# skopeo asks the helper by itself, and follows the signed redirect to the layers.
jq -nc --arg host "$host" '{credHelpers: {($host): "ecr-login"}}' >"$work/auth.json"
AWS_PROFILE=puller run skopeo copy --preserve-digests --authfile "$work/auth.json" \
    "docker://$host/team/hello:v1" "oci:$work/pulled:v1"
same "$(layout_digest "$work/pulled" v1)" "$(layout_digest "$images/hello" v1)" digest
same "$(aws_secrets)" "[]" "credentials at hosts that they are not for"

# What AWS would refuse, is refused.
credentials another/secret
if AWS_PROFILE=reader get "$host"; then fail "a wrong secret got a token"; fi
grep -q InvalidSignatureException "$HOME"/.ecr/log/* || fail "another reason: $(cat "$HOME"/.ecr/log/*)"
credentials reader/secret+key
if AWS_PROFILE=reader get "999999999999.dkr.ecr.xx-nowhere-1.amazonaws.com"; then
    fail "a region that there is not gave a token"
fi
