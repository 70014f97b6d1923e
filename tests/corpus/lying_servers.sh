#!/usr/bin/env bash
# Servers that lie (tests/servers/lies.py): each gets the outcome that the table fixes in advance,
# no credential leaves its origin, requests, time and memory are bounded. BERTH_LONG=1 adds those
# that only test patience.
source "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
source "$tests/registries.sh"
need_root

make_authority
"$python" "$tests/servers/run_lies.py" "$BERTH" "$work/ca.pem" "$work/server.pem" \
    "$work/server.key" "$@"
