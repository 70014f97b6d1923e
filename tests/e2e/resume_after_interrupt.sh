#!/usr/bin/env bash
# Ctrl-C ends a pull with 130 and keeps what came; the next pull asks only for the rest.
source "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
source "$tests/registries.sh"

serve_layouts slow 3000000 "team/many=$images/many"

parts() { find "$work/store/uploads" -name '*.part' -size +200k 2>/dev/null | grep -q .; }
for signal in INT:130 TERM:143; do
    # In a session of its own, as an interactive shell would: background jobs ignore SIGINT.
    start pull "$python" -c 'import os, signal, sys
signal.signal(signal.SIGINT, signal.SIG_DFL)
os.execv(sys.argv[1], sys.argv[1:])' "$BERTH" pull "$registry/team/many:v1" --plain-http \
        --store "$work/store" -j 1
    wait_until 60 "a part of a layer" parts
    kill "-${signal%:*}" "$started"
    status=0
    wait "$started" || status=$?
    same "$status" "${signal#*:}" "exit status after SIG${signal%:*}"
done
grep -q "goes on from there" "$work/pull.log" || fail "does not say that the same command resumes"
parts || fail "nothing was kept"
berth store check --store "$work/store"

: >"$work/slow.requests"
berth pull "$registry/team/many:v1" --plain-http --store "$work/store" -o json
grep -q 'bytes=[1-9]' "$work/slow.requests" || fail "nothing was resumed in the middle"
same "$(json .digest)" "$(layout_digest "$images/many" v1)" digest
berth store check --store "$work/store"
stderr_has "nothing was found"
