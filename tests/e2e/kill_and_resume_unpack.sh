#!/usr/bin/env bash
# kill -9 at random points of an unpack: the bundle is not there, the next unpack makes it right,
# and the store is sound. 10 rounds, or 200 with BERTH_LONG=1.
source "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
source "$tests/registries.sh"
source "$tests/bundles.sh"
source "$tests/kills.sh"
need_root

start_plain_registry plain
put_image many "$registry/team/many:v1"
berth unpack "oci:$images/many:v1" "$work/expected"

while more_rounds; do
    store=$work/store-$attempts bundle=$work/bundle-$attempts
    kill_in_the_middle unpack "$registry/team/many:v1" "$bundle" --plain-http --store "$store"
    # Killed at the very end, the whole bundle is there; a part of it never is.
    [[ -e $bundle ]] ||
        berth unpack "$registry/team/many:v1" "$bundle" --plain-http --store "$store"
    same_tree "$bundle/rootfs" "$work/expected/rootfs"
    cmp "$bundle/config.json" "$work/expected/config.json"
    [[ -z $(find "$work" -maxdepth 1 -name ".bundle-*") ]] || fail "run $attempts left something"
    sound_store "$store"
done
say_rounds
