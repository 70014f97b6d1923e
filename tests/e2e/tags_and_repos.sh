#!/usr/bin/env bash
# Tags and repositories are listed, all of them.
source "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
source "$tests/registries.sh"
need curl

start_plain_registry plain
put_image hello "$registry/team/app:v1"
digest=$(layout_digest "$images/hello" v1)
type=application/vnd.oci.image.manifest.v1+json
urls=()
for i in $(seq 1 40); do
    urls+=(-T "$images/hello/blobs/${digest/://}" "http://$registry/v2/team/app/manifests/t$i")
done
run curl -sSf --no-progress-meter -H "Content-Type: $type" "${urls[@]}"
for name in a b/c; do berth copy "oci:$images/hello:v1" "$registry/$name:v1" --plain-http; done

berth tags "$registry/team/app" --plain-http -o name
same "$(sort "$out" | md5sum)" "$( (seq -f 't%.0f' 1 40; echo v1) | sort | md5sum)" "the tags"
berth tags "$registry/team/app" --plain-http -o name --limit 7
same "$(wc -l <"$out")" 7 "number of tags with --limit"
berth repos "$registry" --plain-http -o name
same "$(sort "$out" | paste -sd' ')" "a b/c team/app" repositories
