# A registered ECR registry for end-to-end scripts, whose AWS is the emulator. Source it after lib.sh,
# serve.sh, registries.sh, aws.sh and api/calls.sh.

"$python" -c 'import botocore' 2>/dev/null || skip "python3-botocore is not installed"
oci=/v1/registries/oci
template="$aws_account.dkr.ecr.{{.spectro.system.aws.region}}.amazonaws.com"

# serve_with_aws FLAG…: a Berth whose proxy is the emulator and whose own identity at AWS is a user
# that may take on roles; logged in to as admin.
serve_with_aws() {
    https_proxy=$aws AWS_CA_BUNDLE=$work/ca.pem AWS_REGION=eu-west-1 \
        AWS_ACCESS_KEY_ID=AKIAREADER0000000000 AWS_SECRET_ACCESS_KEY=reader/secret+key \
        serve_berth berth "$@"
    api_log_in admin "$berth_password"
}

keys() { # keys ID SECRET
    jq -nc --arg id "$1" --arg secret "$2" \
        '{credentialType: "secret", accessKey: $id, secretKey: $secret}'
}
role() { # role ARN EXTERNAL_ID
    jq -nc --arg arn "$1" --arg id "$2" '{credentialType: "sts", sts: {arn: $arn, externalId: $id}}'
}
spec() { # spec CREDENTIALS [ENDPOINT]
    jq -nc --arg e "${2:-$template}" --argjson c "$1" --arg ca "$(cat "$work/ca.pem")" \
        '{endpoint: $e, isPrivate: true, defaultRegion: "eu-west-1", providerType: "helm",
        isSyncSupported: true, baseContentPath: "charts,team", credentials: $c,
        tls: {enabled: true, insecureSkipVerify: false, certificate: $ca}}'
}
body() { jq -nc --arg n "$1" --argjson s "$2" '{metadata: {name: $n}, spec: $s}'; }
reader=$(keys AKIAREADER0000000000 reader/secret+key)

# ecr_password [REGION]: as AWS's own client gets it.
ecr_password() {
    "$python" - "$aws" "${1:-eu-west-1}" <<'PY'
import base64, sys
import botocore.session
client = botocore.session.Session().create_client(
    "ecr", region_name=sys.argv[2], endpoint_url=sys.argv[1],
    aws_access_key_id="AKIAREADER0000000000", aws_secret_access_key="reader/secret+key")
data = client.get_authorization_token()["authorizationData"][0]
print(base64.b64decode(data["authorizationToken"]).decode().split(":", 1)[1])
PY
}
