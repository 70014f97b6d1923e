# Calls of the management API whose answers are checked against Palette's public API. Source it
# after lib.sh and serve.sh.

need curl
"$python" -c 'import jsonschema' 2>/dev/null ||
    skip "python3-jsonschema is not installed (tools/dependencies.txt lists it; ./dev installs it)"

# api STATUS METHOD PATH [BODY]: at $berth_address, with the fields in the array api_fields. The
# body is in $out, the head in $work/head.
api_fields=()
api() {
    local wanted=$1 method=$2 path=$3 field
    shift 3
    local arguments=()
    for field in "${api_fields[@]}"; do arguments+=(-H "$field"); done
    "$python" "$tests/api/check_schema.py" "${arguments[@]}" --head "$work/head" "$wanted" \
        "$method" "${api_url:-http://$berth_address}$path" "$@" >"$out" 2>"$err" ||
        fail "$(cat "$err"): $(head -c 600 "$out")"
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
