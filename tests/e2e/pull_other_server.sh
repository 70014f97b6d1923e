#!/usr/bin/env bash
# A second, independent registry server: push, list and pull work there too.
source "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
source "$tests/registries.sh"

start_other_registry other
for image in hello docker zstd platforms; do
    berth push "$registry/team/$image:v1" "oci:$images/$image:v1" --plain-http -o json
    same "$(json .digest)" "$(layout_digest "$images/$image" v1)" "digest of $image"
    same "$(crane --insecure digest "$registry/team/$image:v1")" \
        "$(layout_digest "$images/$image" v1)" "digest that crane sees of $image"
    berth pull "$registry/team/$image:v1" --plain-http
done
berth tags "$registry/team/hello" --plain-http -o name
stdout_is v1
