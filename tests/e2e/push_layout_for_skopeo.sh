#!/usr/bin/env bash
# What berth pushes, skopeo and crane pull with the same digests.
source "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
source "$tests/registries.sh"
need skopeo crane

start_plain_registry plain
berth push "$registry/team/app:v1" "oci:$images/types:v1" --plain-http
crane validate --insecure --remote "$registry/team/app:v1" 2>"$err" || fail "crane finds it invalid"

run skopeo copy --insecure-policy --preserve-digests --src-tls-verify=false \
    "docker://$registry/team/app:v1" "oci:$work/back:v1"
same "$(layout_digest "$work/back" v1)" "$(layout_digest "$images/types" v1)" digest

berth push "$registry/team/many:v1" "$images/platforms" --plain-http
run skopeo inspect --raw --tls-verify=false "docker://$registry/team/many:v1"
same "$(file_digest "$out")" "$(layout_digest "$images/platforms" v1)" "digest of the index"
