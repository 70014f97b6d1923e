# What every end-to-end script starts from: a folder and a home of its own, processes that end
# with the test, and assertions that say what they expected. Source it first:
#
#   source "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
#
# BERTH names the binary (build/dev/berth otherwise). Nothing outside "$work" is written.

set -euo pipefail
exec </dev/null

tests=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(dirname "$tests")
export BERTH="${BERTH:-$root/build/dev/berth}"
images=$root/.cache/images
test_name=$(basename "$0" .sh)

# As on a bare machine: no configuration of whoever runs the tests may leak in.
for variable in $(compgen -e); do
    case $variable in
    BERTH_LONG | BERTH_KEEP | BERTH_SCREENSHOTS | BERTH | CI | PATH | TMPDIR | LANG | *SAN_OPTIONS) ;;
    AWS_* | BERTH_* | DOCKER_* | HELM_* | REGISTRY_* | XDG_* | GO* | SSL_* | *_proxy | *_PROXY)
        unset "$variable"
        ;;
    esac
done
export PATH="$root/.cache/tools/bin:$PATH:/usr/local/sbin:/usr/sbin:/sbin"
export LC_ALL=C.UTF-8
python=/usr/bin/python3
[[ -x $python ]] || python=python3
export PYTHONPATH="$tests/python" PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1

work=$(mktemp -d "${TMPDIR:-/var/tmp}/berth-$test_name.XXXXXX")
out=$work/stdout
err=$work/stderr
export HOME="$work/home" XDG_RUNTIME_DIR="$work/run" TMPDIR="$work/tmp"
mkdir -m 700 "$HOME" "$XDG_RUNTIME_DIR" "$TMPDIR"
umask 022

started_pids=()
cleanup() {
    local status=$?
    trap - EXIT ERR
    set +e
    local pid
    for pid in "${started_pids[@]}"; do kill -KILL "$pid" 2>/dev/null; done
    for pid in "${started_pids[@]}"; do wait "$pid" 2>/dev/null; done
    if [[ $status -ne 0 && $status -ne 77 ]]; then
        echo "FAILED: $test_name (status $status)" >&2
        show_logs
    fi
    if [[ -n ${BERTH_KEEP:-} ]]; then
        echo "kept: $work" >&2
    else
        chmod -R u+rwX "$work" 2>/dev/null
        rm -rf "$work"
    fi
    exit "$status"
}
trap cleanup EXIT
trap 'exit 143' TERM
trap 'exit 130' INT

show_logs() {
    local log
    for log in "$out" "$err" "$work"/*.log; do
        [[ -s $log ]] || continue
        echo "--- the end of $(basename "$log"):" >&2
        tail -n 10 "$log" | cut -c1-500 >&2
    done
}

# An error that `set -e` catches names its line.
set -E
trap 'echo "$test_name: line $LINENO: \"${BASH_COMMAND:0:300}\" failed" >&2' ERR

fail() {
    trap - ERR
    echo "$test_name: $*" >&2
    exit 1
}

# skip REASON: the test cannot run here. CI has everything, so there it is a failure.
skip() {
    trap - ERR
    if [[ -n ${CI:-} ]]; then
        fail "cannot run, and CI is set: $*"
    fi
    echo "SKIPPED: $test_name: $*" >&2
    exit 77
}

# need TOOL…: programs that this test cannot do without.
need() {
    local tool
    for tool in "$@"; do
        command -v "$tool" >/dev/null ||
            skip "$tool is not installed (tools/dependencies.txt lists it; ./dev installs it)"
    done
}

need_root() {
    [[ $(id -u) -eq 0 ]] || skip "needs root: owners and devices cannot be checked without"
}

# start LOG PROGRAM ARG…: in the background, until the test ends; $started is its process. Dies
# with this shell even if that is killed.
start() {
    local log=$work/$1.log
    shift
    setpriv --pdeathsig KILL "$@" >>"$log" 2>&1 &
    started=$!
    started_pids+=("$started")
}

# wait_until SECONDS WHAT COMMAND…: polls.
wait_until() {
    local limit=$((SECONDS + $1)) what=$2
    shift 2
    until "$@" >/dev/null 2>&1; do
        [[ $SECONDS -lt $limit ]] || fail "waited in vain for $what"
        sleep 0.05
    done
}

# berth ARG…: the binary under test. Output in $out and $err.
berth() { expect 0 "$BERTH" "$@"; }

# berth_fails STATUS ARG…: must end with exactly this status.
berth_fails() {
    local status=$1
    shift
    expect "$status" "$BERTH" "$@"
}

# expect STATUS PROGRAM ARG…
expect() {
    local wanted=$1 got=0
    shift
    "$@" >"$out" 2>"$err" || got=$?
    [[ $got -eq $wanted ]] ||
        fail "expected exit status $wanted, got $got from: $(printf '%q ' "$@")"
}

run() { expect 0 "$@"; }

stdout_has() { grep -qF -- "$1" "$out" || fail "standard output lacks: $1"; }
stderr_has() { grep -qiF -- "$1" "$err" || fail "standard error lacks: $1"; }
stdout_lacks() { ! grep -qF -- "$1" "$out" || fail "standard output must not hold: $1"; }
stdout_is() {
    [[ $(cat "$out") == "$1" ]] || fail "standard output is not: $1"
}
stdout_empty() { [[ ! -s $out ]] || fail "standard output should be empty"; }

# same A B WHAT
same() { [[ $1 == "$2" ]] || fail "${3:-values} differ: \"$1\" and \"$2\""; }
differ() { [[ $1 != "$2" ]] || fail "${3:-values} should differ: \"$1\""; }

# json FILTER: of the last standard output.
json() { jq -er "$1" "$out" || fail "standard output is not JSON with $1"; }

exists() { [[ -e $1 || -L $1 ]] || fail "missing: $1"; }
absent() { [[ ! -e $1 && ! -L $1 ]] || fail "should not exist: $1"; }

# layout_digest DIR TAG: the digest under a tag of an OCI layout.
layout_digest() {
    jq -er --arg tag "$2" '.manifests[]
        | select(.annotations["org.opencontainers.image.ref.name"] == $tag) | .digest' \
        "$1/index.json"
}

# file_digest FILE
file_digest() { echo "sha256:$(sha256sum "$1" | cut -d' ' -f1)"; }

need jq
[[ -x $BERTH ]] || fail "no berth binary at $BERTH; build it first or set BERTH"
[[ $(id -u) -ne 0 ]] || chmod 755 "$work"
