# `berth serve` for end-to-end scripts. Source it after lib.sh.

# serve_berth NAME FLAG…: on a free port, with a new data directory (again the same for the same
# NAME); sets berth_address, berth_password (first start only) and started. On 127.0.0.1, or on
# $serve_host.
serve_berth() {
    local name=$1 printed=$work/$1.json
    shift
    : >"$printed"
    setpriv --pdeathsig KILL "$BERTH" serve --listen "${serve_host:-127.0.0.1}:0" \
        --data "$work/$name.data" -o json "$@" >"$printed" 2>>"$work/$name.log" &
    started=$!
    started_pids+=("$started")
    wait_until 60 "berth serve" serves_or_died "$started" "$printed"
    grep -q "^}" "$printed" || fail "berth serve ended at once"
    berth_address=${serve_host:-127.0.0.1}:$(jq -r .port "$printed")
    berth_password=$(jq -r ".password // \"${berth_password:-}\"" "$printed")
}

serves_or_died() { ! kill -0 "$1" 2>/dev/null || grep -q "^}" "$2"; }

# make_certificate: $work/server.pem and its key for 127.0.0.1, which signs itself.
make_certificate() {
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=berth \
        -addext subjectAltName=IP:127.0.0.1,DNS:localhost \
        -keyout "$work/server.key" -out "$work/server.pem" 2>/dev/null
}
