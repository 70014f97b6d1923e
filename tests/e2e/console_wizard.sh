#!/usr/bin/env bash
# The wizard's forms: names, endpoints, Amazon ECR; validations that fail and what helps; secrets.
source "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
source "$tests/serve.sh"
source "$tests/registries.sh"
source "$tests/console.sh"

start_plain_registry plain
export BERTH_PLAIN_REGISTRY=$registry
start_basic_registry upstream
at_registry
put_image hello "$registry/charts/hello:v1" --to-ca-file "$work/ca.pem" \
    --to-username "$registry_user" --to-password "$registry_password"

serve_console berth
browse wizard_names wizard_race wizard_endpoint wizard_ecr wizard_failures secrets_stay
