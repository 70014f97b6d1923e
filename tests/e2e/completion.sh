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
