#!/usr/bin/env bash
# docs/backup.md: a registry is backed up while clients push to it, is lost, and is restored; what
# is newer than this berth is refused.
source "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
source "$tests/serve.sh"
serve_berth live
password=$berth_password
access=(--dest-plain-http --dest-username admin --dest-password "$password")
berth copy "oci:$images/platforms:v1" "$berth_address/team/many:v1" "${access[@]}"
berth copy "oci:$images/many:v1" "$berth_address/team/app:v1" "${access[@]}"
many=$(layout_digest "$images/platforms" v1) app=$(layout_digest "$images/many" v1)

# Pushes go on for as long as the backup is made.
(
    number=0
    while :; do
        number=$((number + 1))
        echo "$number" >"$work/note.txt"
        "$BERTH" push "$berth_address/busy/note:v$number" "$work/note.txt:text/plain" --plain-http \
            -u admin -p "$password" >/dev/null 2>&1 || break
    done
) &
pusher=$!
pushed() { "$BERTH" tags --plain-http -u admin -p "$password" "$berth_address/busy/note"; }
started_pids+=("$pusher")
wait_until 30 "the first pushes" pushed
berth backup "$work/backup" --data "$work/live.data" -o json
copied=$(json .copiedBlobs)
berth backup "$work/backup" --data "$work/live.data" -o json
[[ $(json .copiedBlobs) -lt $copied ]] || fail "the second backup copied everything again"
kill "$pusher"
wait "$pusher" 2>/dev/null || true # its status is that of our signal

# Not into itself; but a backup can be backed up.
berth_fails 2 backup "$work/live.data/inside" --data "$work/live.data"
berth backup "$work/second" --data "$work/backup"

# The disk is lost.
kill -KILL "$started"
mv "$work/live.data" "$work/lost"
berth restore "$work/backup" --data "$work/live.data"
serve_berth live
for pair in "team/many:v1 $many" "team/app:v1 $app"; do
    read -r name digest <<<"$pair"
    berth copy "$berth_address/$name" "oci:$work/pulled:${name//[\/:]/-}" --src-plain-http \
        --src-username admin --src-password "$password"
    same "$(layout_digest "$work/pulled" "${name//[\/:]/-}")" "$digest" "restored $name"
done
# Every tag of the busy repository leads to a whole artifact.
berth tags --plain-http -u admin -p "$password" "$berth_address/busy/note" -o name
mapfile -t tags <"$out"
[[ ${#tags[@]} -gt 0 ]] || fail "no busy tag was in the backup"
for tag in "${tags[@]}"; do
    tag=${tag##*:}
    berth pull --plain-http -u admin -p "$password" "$berth_address/busy/note:$tag" -d "$work/busy"
done
kill -TERM "$started"
wait "$started"

# Nothing is restored over a registry, nor by a berth that is too old for it.
berth_fails 8 restore "$work/backup" --data "$work/live.data"
stderr_has "holds a registry already"
"$python" - "$work/backup/registry.sqlite" <<'PYTHON'
import sqlite3, sys
with sqlite3.connect(sys.argv[1]) as connection:
    connection.execute("INSERT INTO schema_migrations VALUES (1000000)")
PYTHON
berth_fails 6 restore "$work/backup" --data "$work/other"
stderr_has "newer version of berth"
cp -a "$work/backup/registry.sqlite" "$work/live.data/registry.sqlite"
berth_fails 6 serve --listen 127.0.0.1:0 --data "$work/live.data"
stderr_has "newer version of berth"
