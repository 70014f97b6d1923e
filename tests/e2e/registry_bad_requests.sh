#!/usr/bin/env bash
# Malformed heads and bodies, pipelined garbage, smuggled requests, floods and half-open connections
# over raw sockets: each is refused, others are served meanwhile, memory stays bounded. With
# BERTH_LONG=1 also what takes patience: a client that stalls its own upload is answered 408.
source "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"

# Descriptors for its flood of connections; where no more are allowed it says so and fails.
ulimit -n "$(ulimit -H -n)"
run "$python" "$tests/faults/bad_requests.py" "$BERTH" "$work/data"
cat "$out"
