#!/usr/bin/env bash
# The console's live events, from the moment that a page is opened.
source "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
source "$tests/serve.sh"
source "$tests/registries.sh"
source "$tests/console.sh"

start_basic_registry upstream
at_registry
put_image hello "$registry/charts/hello:v1" --to-ca-file "$work/ca.pem" \
    --to-username "$registry_user" --to-password "$registry_password"

serve_console berth
browse live_start
