#!/usr/bin/env bash
# containerd's ctr, with a containerd started here: plain on loopback, and over TLS with a private
# authority; with the password, and with a token.
source "$(dirname "${BASH_SOURCE[0]}")/../own_network.sh"
source "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
source "$tests/clients.sh"
need containerd ctr
need_root
need_own_network

serve_host=192.0.2.1 # on loopback, containerd falls back to HTTP
serve_plain
serve_tls
make_big_image
put team/app "$images/hello"
put team/many "$images/platforms"
put team/big "$work/big"

cat >"$work/containerd.toml" <<TOML
version = 2
root = "$own/containerd"
state = "$own/containerd-run"
disabled_plugins = ["io.containerd.grpc.v1.cri", "io.containerd.snapshotter.v1.btrfs",
    "io.containerd.snapshotter.v1.devmapper", "io.containerd.snapshotter.v1.zfs",
    "io.containerd.snapshotter.v1.aufs", "io.containerd.internal.v1.opt"]
[grpc]
  address = "$work/containerd.sock"
[ttrpc]
  address = "$work/containerd.ttrpc"
TOML
start containerd containerd --config "$work/containerd.toml"
ctr() { command ctr --address "$work/containerd.sock" --namespace test "$@"; }
wait_until 60 containerd ctr version

# has NAME DIGEST: an image of containerd's.
has() {
    run ctr images list
    awk -v name="$1" '$1 == name { print $3 }' "$out" >"$work/found"
    same "$(cat "$work/found")" "$2" "digest of $1"
}

round_trip() { # ADDRESS PASSWORD ACCESS_FLAG…
    local address=$1 password=$2 hello many
    shift 2
    hello=$(layout_digest "$images/hello" v1) many=$(layout_digest "$images/platforms" v1)
    expect 1 ctr images pull --snapshotter native "$@" --user admin:wrong "$address/team/app:v1"
    run ctr images pull --snapshotter native "$@" --user "admin:$password" "$address/team/app:v1"
    has "$address/team/app:v1" "$hello"
    run ctr images push "$@" --user "admin:$password" "$address/team/pushed:v1" \
        "$address/team/app:v1"
    run ctr images remove --sync "$address/team/app:v1"
    run ctr images pull --snapshotter native "$@" --user "admin:$password" \
        "$address/team/pushed@$hello"
    has "$address/team/pushed@$hello" "$hello"

    # Every platform of an index, there and back.
    run ctr content fetch "$@" --user "admin:$password" --all-platforms "$address/team/many:v1"
    run ctr images push "$@" --user "admin:$password" "$address/team/index:v1" \
        "$address/team/many:v1"
    run ctr content fetch "$@" --user "admin:$password" --all-platforms "$address/team/index:v1"
    has "$address/team/index:v1" "$many"

    # A token in place of the password.
    local token
    token=$(identity_token "$scheme://$address" "$password" ${scheme_flags[@]+"${scheme_flags[@]}"})
    run ctr images pull --snapshotter native "$@" --refresh "$token" "$address/team/app:v1"
    run ctr images push "$@" --refresh "$token" "$address/team/again:v1" "$address/team/app:v1"
    expect 1 ctr content fetch "$@" "$address/team/app:v1"
    run ctr images remove --sync "$address/team/app:v1" "$address/team/pushed@$hello"
}
scheme=http scheme_flags=()
round_trip "$plain" "$plain_password" --plain-http
scheme=https scheme_flags=(--cacert "$work/ca.pem")
mkdir -p "$work/hosts/$secure"
cat >"$work/hosts/$secure/hosts.toml" <<TOML
server = "https://$secure"
[host."https://$secure"]
  ca = "$work/ca.pem"
TOML
round_trip "$secure" "$secure_password" --hosts-dir "$work/hosts"
expect 1 ctr content fetch --user "admin:$secure_password" "$secure/team/app:v1"
stderr_has certificate

# The proxy breaks the download; the next run goes on with what is there.
start_cutting_proxy proxy "$plain" 1
fetch_big() { ctr content fetch --plain-http --user "admin:$plain_password" "$proxy/team/big:v1"; }
attempts=0
until fetch_big >"$out" 2>"$err"; do
    attempts=$((attempts + 1))
    [[ $attempts -lt 5 ]] || fail "the download does not go on"
done
was_cut proxy 1
has "$proxy/team/big:v1" "$(layout_digest "$work/big" v1)"
log_has_range plain
