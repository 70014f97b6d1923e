#!/usr/bin/env bash
# `kill -9` of `berth serve` at random points while clients push in every form, mount, tag and delete
# and while garbage is collected. After each restart everything that was acknowledged is there, and
# what the index counts is what can be counted. Starting reads no blob.
source "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
rounds=8
[[ -z ${BERTH_LONG:-} ]] || rounds=500

run "$python" "$tests/faults/kill_rounds.py" "$BERTH" "$work/killed" "$rounds"
cat "$out"

# What a start reads does not grow with what is stored.
run "$python" "$tests/faults/start_reads.py" "$BERTH" "$work/large"
cat "$out"
