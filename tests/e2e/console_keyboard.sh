#!/usr/bin/env bash
# The console without a mouse: from the login through the wizard and a sync to a chart.
source "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
source "$tests/serve.sh"
source "$tests/registries.sh"
source "$tests/console.sh"
need helm

start_registry_with_content
serve_console berth
browse keyboard_tour
