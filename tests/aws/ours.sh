#!/usr/bin/env bash
# Our own client of AWS against the emulator, over the real transport; then with the emulator's clock
# ten minutes off, which our signer corrects. BERTH_AWS_TEST names the unit test's program.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
work=$(mktemp -d)
# An emulator that has ended already leaves nothing to kill.
trap 'kill "${pid:-}" 2>/dev/null || true; rm -rf "$work"' EXIT

skip() { echo "SKIPPED: $1"; exit 77; }
command -v node >/dev/null || skip "node is not installed"

node "$here/emulator/server.cjs" "$here/emulator/world.json" >"$work/out" 2>"$work/err" &
pid=$!
for _ in $(seq 300); do
    grep -q '^ready ' "$work/out" && break
    if ! kill -0 "$pid" 2>/dev/null; then
        grep -q "Cannot find module '@" "$work/err" && skip "@smithy/signature-v4 is not installed"
        cat "$work/err"
        exit 1
    fi
    sleep 0.1
done
url=$(sed -n 's/^ready //p' "$work/out")
[[ -n $url ]] || { echo "the emulator did not start"; exit 1; }

export BERTH_AWS_EMULATOR=$url
"$BERTH_AWS_TEST" --test-case='emulator:*'
for offset in 600 -600; do
    curl -fsS -o "$work/answer" --data "{\"offset\": $offset}" "$url/_emulator"
    "$BERTH_AWS_TEST" --test-case='emulator: repositories*'
done
