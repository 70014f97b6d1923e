#!/usr/bin/env bash
# skopeo and crane: log in over HTTP and over HTTPS with a private authority, copy, list, delete;
# all platforms, and downloads that break in the middle.
source "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
source "$tests/clients.sh"
need skopeo crane
serve_plain
serve_tls
make_big_image
mkdir -p "$HOME/.config/containers"
echo '{"default": [{"type": "insecureAcceptAnything"}]}' >"$HOME/.config/containers/policy.json"
export REGISTRY_AUTH_FILE=$work/auth.json
many=$(layout_digest "$images/platforms" v1)
big=$(layout_digest "$work/big" v1)

log_in() { # ADDRESS PASSWORD ACCESS_FLAG
    echo wrong | expect 1 skopeo login "$3" --username admin --password-stdin "$1"
    echo "$2" | skopeo login "$3" --username admin --password-stdin "$1" >"$out"
    stdout_has "Login Succeeded"
}

round_trip() { # ADDRESS PASSWORD ACCESS_FLAG
    local address=$1 access=$3
    log_in "$@"
    run skopeo copy --all --preserve-digests "--dest-${access#--}" "oci:$images/platforms:v1" \
        "docker://$address/team/many:v1"
    run skopeo copy --all --preserve-digests "--src-${access#--}" "--dest-${access#--}" \
        "docker://$address/team/many:v1" "docker://$address/other/many:v1"
    run skopeo inspect "$access" --raw "docker://$address/other/many:v1"
    same "$(file_digest "$out")" "$many" "digest of the index"
    run skopeo list-tags "$access" "docker://$address/team/many"
    stdout_has '"v1"'
    run skopeo delete "$access" "docker://$address/other/many:v1"
    expect 1 skopeo inspect "$access" --raw "docker://$address/other/many:v1"
}
round_trip "$plain" "$plain_password" --tls-verify=false
round_trip "$secure" "$secure_password" "--cert-dir=$work/certs.d/$secure"
expect 1 skopeo inspect --raw "docker://$secure/team/many:v1"
stderr_has certificate

# crane trusts what Go trusts.
export SSL_CERT_FILE=$work/ca.pem
echo "$secure_password" | crane auth login "$secure" -u admin --password-stdin 2>"$err"
run crane copy "$secure/team/many:v1" "$secure/crane/many:v1"
run crane digest "$secure/crane/many:v1"
stdout_is "$many"
run crane digest --platform linux/arm64 "$secure/crane/many:v1"
differ "$(cat "$out")" "$many" "digest of one platform"
run crane ls "$secure/crane/many"
stdout_is v1
run crane delete "$secure/crane/many@$many"
expect 1 crane digest "$secure/crane/many:v1"

put team/big "$work/big"
start_cutting_proxy proxy "$plain" 2
log_in "$proxy" "$plain_password" --tls-verify=false
pull_big() {
    skopeo copy --src-tls-verify=false --preserve-digests "docker://$proxy/team/big:v1" \
        "oci:$work/pulled:v1"
}
expect 1 pull_big
expect 1 pull_big
run pull_big
same "$(layout_digest "$work/pulled" v1)" "$big" "digest of the broken download"
was_cut proxy 2

# A token in place of the password.
logged_in_by_token "$REGISTRY_AUTH_FILE" "$plain" \
    "$(identity_token "http://$plain" "$plain_password")"
run skopeo list-tags --tls-verify=false "docker://$plain/team/many"
stdout_has '"v1"'
run skopeo copy --src-tls-verify=false --dest-tls-verify=false \
    "docker://$plain/team/big:v1" "docker://$plain/team/again:v1"
logged_in_by_token "$HOME/.docker/config.json" "$secure" \
    "$(identity_token "https://$secure" "$secure_password" --cacert "$work/ca.pem")"
unset REGISTRY_AUTH_FILE
run crane ls "$secure/team/many"
stdout_is v1
