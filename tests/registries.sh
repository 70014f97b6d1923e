# Real registries for the tests, each on a free loopback port of its own. After a start function,
# $registry is HOST:PORT and $registry_pid the process; its files are below "$work/NAME".
#
#   start_plain_registry NAME      docker-registry, no access control, plain HTTP
#   start_basic_registry NAME      docker-registry behind TLS and htpasswd (user/secret)
#   start_token_registry NAME      docker-registry with token authentication, plain HTTP
#   start_other_registry NAME      crane's registry: an independent implementation
#
# Shared by all: registry_user, registry_password, and for TLS "$work/ca.pem".

source "$tests/authority.sh"
need docker-registry curl openssl ss
registry_user=robot
registry_password='s3cret with space & "quotes"'

free_port() {
    "$python" -c 'import socket
s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

# Whether process $1 itself listens on port $2: another test may have taken the port first.
listens() { ss -Hltnp "sport = :$2" | grep -q "pid=$1,"; }

# serve NAME COMMAND…: the word PORT in the command and in "$work/NAME/config.yml" becomes a free
# port. Another program may take the port between choosing and binding: then once more.
serve() {
    local name=$1 attempt port limit
    shift
    for attempt in 1 2 3 4 5; do
        port=$(free_port)
        [[ ! -f $work/$name/config.in ]] ||
            sed "s/PORT/$port/g" "$work/$name/config.in" >"$work/$name/config.yml"
        start "$name" "${@//PORT/$port}"
        limit=$((SECONDS + 60))
        while kill -0 "$started" 2>/dev/null && [[ $SECONDS -lt $limit ]]; do
            if listens "$started" "$port"; then
                registry=127.0.0.1:$port
                registry_pid=$started
                return
            fi
            sleep 0.05
        done
        echo "$name did not start on port $port (attempt $attempt)" >>"$work/$name.log"
    done
    fail "$name does not start"
}

# answers URL STATUS CURL_ARG…
answers() {
    local url=$1 status=$2
    shift 2
    [[ $(curl -s -o /dev/null -w '%{http_code}' --max-time 5 "$@" "$url") == "$status" ]]
}

write_config() { # NAME, more YAML on standard input
    mkdir -p "$work/$1/data"
    {
        cat <<YAML
version: 0.1
log: {level: error, accesslog: {disabled: true}}
storage:
  filesystem: {rootdirectory: $work/$1/data}
  delete: {enabled: true}
YAML
        cat
    } >"$work/$1/config.in"
}

start_plain_registry() {
    write_config "$1" <<'YAML'
http: {addr: "127.0.0.1:PORT"}
YAML
    serve "$1" docker-registry serve "$work/$1/config.yml"
    wait_until 60 "the registry $1" answers "http://$registry/v2/" 200
}

# skopeo and podman want a folder of authorities.
make_authority_folder() {
    make_authority
    mkdir -p "$work/certs"
    cp "$work/ca.pem" "$work/certs/ca.crt"
}

start_basic_registry() {
    need htpasswd
    make_authority_folder
    mkdir -p "$work/$1"
    htpasswd -Bbn -C 5 "$registry_user" "$registry_password" >"$work/$1/htpasswd"
    write_config "$1" <<YAML
http:
  addr: "127.0.0.1:PORT"
  tls: {certificate: $work/server.pem, key: $work/server.key}
auth:
  htpasswd: {realm: berth-test, path: $work/$1/htpasswd}
YAML
    serve "$1" docker-registry serve "$work/$1/config.yml"
    wait_until 60 "the registry $1" answers "https://$registry/v2/" 401 --cacert "$work/ca.pem"
}

# start_token_registry NAME [SECONDS]: tokens live SECONDS (300). Anonymous users may pull
# public/*; the user may do everything. "$work/NAME/tokens.log" has a line per token asked for.
start_token_registry() {
    mkdir -p "$work/$1"
    openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj "/CN=berth test tokens" \
        -keyout "$work/$1/token.key" -out "$work/$1/token.pem" 2>/dev/null
    start "$1-tokens" "$python" "$tests/servers/token_server.py" --folder "$work/$1" \
        --user "$registry_user" --password "$registry_password" --life "${2:-300}"
    token_server_pid=$started
    wait_until 60 "the token server of $1" test -s "$work/$1/port"
    token_server=127.0.0.1:$(cat "$work/$1/port")
    write_config "$1" <<YAML
http: {addr: "127.0.0.1:PORT"}
auth:
  token:
    realm: http://$token_server/token
    service: berth-test
    issuer: berth-test-issuer
    rootcertbundle: $work/$1/token.pem
YAML
    serve "$1" docker-registry serve "$work/$1/config.yml"
    wait_until 60 "the registry $1" answers "http://$registry/v2/" 401
}

start_other_registry() {
    need crane
    mkdir -p "$work/$1/data"
    serve "$1" crane registry serve --address 127.0.0.1:PORT --disk "$work/$1/data"
    wait_until 60 "the registry $1" answers "http://$registry/v2/" 200
}

# put_image IMAGE REFERENCE ORAS_ARG…: pushes an image of tests/images with oras, everything that
# an index lists, byte for byte. Plain HTTP unless the arguments name a CA file.
put_image() {
    local image=$1 reference=$2 access=(--to-plain-http)
    shift 2
    need oras
    [[ " $* " != *" --to-ca-file "* ]] || access=()
    run oras cp --no-tty "${access[@]}" "$@" --from-oci-layout "$images/$image:v1" "$reference"
}

# serve_layouts NAME RATE REPOSITORY=LAYOUT…: a registry of ours that gives RATE bytes per second
# (0: no limit) and logs each request in "$work/NAME.requests".
serve_layouts() {
    local name=$1 rate=$2
    shift 2
    : >"$work/$name.requests"
    start "$name" "$python" "$tests/servers/layout_server.py" --port-file "$work/$name.port" \
        --log "$work/$name.requests" --rate "$rate" "$@"
    wait_until 60 "the layout server $name" test -s "$work/$name.port"
    registry=127.0.0.1:$(cat "$work/$name.port")
}
