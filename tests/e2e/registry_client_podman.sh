#!/usr/bin/env bash
# podman: plain on loopback, and over TLS with a private authority.
source "$(dirname "${BASH_SOURCE[0]}")/../own_network.sh"
source "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
source "$tests/clients.sh"
need podman skopeo
need_root
need_own_network

BERTH_REGISTRATIONS__ALLOW_LOOPBACK=true serve_plain
serve_tls
make_big_image
put team/app "$images/hello"
put team/many "$images/platforms"
put team/big "$work/big"

mkdir -p "$HOME/.config/containers"
echo '{"default": [{"type": "insecureAcceptAnything"}]}' >"$HOME/.config/containers/policy.json"
export REGISTRY_AUTH_FILE=$work/auth.json
podman() {
    command podman --root "$own/podman" --runroot "$own/podman-run" --storage-driver vfs \
        --events-backend none --cgroup-manager cgroupfs "$@"
}

round_trip() { # ADDRESS PASSWORD ACCESS_FLAG
    local address=$1 password=$2 access=$3 wanted
    echo wrong | expect 125 podman login "$access" --username admin --password-stdin "$address"
    echo "$password" | podman login "$access" --username admin --password-stdin "$address" >"$out"
    stdout_has "Login Succeeded"

    wanted=$(layout_digest "$images/hello" v1)
    run podman pull "$access" "$address/team/app:v1"
    run podman image inspect --format '{{.Digest}}' "$address/team/app:v1"
    stdout_is "$wanted"
    run podman push "$access" --digestfile "$work/pushed" "$address/team/app:v1" \
        "docker://$address/team/pushed:v1"
    run podman rmi --all --force
    run podman pull "$access" "$address/team/pushed@$(cat "$work/pushed")"
    # Its search alone takes no --cert-dir.
    local search=(--tls-verify=false)
    [[ $address != "$secure" ]] || search=(--tls-verify=true)
    SSL_CERT_FILE=$work/ca.pem run podman search "${search[@]}" --list-tags "$address/team/pushed"
    stdout_has v1
    SSL_CERT_FILE=$work/ca.pem run podman search "${search[@]}" "$address/pushed"
    stdout_has "$address/team/pushed"

    # An index: one platform pulled; made anew by podman, pushed, and pulled again.
    run podman pull "$access" --platform linux/arm64 "$address/team/many:v1"
    run podman image inspect --format '{{.Architecture}}' "$address/team/many:v1"
    stdout_is arm64
    run podman manifest create "index-$RANDOM"
    local list
    list=$(cat "$out")
    run podman manifest add "$access" --all "$list" "docker://$address/team/many:v1"
    run podman manifest push "$access" --all --digestfile "$work/index" "$list" \
        "docker://$address/team/index:v1"
    run skopeo inspect "$access" --raw "docker://$address/team/index:v1"
    same "$(file_digest "$out")" "$(cat "$work/index")" "digest of the index"
    run skopeo delete "$access" "docker://$address/team/pushed:v1"
    expect 125 podman pull "$access" "$address/team/pushed:v1"
    run podman logout "$address"
    expect 125 podman pull "$access" "$address/team/app:v1"
}
round_trip "$plain" "$plain_password" --tls-verify=false
round_trip "$secure" "$secure_password" "--cert-dir=$work/certs.d/$secure"
expect 125 podman pull "$secure/team/app:v1"
stderr_has certificate

# What is registered at one registry is pulled there by its name, with that one's login alone.
run "$BERTH" login --api "http://$plain" -u admin --password-stdin <<<"$plain_password"
run "$BERTH" registry add other "https://$secure" --ca-file "$work/ca.pem" -u admin \
    --password-stdin --no-validate <<<"$secure_password"
echo "$plain_password" | podman login --tls-verify=false --username admin --password-stdin "$plain" >"$out"
run podman rmi --all --force
run podman pull --tls-verify=false "$plain/other/team/app:v1"
run podman image inspect --format '{{.Digest}}' "$plain/other/team/app:v1"
stdout_is "$(layout_digest "$images/hello" v1)"
run podman pull --tls-verify=false --platform linux/arm64 "$plain/other/team/many:v1"
run podman image inspect --format '{{.Architecture}}' "$plain/other/team/many:v1"
stdout_is arm64
expect 125 podman push --tls-verify=false "$plain/other/team/app:v1" "docker://$plain/other/team/new:v1"
stderr_has "registered registry"

# A download that is broken in the middle. This podman gives up; what its next pull gets is right.
start_cutting_proxy proxy "$plain" 2
echo "$plain_password" | podman login --tls-verify=false --username admin --password-stdin "$proxy" \
    >/dev/null
for _ in 1 2 3; do
    ! podman pull --tls-verify=false "$proxy/team/big:v1" >"$out" 2>"$err" || break
done
run podman image inspect --format '{{.Digest}}' "$proxy/team/big:v1"
stdout_is "$(layout_digest "$work/big" v1)"
was_cut proxy 2

# A token in place of the password.
logged_in_by_token "$REGISTRY_AUTH_FILE" "$plain" \
    "$(identity_token "http://$plain" "$plain_password")"
run podman rmi --all --force
run podman pull --tls-verify=false "$plain/team/app:v1"
run podman push --tls-verify=false "$plain/team/app:v1" "docker://$plain/team/again:v1"
