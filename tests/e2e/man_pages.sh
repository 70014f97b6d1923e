#!/usr/bin/env bash
# Man pages come from the same table as the help: one per command, well-formed.
source "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"

berth docs man -d "$work/man"
for page in berth berth-pull berth-push berth-copy berth-unpack berth-inspect berth-tags \
    berth-repos berth-login berth-logout berth-auth-explain berth-store-check berth-completion \
    berth-version; do
    exists "$work/man/$page.1"
    grep -q '^\.TH' "$work/man/$page.1" || fail "$page has no title line"
    for section in NAME SYNOPSIS; do
        grep -q "^\.SH \"\?$section" "$work/man/$page.1" || fail "$page has no section $section"
    done
done
grep -q -- '\\-\\-platform' "$work/man/berth-unpack.1" || fail "the flags of unpack are missing"
if command -v groff >/dev/null; then
    for page in "$work"/man/*.1; do
        groff -man -Tutf8 -ww -z "$page" 2>"$err" || fail "groff refuses $page"
        [[ ! -s $err ]] || fail "groff warns about $page"
    done
fi
