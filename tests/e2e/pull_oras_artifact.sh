#!/usr/bin/env bash
# Files and a folder that oras pushes, berth pulls.
source "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
source "$tests/registries.sh"
need oras

start_plain_registry plain
mkdir -p "$work/pushed/folder/deep" "$work/pushed/sub"
printf 'one\n' >"$work/pushed/one.txt"
printf 'two\n' >"$work/pushed/sub/two.txt"
printf 'three\n' >"$work/pushed/folder/deep/three.txt"
ln -s deep/three.txt "$work/pushed/folder/link"
oras_push() (cd "$work/pushed" && oras push --plain-http --no-tty "$registry/team/files:1" \
    one.txt:text/plain sub/two.txt folder)
run oras_push

berth pull "$registry/team/files:1" -d "$work/pulled" --plain-http -o json
same "$(json .kind)" artifact
diff -r "$work/pushed" "$work/pulled" || fail "what was pulled is not what was pushed"
[[ -L $work/pulled/folder/link ]] || fail "the link in the folder is none"

berth inspect "$registry/team/files:1" --plain-http -o json
same "$(json '[.layers[].title] | join(" ")')" "one.txt sub/two.txt folder" titles
