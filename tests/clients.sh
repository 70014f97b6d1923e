# Foreign clients against `berth serve`. Source it after lib.sh.
#
#   serve_plain        berth over HTTP at 127.0.0.1: $plain, $plain_password
#   serve_tls          berth over HTTPS with a private authority: $secure, $secure_password,
#                      $work/ca.pem, $work/certs.d/$secure/ca.crt. At $serve_host if that is set
#   make_big_image     $work/big: an image v1 with a layer of 12 MiB that nothing compresses
#   start_cutting_proxy NAME ADDRESS CUTS [BYTES]
#                      $proxy: joined to ADDRESS; breaks CUTS connections, each after BYTES
#   identity_token ADDRESS PASSWORD CURL_ARG…
#                      prints a refresh token of admin, as docker login gets one

source "$tests/serve.sh"
source "$tests/authority.sh"
need openssl curl

serve_plain() {
    serve_host=127.0.0.1 serve_berth plain -v
    plain=$berth_address
    plain_password=$berth_password
}

serve_tls() {
    local host=${serve_host:-127.0.0.1}
    make_authority "$host"
    berth_password=
    serve_host=$host serve_berth secure -v --cert-file "$work/server.pem" \
        --key-file "$work/server.key"
    secure=$berth_address
    secure_password=$berth_password
    mkdir -p "$work/certs.d/$secure"
    cp "$work/ca.pem" "$work/certs.d/$secure/ca.crt"
}

make_big_image() {
    "$python" - "$work/big" <<'PYTHON'
import random, sys
import rawtar as tar
from layout import Layout
noise = random.Random(7).randbytes(12 << 20)
layout = Layout(sys.argv[1])
layout.tag(layout.image([tar.archive(tar.file("noise", noise)), tar.archive(tar.file("small", "x"))],
                        {"Cmd": ["/noise"]}))
PYTHON
}

start_cutting_proxy() {
    : >"$work/$1.cuts"
    start "$1" "$python" "$tests/servers/cutting_proxy.py" --port-file "$work/$1.port" \
        --log "$work/$1.cuts" --to "$2" --cuts "$3" --after "${4:-5000000}"
    wait_until 60 "the proxy $1" test -s "$work/$1.port"
    proxy=127.0.0.1:$(cat "$work/$1.port")
}

# was_cut NAME TIMES
was_cut() {
    [[ $(wc -l <"$work/$1.cuts") -ge $2 ]] || fail "the proxy broke fewer than $2 connections"
}

# log_has_range NAME: the server NAME answered a part of a blob.
log_has_range() {
    grep -qE '(^| )206( |$)|"status":206' "$work/$1.log" || fail "no download was gone on with"
}

identity_token() {
    local address=$1 password=$2
    shift 2
    curl -sS --fail "$@" --data-urlencode grant_type=password --data-urlencode username=admin \
        --data-urlencode "password=$password" -d service=berth -d client_id=test \
        -d access_type=offline "$address/token" | jq -er .refresh_token
}

# logged_in_by_token FILE ADDRESS TOKEN: a Docker configuration that holds a token, no password.
logged_in_by_token() {
    mkdir -p "$(dirname "$1")"
    jq -n --arg address "$2" --arg token "$3" --arg auth "$(printf 'admin:' | base64)" \
        '{auths: {($address): {auth: $auth, identitytoken: $token}}}' >"$1"
}

# put NAME IMAGE_LAYOUT: into both servers that run, by berth.
put() {
    if [[ -n ${plain:-} ]]; then
        berth copy "oci:$2:v1" "$plain/$1" --dest-plain-http \
            --dest-username admin --dest-password "$plain_password"
    fi
    if [[ -n ${secure:-} ]]; then
        berth copy "oci:$2:v1" "$secure/$1" --dest-ca-file "$work/ca.pem" \
            --dest-username admin --dest-password "$secure_password"
    fi
}
