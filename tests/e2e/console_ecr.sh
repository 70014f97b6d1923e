#!/usr/bin/env bash
# Amazon ECR in the console: registered by access key and by role, refused and let in, looked into, and
# its rights examined. AWS is the emulator of tests/aws under its real names.
source "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
source "$tests/serve.sh"
source "$tests/registries.sh"
source "$tests/aws.sh"
source "$tests/console.sh"

start_plain_registry ireland
put_image hello "$registry/team/hello:v1"
ireland=$registry
start_plain_registry virginia
put_image hello "$registry/team/hello:v1"
start_aws "$ireland" "$registry"
export BERTH_AWS=$aws BERTH_REGISTRY_CA=$work/ca.pem

https_proxy=$aws AWS_CA_BUNDLE=$work/ca.pem AWS_REGION=eu-west-1 \
    AWS_ACCESS_KEY_ID=AKIAREADER0000000000 AWS_SECRET_ACCESS_KEY=reader/secret+key \
    serve_console berth
browse ecr_register ecr_doctor
same "$(aws_secrets)" "[]" "credentials at hosts that they are not for"
