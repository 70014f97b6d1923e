#!/usr/bin/env bash
# Every command explains itself, without a network, with examples in front of the flags.
source "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"

berth help
for topic in exit-codes credentials references; do berth help "$topic"; done
for command in pull push copy unpack inspect tags repos login logout "auth explain" "store check" \
    completion version; do
    # shellcheck disable=SC2086
    berth $command --help
    [[ $(grep -c 'berth ' "$out") -ge 3 ]] || fail "$command has no examples"
done
