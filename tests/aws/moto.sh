#!/usr/bin/env bash
# Our own client of AWS against moto: a second opinion on what ECR and STS answer, of people who do not
# know us. It judges no signature; tests/aws/emulator does. BERTH_AWS_TEST names the unit test's program.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
work=$(mktemp -d)
# A server that has ended already leaves nothing to kill.
trap 'kill "${pid:-}" 2>/dev/null || true; rm -rf "$work"' EXIT

skip() { echo "SKIPPED: $1"; exit 77; }
moto=$(command -v moto_server) || skip "moto_server is not installed"
/usr/bin/python3 -c 'import botocore' 2>/dev/null || skip "python3-botocore is not installed"

PYTHONUNBUFFERED=1 "$moto" -H 127.0.0.1 -p 0 >"$work/out" 2>&1 &
pid=$!
for _ in $(seq 600); do
    url=$(grep -o 'http://127.0.0.1:[0-9]*' "$work/out") && break
    kill -0 "$pid" 2>/dev/null || break
    sleep 0.1
done
[[ -n ${url:-} ]] || { echo "moto did not start"; cat "$work/out"; exit 1; }
BERTH_AWS_MOTO_DIGEST=$(/usr/bin/python3 "$here/moto_world.py" "$url")
export BERTH_AWS_MOTO=$url BERTH_AWS_MOTO_DIGEST
"$BERTH_AWS_TEST" --test-case='moto:*'
