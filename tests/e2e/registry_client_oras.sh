#!/usr/bin/env bash
# oras: logs in by password and by token, over HTTP and over HTTPS; pushes, attaches, discovers,
# copies, lists and deletes.
source "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
source "$tests/clients.sh"
need oras
serve_plain
serve_tls
echo words >"$work/note.txt"
head -c 12M /dev/urandom >"$work/big.bin"
cd "$work"

round_trip() { # ADDRESS ACCESS_FLAG
    local address=$1 access=$2 repository=$1/team/note digest
    run oras push "$access" "$repository:v1,v2" note.txt:text/plain --format json
    digest=$(json .digest)
    run oras attach "$access" --artifact-type example/sbom "$repository:v1" note.txt:text/plain
    run oras attach "$access" --artifact-type example/signature "$repository:v1" note.txt:text/plain
    run oras discover "$access" --format json "$repository:v1"
    same "$(json '[.. | .artifactType? // empty] | unique | join(" ")')" \
        "example/sbom example/signature" "referrers"
    run oras discover "$access" --format json --artifact-type example/sbom "$repository:v1"
    stdout_lacks example/signature
    run oras repo tags "$access" "$repository"
    stdout_has v2
    run oras repo ls "$access" "$address"
    stdout_has team/note
    run oras pull "$access" "$repository@$digest" -o got
    cmp got/note.txt note.txt
    run oras tag "$access" "$repository:v1" v3
    run oras manifest fetch "$access" --descriptor "$repository:v3"
    same "$(json .digest)" "$digest" "digest under another tag"
    run oras manifest delete "$access" --force "$repository@$digest"
    expect 1 oras manifest fetch "$access" "$repository:v3"
}

log_in() { # ADDRESS PASSWORD ACCESS_FLAG
    echo wrong | expect 1 oras login "$3" -u admin --password-stdin "$1"
    echo "$2" | oras login "$3" -u admin --password-stdin "$1" >"$out"
    stdout_has "Login Succeeded"
}
log_in "$plain" "$plain_password" --plain-http
round_trip "$plain" --plain-http
log_in "$secure" "$secure_password" "--ca-file=$work/ca.pem"
round_trip "$secure" "--ca-file=$work/ca.pem"
expect 1 oras repo tags "$secure/team/note"
stderr_has certificate

# From one registry to the other, everything that refers to it included.
run oras push --plain-http "$plain/team/moved:v1" note.txt:text/plain
run oras attach --plain-http --artifact-type example/sbom "$plain/team/moved:v1" note.txt:text/plain
run oras cp --recursive --from-plain-http --to-ca-file "$work/ca.pem" "$plain/team/moved:v1" \
    "$secure/team/moved:v1"
run oras discover --ca-file "$work/ca.pem" --format json "$secure/team/moved:v1"
stdout_has example/sbom

# A download that is broken in the middle; the next one is whole.
run oras push --plain-http "$plain/team/big:v1" big.bin:application/octet-stream
start_cutting_proxy proxy "$plain" 1
log_in "$proxy" "$plain_password" --plain-http
oras pull --plain-http "$proxy/team/big:v1" -o got >"$out" 2>"$err" ||
    run oras pull --plain-http "$proxy/team/big:v1" -o got
cmp got/big.bin big.bin
was_cut proxy 1

# A token in place of the password.
run oras logout "$plain"
expect 1 oras repo tags --plain-http "$plain/team/moved"
identity_token "http://$plain" "$plain_password" |
    oras login --plain-http --identity-token-stdin "$plain" >"$out" 2>"$err"
round_trip "$plain" --plain-http
