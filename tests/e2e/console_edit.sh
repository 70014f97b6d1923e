#!/usr/bin/env bash
# A registry is changed in the console: what is typed stays whatever happens in the background, and
# what the server refuses can be put right.
source "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
source "$tests/serve.sh"
source "$tests/registries.sh"
source "$tests/console.sh"

start_basic_registry upstream
at_registry
put_image hello "$registry/charts:v1" --to-ca-file "$work/ca.pem" \
    --to-username "$registry_user" --to-password "$registry_password"

serve_console berth
browse edit_kept wizard_refused
