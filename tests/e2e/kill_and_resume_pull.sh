#!/usr/bin/env bash
# kill -9 at random points of a pull: the next one resumes and ends right, and the store is sound.
# 10 rounds, or 200 with BERTH_LONG=1.
source "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
source "$tests/registries.sh"
source "$tests/kills.sh"

start_plain_registry plain
put_image many "$registry/team/many:v1"
digest=$(layout_digest "$images/many" v1)

while more_rounds; do
    store=$work/store-$((attempts % 2))
    rm -rf "$store" # fresh, and never two deletions of the same folder at once
    kill_in_the_middle pull "$registry/team/many:v1" --plain-http --store "$store"
    berth pull "$registry/team/many:v1" --plain-http --store "$store" -o json
    same "$(json .digest)" "$digest" "digest in run $attempts"
    sound_store "$store"
done
say_rounds
