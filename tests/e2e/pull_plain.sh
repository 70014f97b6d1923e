#!/usr/bin/env bash
# An image is pulled from a plain registry into the store: once, and verified.
source "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
source "$tests/registries.sh"

start_plain_registry plain
put_image whiteouts "$registry/team/app:v1"

berth pull "$registry/team/app:v1" --plain-http -o json
same "$(json .digest)" "$(layout_digest "$images/whiteouts" v1)" "digest pulled and pushed"
same "$(json .kind)" image
[[ $(json .fetched) -gt 0 ]] || fail "nothing was fetched"

berth pull "$registry/team/app:v1" --plain-http -o json
same "$(json '.fetched | tostring')" 0 "bytes fetched the second time"

berth store check
stderr_has "nothing was found"
