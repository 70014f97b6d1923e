#!/usr/bin/env bash
# The console, from login to a listed chart: a registry is registered through the wizard, against
# docker-registry behind TLS of a private authority and a password, with a chart that helm pushed.
source "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
source "$tests/serve.sh"
source "$tests/registries.sh"
source "$tests/console.sh"
need helm

start_registry_with_content
serve_console berth
browse brief
