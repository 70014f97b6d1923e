#!/usr/bin/env bash
# Every row of the table of bad input (tests/corpus/run.py --list): refused with its own error or
# unpacked safely, nothing outside the root touched, nothing half-made left, memory bounded.
source "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
need_root
need zstd

"$python" "$tests/corpus/run.py" "$BERTH" "$@"
