#!/usr/bin/env bash
# inspect: the manifest and the config byte for byte, the layers, and a summary.
source "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
source "$tests/registries.sh"

start_plain_registry plain
put_image config "$registry/team/app:v1"
digest=$(layout_digest "$images/config" v1)
manifest=$images/config/blobs/${digest/://}

berth inspect --raw "$registry/team/app:v1" --plain-http
cmp "$out" "$manifest" || fail "--raw is not the manifest byte for byte"
berth inspect --raw "$registry/team/app@$digest" --plain-http
cmp "$out" "$manifest" || fail "by digest it differs"
berth inspect --config "$registry/team/app:v1" --plain-http
same "$(file_digest "$out")" "$(jq -r .config.digest "$manifest")" "digest of --config"
berth inspect --layers "$registry/team/app:v1" --plain-http -o name
stdout_is "$(jq -r '.layers[].digest' "$manifest")"
berth inspect "$registry/team/app:v1" --plain-http
stdout_has "$digest"
stdout_has linux/amd64
