#!/usr/bin/env bash
# The completion scripts load, and bash completes commands and flags.
source "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"

for shell in bash zsh fish powershell; do
    berth completion "$shell"
    [[ $(wc -l <"$out") -gt 10 ]] || fail "the script for $shell is empty"
    cp "$out" "$work/completion.$shell"
done
berth_fails 2 completion tcsh

complete_in_bash() { # WORD…: what bash offers for the last one
    bash -c 'source "$1"; shift
        handler=$(complete -p berth | sed "s/.* -F \([^ ]*\).*/\1/")
        COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMP_LINE="$*" COMP_POINT=${#COMP_LINE}
        "$handler" berth "${@: -1}" "${@: -2:1}"
        printf "%s\n" "${COMPREPLY[@]}"' complete "$work/completion.bash" "$@" | sed 's/ *$//'
}
complete_in_bash berth unp >"$out"
stdout_is unpack
complete_in_bash berth unpack --plat >"$out"
stdout_has --platform
complete_in_bash berth "" >"$out"
stdout_has pull
stdout_has store
for shell in zsh fish; do
    if command -v "$shell" >/dev/null; then run "$shell" -n "$work/completion.$shell"; fi
done

# References: what the login files, the store and the registry know.
source "$tests/registries.sh"
start_plain_registry plain
for tag in v1 v2 w1; do put_image hello "$registry/team/app:$tag"; done
put_image hello "$registry/team/other:v1"
mkdir -p "$HOME/.docker"
echo '{"auths": {"ghcr.io": {}, "registry.example:5000": {}}}' >"$HOME/.docker/config.json"
berth complete -- gh
stdout_is ghcr.io
berth complete --plain-http -- "$registry/team/app:v"
stdout_is "$registry/team/app:v1"$'\n'"$registry/team/app:v2"
berth complete --plain-http -- "$registry/te"
stdout_is "$registry/team/app"$'\n'"$registry/team/other"
berth complete -- 127.0.0.1:1/nobody/listens:
stdout_empty
berth help
! grep -q "^  complete " "$out" || fail "help shows the command of the completion scripts"

# bash splits words at colons: the candidates are what comes after the last one.
mkdir "$work/bin"
printf '#!/bin/sh\nexec "%s" complete --plain-http "$2" "$3"\n' "$BERTH" >"$work/bin/berth"
chmod 755 "$work/bin/berth"
PATH=$work/bin:$PATH complete_in_bash berth tags "${registry%:*}" : "${registry#*:}/team/app" : v >"$out"
stdout_is $'v1\nv2'
