#!/usr/bin/env bash
# The console, from login to a listed chart: a registry is registered through the wizard, against
# docker-registry behind TLS of a private authority and a password, with a chart that helm pushed.
source "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
source "$tests/serve.sh"
source "$tests/registries.sh"
source "$tests/console.sh"
need helm

start_basic_registry upstream
at_registry
helm_login=(--ca-file "$work/ca.pem" --username "$registry_user" --password "$registry_password")
run helm registry login "$registry" "${helm_login[@]}"
run helm create "$work/pier"
run helm package "$work/pier" --version 1.2.3+build.4 --app-version 9 -d "$work"
run helm push "$work/pier-1.2.3+build.4.tgz" "oci://$registry/charts" --ca-file "$work/ca.pem"

serve_console berth
browse brief
