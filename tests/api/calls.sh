# Calls of the management API whose answers are checked against Palette's public API. Source it
# after lib.sh and serve.sh.

need curl
# One process for all calls of the script, which it would else spend most of its time with starting.
coproc api_checker { exec "$python" "$tests/api/check_schema.py" --many 2>>"$work/api_checker.log"; }
started_pids+=("$api_checker_PID")
# Subshells have these copies alone.
exec {to_checker}>&"${api_checker[1]}" {from_checker}<&"${api_checker[0]}"
read -r ready <&"$from_checker" ||
    skip "python3-jsonschema is not installed (tools/dependencies.txt lists it; ./dev installs it)"
same "$ready" ready

# api STATUS METHOD PATH [BODY]: at $berth_address, with the fields in the array api_fields. The
# body is in $out, the head in $work/head.
api_fields=()
api() {
    local wanted=$1 method=$2 path=$3 field status
    shift 3
    local arguments=()
    for field in "${api_fields[@]}"; do arguments+=(-H "$field"); done
    arguments+=(--head "$work/head" "$wanted" "$method" "${api_url:-http://$berth_address}$path" "$@")
    printf '%s\0' "${#arguments[@]}" "$out" "$err" "${arguments[@]}" >&"$to_checker"
    read -r status <&"$from_checker" || fail "check_schema.py has ended"
    [[ $status == 0 ]] || fail "$(cat "$err"): $(head -c 600 "$out")"
}

# api_code: of the last refusal.
api_code() { jq -er .code "$out"; }

# answer_field NAME: of the last answer's head; every one of them.
answer_field() { sed -n "s/^$1: //Ip" "$work/head"; }

# api_log_in USER PASSWORD: by a token, for the calls that follow.
api_log_in() {
    api_fields=()
    api 200 POST "/v1/auth/authenticate?setCookie=false" \
        "$(jq -nc --arg user "$1" --arg password "$2" '{emailId: $user, password: $password}')"
    api_fields=("Authorization: $(jq -er .Authorization "$out")")
}
