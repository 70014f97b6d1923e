# Killing berth at random points. $rounds says how often a test should.

rounds=10
[[ -z ${BERTH_LONG:-} ]] || rounds=200
killed=0
longest_ms=0

now_ms() { echo $(($(date +%s%N) / 1000000)); }

# kill_in_the_middle ARG…: starts berth and kills it after a random part of the time that the first
# call, which is left to end, took. "$started" is gone when this returns.
kill_in_the_middle() {
    local begin status=0 delay
    if [[ $longest_ms -eq 0 ]]; then
        local rehearsal=()
        for word in "$@"; do rehearsal+=("${word/$work\//$work/rehearsal-}"); done
        begin=$(now_ms)
        berth "${rehearsal[@]}"
        longest_ms=$(($(now_ms) - begin))
    fi
    delay=$((RANDOM * longest_ms / 32768))
    start killed "$BERTH" "$@"
    sleep "$((delay / 1000)).$(printf %03d $((delay % 1000)))"
    kill -KILL "$started" 2>/dev/null || true
    wait "$started" 2>/dev/null || status=$?
    case $status in
    137) killed=$((killed + 1)) ;;
    0) ;; # it was faster than the rehearsal
    *) fail "ended with status $status before it was killed after $delay ms" ;;
    esac
}

# sound_store DIR: the check has nothing to report.
sound_store() {
    berth store check --report-only --store "$1"
    stderr_has "nothing was found"
}

say_rounds() {
    echo "$killed of $rounds runs were killed, within $longest_ms ms of their start"
    [[ $killed -ge $((rounds / 4)) ]] || fail "too few of $rounds runs were killed in time"
}
