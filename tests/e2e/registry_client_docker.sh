#!/usr/bin/env bash
# docker, its daemon started here: plain on loopback, and over TLS with a private authority.
source "$(dirname "${BASH_SOURCE[0]}")/../own_network.sh"
source "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
source "$tests/clients.sh"
need dockerd skopeo ip
need_root
need_own_network

serve_host=192.0.2.1
serve_plain
serve_tls
make_big_image
put team/app "$images/docker"
put team/many "$images/platforms"
put team/big "$work/big"

own_etc
mkdir -p /etc/docker
cp -r "$work/certs.d" /etc/docker/
start dockerd dockerd --data-root "$own/docker" --exec-root "$own/docker-run" \
    --pidfile "$own/docker.pid" --host "unix://$work/docker.sock" --storage-driver vfs \
    --bridge none --iptables=false --ip6tables=false --ip-forward=false --ip-masq=false

# Debian's own client, of the daemon's version: the machine may have another one first in its path.
docker() {
    /usr/bin/docker --host "unix://$work/docker.sock" --config "$work/docker-config" "$@"
}
wait_until 60 "dockerd" docker version

log_in() { # ADDRESS PASSWORD
    echo wrong | expect 1 docker login --username admin --password-stdin "$1"
    echo "$2" | docker login --username admin --password-stdin "$1" >"$out" 2>"$err"
    stdout_has "Login Succeeded"
    # It keeps a token of ours, and no password.
    same "$(jq -er --arg address "$1" '.auths[$address] | .identitytoken != null
        and (.auth | @base64d) == "admin:"' "$work/docker-config/config.json")" true "what is kept"
}

# digest_in_daemon REPOSITORY:TAG: REPOSITORY@DIGEST, of the repositories that the image came from.
digest_in_daemon() {
    docker image inspect --format '{{join .RepoDigests "\n"}}' "$1" | grep -F "${1%:*}@"
}

round_trip() { # ADDRESS BERTH_FLAG…
    local address=$1 wanted pushed id
    shift
    wanted=$(layout_digest "$images/docker" v1)
    run docker pull "$address/team/app:v1"
    same "$(digest_in_daemon "$address/team/app:v1")" "$address/team/app@$wanted" "pulled digest"
    id=$(docker image inspect --format '{{.Id}}' "$address/team/app:v1")

    run docker tag "$address/team/app:v1" "$address/team/pushed:v1"
    run docker push "$address/team/pushed:v1"
    pushed=$(sed -nE 's/.*digest: (sha256:[0-9a-f]{64}).*/\1/p' "$out")
    berth inspect "$address/team/pushed:v1" -o json "$@"
    same "$(json .digest)" "$pushed" "pushed digest"
    run docker rmi --force "$id"
    run docker pull "$address/team/pushed@$pushed"
    same "$(docker image inspect --format '{{.Id}}' "$address/team/pushed@$pushed")" "$id" "image"

    run docker pull --platform linux/arm64 "$address/team/many:v1"
    run docker image inspect --format '{{.Architecture}}' "$address/team/many:v1"
    stdout_is arm64
    run docker tag "$address/team/pushed@$pushed" "$address/team/pushed:v2"
    run docker push --all-tags "$address/team/pushed"
    run docker pull --all-tags "$address/team/pushed"
    stdout_has "v2: Pulling from team/pushed"
}

# index ADDRESS DOCKER_MANIFEST_FLAG…: an index made by docker's own command.
index() {
    local address=$1
    shift
    run docker manifest create "$@" "$address/team/index:v1" "$address/team/pushed:v1"
    run docker manifest push "$@" "$address/team/index:v1"
    run docker manifest inspect "$@" "$address/team/index:v1"
    stdout_has '"architecture": "amd64"'
}

as_admin() { echo "--username=admin --password=$1"; }
log_in "$plain" "$plain_password"
round_trip "$plain" --plain-http $(as_admin "$plain_password")
index "$plain" --insecure

expect 1 docker pull 192.0.2.1:1/team/app:v1 # no such server: 192.0.2.1 is not "insecure"
log_in "$secure" "$secure_password"
round_trip "$secure" --ca-file "$work/ca.pem" $(as_admin "$secure_password")
index "$secure"
rm -r "/etc/docker/certs.d/$secure"
expect 1 docker pull "$secure/team/app:v1"
stderr_has "certificate"

# A download that is broken in the middle goes on, and ends with the right digest.
start_cutting_proxy proxy "$plain" 2
log_in "$proxy" "$plain_password"
run docker pull "$proxy/team/big:v1"
same "$(digest_in_daemon "$proxy/team/big:v1")" \
    "$proxy/team/big@$(layout_digest "$work/big" v1)" "digest of the broken download"
was_cut proxy 2
log_has_range plain

# A token in place of the password.
logged_in_by_token "$work/docker-config/config.json" "$plain" \
    "$(identity_token "http://$plain" "$plain_password")"
run docker rmi --force "$plain/team/app:v1"
run docker pull "$plain/team/app:v1"
run docker tag "$plain/team/app:v1" "$plain/team/again:v1"
run docker push "$plain/team/again:v1"

run docker logout "$plain"
run docker rmi --force "$plain/team/app:v1"
expect 1 docker pull "$plain/team/app:v1"
