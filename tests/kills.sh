# Killing berth at random points. $rounds says how often a test should.

rounds=10
[[ -z ${BERTH_LONG:-} ]] || rounds=200
killed=0
attempts=0
shortest_ms=0

now_ms() { echo $(($(date +%s%N) / 1000000)); }

# more_rounds: until enough runs were killed. One that ended before it was killed does not count.
more_rounds() {
    [[ $killed -lt $rounds ]] || return 1
    attempts=$((attempts + 1))
    [[ $attempts -le $((rounds * 4 + 20)) ]] ||
        fail "only $killed of $attempts runs could be killed within $shortest_ms ms"
}

# kill_in_the_middle ARG…: starts berth and kills it after a random part of the time that the
# shortest run until now took. Its process is gone when this returns. The first call is not killed.
kill_in_the_middle() {
    local begin status=0 delay took
    begin=$(now_ms)
    start killed "$BERTH" "$@"
    if [[ $shortest_ms -gt 0 ]]; then
        delay=$((RANDOM * shortest_ms / 32768))
        sleep "$((delay / 1000)).$(printf %03d $((delay % 1000)))"
        kill -KILL "$started" 2>/dev/null || true
    fi
    wait "$started" 2>/dev/null || status=$?
    took=$(($(now_ms) - begin))
    case $status in
    137) killed=$((killed + 1)) ;;
    0) [[ $shortest_ms -gt 0 && $took -gt $shortest_ms ]] || shortest_ms=$took ;;
    *) fail "ended with status $status before it was killed after $delay ms" ;;
    esac
}

# sound_store DIR: the check has nothing to report.
sound_store() {
    berth store check --report-only --store "$1"
    stderr_has "nothing was found"
}

say_rounds() { echo "$killed of $attempts runs were killed within $shortest_ms ms"; }
