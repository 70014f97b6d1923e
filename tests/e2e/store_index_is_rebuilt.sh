#!/usr/bin/env bash
# Without its index the store is not lost: store check lists again what is on disk.
source "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
source "$tests/registries.sh"
need_root

serve_layouts server 0 "team/many=$images/many" "team/platforms=$images/platforms"
store=$work/store
berth pull "$registry/team/many:v1" --plain-http --store "$store"
berth pull --platform all "$registry/team/platforms:v1" --plain-http --store "$store"

rm -f "$store"/index.sqlite*
berth store check --store "$store" -o json
stdout_has '"unlisted_manifest"'
berth store check --store "$store"
stderr_has "nothing was found"

: >"$work/server.requests"
berth unpack "$registry/team/many:v1" "$work/bundle" --plain-http --store "$store"
! grep /blobs/ "$work/server.requests" || fail "blobs that are on disk were fetched again"

# A damaged index is not the end either.
printf 'not a database at all' | dd of="$store/index.sqlite" conv=notrunc status=none
berth store check --store "$store"
berth store check --store "$store"
stderr_has "nothing was found"
