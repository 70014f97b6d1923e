# AWS for end-to-end scripts: the emulator of tests/aws, with real docker-registry instances behind
# ECR's registries in eu-west-1 and us-east-1. Source it after lib.sh and registries.sh.

need node openssl
aws_account=123456789012

# start_aws IRELAND VIRGINIA: before two plain registries (HOST:PORT). Sets $aws, its URL, which is a
# proxy for all names of AWS too; what it shows is certified by "$work/ca.pem".
start_aws() {
    make_authority
    local name names="" region
    for region in eu-west-1 us-east-1 eu-central-1; do
        for name in "sts.$region" "api.ecr.$region" "api.ecr-public.$region" "$aws_account.dkr.ecr.$region" \
            "999999999999.dkr.ecr.$region" \
            "prod-$region-starport-layer-bucket.s3.$region"; do
            names+="DNS:$name.amazonaws.com,"
        done
    done
    openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=aws" \
        -keyout "$work/aws.key" -out "$work/aws.csr" 2>/dev/null
    printf 'subjectAltName=%s\nextendedKeyUsage=serverAuth\n' "${names%,}" >"$work/aws.ext"
    openssl x509 -req -in "$work/aws.csr" -CA "$work/ca.pem" -CAkey "$work/ca.key" \
        -CAcreateserial -days 2 -extfile "$work/aws.ext" -out "$work/aws.pem" 2>/dev/null
    NODE_PATH="$root/.cache/tools/node_modules" start aws node "$tests/aws/emulator/server.cjs" \
        "$tests/aws/emulator/world.json" "$work/aws.pem" "$work/aws.key"
    wait_until 30 "the emulator of AWS" grep -Eq "^ready|Cannot find module" "$work/aws.log"
    ! grep -q "Cannot find module '@" "$work/aws.log" || skip "@smithy/signature-v4 is not installed"
    aws=$(sed -n 's/^ready //p' "$work/aws.log")
    aws_change '{stores: {"eu-west-1": $ireland, "us-east-1": $virginia}, account: $account}' \
        --arg ireland "http://$1" --arg virginia "http://$2" --arg account "$aws_account"
}

# aws_change FILTER JQ_ARG…: tells the emulator of a change.
aws_change() {
    local filter=$1
    shift
    run curl -fsS "$aws/_emulator" --data "$(jq -nc "$@" "$filter")"
}

# aws_count SERVICE OPERATION: how often it was called since the last {forget: true}.
aws_count() { curl -fsS "$aws/_emulator" | jq -r --arg key "$1 $2" '.counts[$key] // 0'; }

# aws_secrets: credentials that arrived where they are not for, and names that are not AWS's.
aws_secrets() { curl -fsS "$aws/_emulator" | jq -c '[.seen[] | select(.misplaced | length > 0)]'; }

# aws_credentials_stay: nothing is misplaced, in flows that reached all kinds of hosts; and the recorder
# would have told, which is tried last.
aws_credentials_stay() {
    local kind
    same "$(aws_secrets)" "[]" "credentials at hosts that they are not for"
    for kind in "sts\\." "api\\.ecr\\." "\\.dkr\\.ecr\\." starport-layer-bucket; do
        curl -fsS "$aws/_emulator" | jq -e --arg kind "$kind" '.seen | any(.host | test($kind))' \
            >/dev/null || fail "no host like $kind was asked: nothing is proven"
    done
    local login=(--proxy "$aws" --cacert "$work/ca.pem" -s -o "$work/answer" -u "AWS:$1")
    curl "${login[@]}" "https://prod-eu-west-1-starport-layer-bucket.s3.eu-west-1.amazonaws.com/"
    curl "${login[@]}" "https://$aws_account.dkr.ecr.us-east-1.amazonaws.com/v2/"
    curl --proxy "$aws" -s -o "$work/answer" "https://registry.example/v2/" || true # refused, and noted
    same "$(aws_secrets | jq -c '[.[].misplaced[0]]')" \
        '["authorization","authorization","no host of AWS"]' "what the recorder tells"
}
