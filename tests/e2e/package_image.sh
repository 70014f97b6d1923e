#!/usr/bin/env bash
# The OCI image of Berth: made without a daemon, the same twice, pushed by Berth to Berth, unpacked
# by Berth, and started by runc, where it answers /healthz and keeps its data.
source "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
source "$tests/serve.sh"
need runc curl nsenter
need_root

export SOURCE_DATE_EPOCH=1700000000 SOURCE_REVISION=0123456789abcdef # whatever is committed meanwhile
run "$root/packaging/image/build_image" "$BERTH" "$work/image" v1
digest=$(cat "$out")
run "$root/packaging/image/build_image" "$BERTH" "$work/again" v1
stdout_is "$digest"

serve_berth registry
access=(--plain-http -u admin -p "$berth_password")
berth push "$berth_address/berth/berth:v1" "oci:$work/image:v1" "${access[@]}"
berth inspect "$berth_address/berth/berth:v1" -o json "${access[@]}"
same "$(json .digest)" "$digest" "digest in the registry"
berth unpack "$berth_address/berth/berth:v1" "$work/bundle" "${access[@]}" --store "$work/store"
same "$(stat -c '%u:%g %a' "$work/bundle/rootfs/data")" "65532:65532 700" "the volume"

# As it is, but for what a test has none of: a terminal, a cgroup of its own. The volume is a folder.
install -d -o 65532 -g 65532 -m 700 "$work/data"
jq --arg data "$work/data" '.process.terminal = false
    | .mounts |= map(if .destination == "/data"
        then {destination, type: "bind", source: $data, options: ["bind", "rw"]} else . end)
    | .mounts |= map(select(.type != "cgroup" and .type != "cgroup2"))
    | .linux.namespaces |= map(select(.type != "cgroup"))' "$work/bundle/config.json" \
    >"$work/config.new"
cp "$work/config.new" "$work/bundle/config.json"
same "$(jq -r '"\(.process.user.uid) \(.process.args | join(" "))"' "$work/config.new")" \
    "65532 /usr/bin/berth serve --listen :8080 --data /data" "what the image runs"
container=berth-$$-$RANDOM
start container runc --root "$work/runc" run --bundle "$work/bundle" "$container"
in_container() {
    nsenter --net --target "$(runc --root "$work/runc" state "$container" | jq -er .pid)" "$@"
}
stop_and_clean_up() {
    local status=$?
    trap - ERR
    set +e
    runc --root "$work/runc" delete --force "$container" >/dev/null 2>&1
    (exit "$status") # what cleanup() looks at
    cleanup
}
trap stop_and_clean_up EXIT
wait_until 60 "the container" in_container curl -fsS http://127.0.0.1:8080/healthz
wait_until 10 "the registry" in_container curl -fsS http://127.0.0.1:8080/readyz
exists "$work/data/registry.sqlite"

# SIGTERM ends it in good order.
run runc --root "$work/runc" kill "$container" TERM
wait "$started"
