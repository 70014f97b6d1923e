#!/usr/bin/env bash
# The console's login: refused and accepted, a session that ends under a form, the keyboard, API keys.
source "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
source "$tests/serve.sh"
source "$tests/console.sh"

serve_console berth
browse login session_ends keyboard api_keys
