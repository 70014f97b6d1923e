#!/usr/bin/env bash
# Files that berth pushes as an artifact, oras pulls.
source "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
source "$tests/registries.sh"
need oras

start_plain_registry plain
printf 'some notes\n' >"$work/notes.md"
head -c 300000 /dev/urandom >"$work/data.bin"
berth push "$registry/team/docs:1" "$work/notes.md:text/markdown" "$work/data.bin" --plain-http \
    --artifact-type application/x.berth-test -a org.example.key=value -o json
digest=$(json .digest)

mkdir "$work/pulled"
run oras pull --plain-http --no-tty -o "$work/pulled" "$registry/team/docs:1"
cmp "$work/notes.md" "$work/pulled/notes.md"
cmp "$work/data.bin" "$work/pulled/data.bin"

run oras manifest fetch --plain-http "$registry/team/docs:1"
same "$(file_digest "$out")" "$digest" digest
same "$(json .artifactType)" application/x.berth-test
same "$(json '.annotations["org.example.key"]')" value
same "$(json '.layers[0].mediaType')" text/markdown
