#!/usr/bin/env bash
# buildah: builds, pushes, pulls and indexes, plain on loopback and over TLS.
source "$(dirname "${BASH_SOURCE[0]}")/../own_network.sh"
source "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
source "$tests/clients.sh"
need buildah skopeo
need_root
need_own_network

serve_plain
serve_tls
put team/app "$images/hello"

mkdir -p "$HOME/.config/containers"
echo '{"default": [{"type": "insecureAcceptAnything"}]}' >"$HOME/.config/containers/policy.json"
export REGISTRY_AUTH_FILE=$work/auth.json BUILDAH_ISOLATION=chroot
buildah() {
    command buildah --root "$own/buildah" --runroot "$own/buildah-run" --storage-driver vfs "$@"
}
mkdir "$work/context"
echo "made by buildah" >"$work/context/words"
printf 'FROM scratch\nCOPY words /words\nCMD ["/words"]\n' >"$work/context/Containerfile"

round_trip() { # ADDRESS PASSWORD ACCESS_FLAG
    local address=$1 password=$2 access=$3 container
    echo wrong | expect 125 buildah login "$access" --username admin --password-stdin "$address"
    echo "$password" | buildah login "$access" --username admin --password-stdin "$address" >"$out"
    stdout_has "Login Succeeded"

    run buildah bud --tag "$address/team/built:v1" "$work/context"
    run buildah push "$access" --digestfile "$work/built" "$address/team/built:v1"
    run skopeo inspect "$access" --raw "docker://$address/team/built:v1"
    same "$(file_digest "$out")" "$(cat "$work/built")" "digest of the build"

    # On top of what the registry has, in both formats.
    run buildah from "$access" --pull-always "$address/team/app:v1"
    container=$(cat "$out")
    run buildah copy "$container" "$work/context/words" /words
    run buildah commit --format docker "$container" "$address/team/changed:v1"
    run buildah push "$access" --format v2s2 --digestfile "$work/changed" \
        "$address/team/changed:v1"
    run buildah rm --all
    run buildah rmi --all --force
    run buildah pull "$access" "$address/team/changed@$(cat "$work/changed")"
    run buildah pull "$access" "$address/team/built:v1"

    run buildah manifest create "index-$RANDOM"
    local list
    list=$(cat "$out")
    run buildah manifest add "$access" "$list" "docker://$address/team/built:v1"
    run buildah manifest add "$access" "$list" "docker://$address/team/changed:v1"
    run buildah manifest push "$access" --all "$list" "docker://$address/team/index:v1"
    run skopeo inspect "$access" --raw "docker://$address/team/index:v1"
    same "$(json '.manifests | length')" 2 "manifests in the index"
    run buildah logout "$address"
    expect 125 buildah pull --policy always "$access" "$address/team/built:v1"
}
round_trip "$plain" "$plain_password" --tls-verify=false
round_trip "$secure" "$secure_password" "--cert-dir=$work/certs.d/$secure"

logged_in_by_token "$REGISTRY_AUTH_FILE" "$plain" \
    "$(identity_token "http://$plain" "$plain_password")"
run buildah pull --tls-verify=false "$plain/team/app:v1"
