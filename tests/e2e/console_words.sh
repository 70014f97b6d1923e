#!/usr/bin/env bash
# The console in the pseudo-locale: no text that is not from the catalogue, on any screen.
source "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
source "$tests/serve.sh"
source "$tests/registries.sh"
source "$tests/console.sh"
need helm

start_registry_with_content
serve_console berth
browse pseudo_locale
