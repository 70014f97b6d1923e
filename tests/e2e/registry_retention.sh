#!/usr/bin/env bash
# Retention and immutable tags: the dry run beside the server says what goes and why, the run does
# just that, and what must stay stays.
source "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
source "$tests/serve.sh"
need crane curl

cat >"$work/berth.yaml" <<'YAML'
storage: {grace: 10m, retention_every: 24h}
policy:
  retention:
    - {repositories: "keep/**", keep_tags: ["**"]}
    - {repositories: "**", keep_newest: 2, keep_tags: [latest]}
  immutable:
    - {repositories: "team/**", tags: ["v1"]}
YAML
export BERTH_CONFIG="$work/berth.yaml"
data=$work/retention.data
serve_berth retention
echo "$berth_password" | crane auth login "$berth_address" -u admin --password-stdin --insecure \
    2>/dev/null

# push_image REPOSITORY TAG
push_image() {
    echo "$1 $2" >"$work/file"
    tar -C "$work" -cf "$work/layer.tar" file
    run crane --insecure append -f "$work/layer.tar" -t "$berth_address/$1:$2"
}
# Everything was pushed twenty minutes earlier than it was: before the grace time.
make_older() {
    "$python" - "$data/registry.sqlite" <<'PYTHON'
import sqlite3, sys
with sqlite3.connect(sys.argv[1], timeout=30) as index:
    index.execute("UPDATE manifests SET pushed_at = pushed_at - 1200")
    index.execute("UPDATE tags SET updated_at = updated_at - 1200")
PYTHON
}
for tag in v1 latest v2 v3 v4; do
    push_image team/app "$tag"
    push_image keep/app "$tag"
    sleep 1.1 # the time of a push is kept in seconds
done
push_image team/pinned v1
push_image other x
digest_v1=$(crane --insecure digest "$berth_address/team/pinned:v1")
digest_v2=$(crane --insecure digest "$berth_address/team/app:v2")

# Immutable: no other content, no deletion, neither by tag nor by digest.
expect 1 crane --insecure copy "$berth_address/other:x" "$berth_address/team/pinned:v1"
stderr_has "the tag v1 is immutable"
expect 1 crane --insecure delete "$berth_address/team/pinned@$digest_v1"
stderr_has "belongs to the immutable tag v1"
run crane --insecure tag "$berth_address/team/pinned:v1" v1

# The dry run works while the registry is served, and changes nothing. What is young stays.
berth retention run --dry-run --data "$data" -o json
same "$(jq -r '.[].kind' "$out")" tag
make_older
berth retention run --dry-run --data "$data" -o json
cp "$out" "$work/planned"
same "$(jq -r '.[] | select(.kind == "tag") | .repository + ":" + .tag' "$out")" "team/app:v2"
same "$(jq -r '.[] | select(.kind == "manifest") | .digest' "$out")" "$digest_v2"
jq -e 'all(.[]; .reason != "")' "$out" >/dev/null || fail "no reasons: $(cat "$out")"
run crane --insecure digest "$berth_address/team/app:v2"

# What writes needs the directory for itself and says so.
berth_fails 8 retention run --data "$data"
stderr_has "another process serves"
stderr_has "--dry-run"
kill -TERM "$started"
wait "$started"
berth retention run --data "$data" -o json
same "$(jq -c '[.[] | [.kind, .repository, .tag, .digest]] | sort' "$out")" \
    "$(jq -c '[.[] | [.kind, .repository, .tag, .digest]] | sort' "$work/planned")" "plan and run"
berth retention run --dry-run --data "$data"
stderr_has "0 would go"

# The server applies its rules by itself.
sed -i 's/retention_every: 24h/retention_every: 1m/; s/keep_newest: 2/keep_newest: 0/' \
    "$work/berth.yaml"
serve_berth retention
echo "$berth_password" | crane auth login "$berth_address" -u admin --password-stdin --insecure \
    2>/dev/null
only() { [[ $(crane --insecure ls "$1" | sort | xargs) == "$2" ]]; }
wait_until 20 "retention by the server" only "$berth_address/team/app" "latest v1"
same "$(crane --insecure digest "$berth_address/team/pinned:v1")" "$digest_v1"
same "$(crane --insecure ls "$berth_address/keep/app" | sort | xargs)" "latest v1 v2 v3 v4"
berth scrub --report-only --data "$data"
stderr_has "nothing was found"
