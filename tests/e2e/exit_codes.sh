#!/usr/bin/env bash
# Each kind of failure has its own exit status, and says what to do.
source "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
source "$tests/registries.sh"
need_root

start_plain_registry plain
put_image hello "$registry/team/hello:v1"

berth version
berth
stdout_has unpack
berth_fails 2 frobnicate
berth_fails 2 pul x
stderr_has "did you mean"
berth_fails 2 pull
berth_fails 2 pull --no-such-flag x
berth_fails 2 pull "$registry/Team/UPPER:v1"
berth_fails 2 pull "x:y:z:w@sha256:12"
berth_fails 2 inspect "$registry/team/hello:v1" -o nonsense
berth_fails 3 pull "$registry/team/hello:missing" --plain-http
stderr_has missing
berth_fails 3 tags "$registry/team/nothing" --plain-http
berth_fails 3 inspect "oci:$work/nowhere:v1"
berth_fails 3 push "$registry/team/x:1" "$work/no-such-file" --plain-http
berth_fails 5 inspect "127.0.0.1:1/x:v1" --plain-http
berth_fails 5 inspect "no-such-host.invalid/x:v1"
berth_fails 5 inspect "$registry/team/hello:v1"
stderr_has plain-http
mkdir "$work/full"
touch "$work/full/file"
berth_fails 8 unpack "$registry/team/hello:v1" "$work/full" --plain-http
stdout_empty
