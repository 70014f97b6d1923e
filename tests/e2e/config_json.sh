#!/usr/bin/env bash
# The image's configuration becomes the runtime's, by the rules of image-spec conversion.md.
source "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
need_root

berth unpack "oci:$images/config:v1" "$work/bundle"
is() { same "$(jq -cS "$1" "$work/bundle/config.json")" "$2" "$1"; }
is .process.args '["/bin/sh","-c","echo $(id -u):$(id -g) $(pwd) $GREETING $HOME"]'
is .process.cwd '"/home/app"'
is '.process.user | {uid, gid}' '{"gid":3456,"uid":1234}'
is '.process.env[:4]' \
    '["PATH=/bin","GREETING=good morning","EMPTY=","EQUALS=a=b"]'
is '.process.env | map(select(startswith("HOME=")))' '["HOME=/home/app"]'
is '.root.path' '"rootfs"'
is '.annotations["org.opencontainers.image.os"]' '"linux"'
is '.annotations["org.opencontainers.image.architecture"]' '"amd64"'
is '.annotations["org.opencontainers.image.stopSignal"]' '"SIGQUIT"'
is '.annotations["org.opencontainers.image.exposedPorts"] | split(",") | sort' \
    '["53/udp","8080/tcp"]'
is '.annotations["org.opencontainers.image.created"]' '"2024-02-03T04:05:06.000000007Z"'
is '.annotations["org.example.team"]' '"berths"'
is '.annotations["org.opencontainers.image.author"]' '"a label"'
is '[.mounts[].destination] | map(select(. == "/data" or . == "/var/log")) | sort' \
    '["/data","/var/log"]'
