#!/usr/bin/env bash
# The console for everybody: each screen by axe in both themes, narrow, zoomed and without motion.
source "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
source "$tests/serve.sh"
source "$tests/registries.sh"
source "$tests/console.sh"
need helm

start_registry_with_content
serve_console berth
browse accessible
