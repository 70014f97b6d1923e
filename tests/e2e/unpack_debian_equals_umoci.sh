#!/usr/bin/env bash
# Debian in three layers becomes the root file system that umoci makes of it.
source "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
source "$tests/bundles.sh"
need_root

equals_umoci debian
