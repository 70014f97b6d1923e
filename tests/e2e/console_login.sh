#!/usr/bin/env bash
# A fresh console; its login: refused and accepted, a session that ends under a form, the keyboard, API keys.
source "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
source "$tests/serve.sh"
source "$tests/console.sh"

serve_console berth
browse first_look login session_ends keyboard api_keys
