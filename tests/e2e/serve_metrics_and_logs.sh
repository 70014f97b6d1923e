#!/usr/bin/env bash
# Health, metrics and logs of a registry in use: numbers add up, a request can be followed by its
# id, and no password or token is in any of it.
source "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
source "$tests/serve.sh"
need curl skopeo

serve_berth numbers --set "log.level=debug" --set "log.file=$work/berth.jsonl"
url=http://$berth_address
get() { curl -s -o "$out" -D "$work/head" -w '%{http_code}' "$@"; }
header() { grep -i "^$1:" "$work/head" | tr -d '\r' | cut -d' ' -f2-; }

# Health, without a login.
wait_until 10 "the registry" curl -fsS "$url/readyz"
for path in livez healthz readyz startupz; do same "$(get "$url/$path")" 200 "/$path"; done
same "$(get "$url/readyz?verbose")" 200
same "$(json '[.checks[] | select(.status == "ok").name] | join(" ")')" \
    "index data_directory disk_space"

# Traffic: a push, a pull, a wrong password, a login by token, nonsense.
layout=$images/hello
tag=$(jq -r '[.manifests[].annotations["org.opencontainers.image.ref.name"] // empty][0]' \
    "$layout/index.json")
run skopeo copy --all --dest-tls-verify=false --dest-creds "admin:$berth_password" \
    "oci:$layout:$tag" "docker://$berth_address/team/app:v1"
run skopeo copy --all --src-tls-verify=false --src-creds "admin:$berth_password" \
    "docker://$berth_address/team/app:v1" "oci:$work/copy:v1"
same "$(get -u admin:a-wrong-password "$url/v2/")" 401
same "$(get -u "admin:$berth_password" "$url/token?scope=repository:team/app:pull")" 200
token=$(json .token)
same "$(get -H "Authorization: Bearer $token" "$url/v2/team/app/manifests/v1?token=in-a-query")" 200
same "$(get -d "grant_type=password&username=admin&password=$berth_password" "$url/token")" 200
printf 'nonsense\r\n\r\n' | curl -s -m 2 "telnet://$berth_address" >/dev/null || true # how curl ends is of no interest: the log is

# A client's id comes back and is in the log; an unsafe one is replaced.
same "$(get -H 'X-Request-Id: build-7f' -u "admin:$berth_password" "$url/v2/")" 200
same "$(header X-Request-Id)" build-7f
line=$(grep -F '"request_id":"build-7f"' "$work/berth.jsonl")
same "$(jq -r '[.actor, .route, .method, .path, .status] | join(" ")' <<<"$line")" \
    "admin ping GET /v2/ 200"
same "$(get -H 'X-Request-Id: a b' "$url/livez")" 200
[[ $(header X-Request-Id) =~ ^[0-9a-f]{16}$ ]] || fail "no id of ours: $(header X-Request-Id)"

# Metrics: for administrators.
same "$(get "$url/metrics")" 401
same "$(get -u admin:a-wrong-password "$url/metrics")" 401
same "$(get -u "admin:$berth_password" "$url/metrics")" 200
same "$(header Content-Type)" "text/plain; version=0.0.4; charset=utf-8"
cp "$out" "$work/metrics"
metric() { awk -v name="$1" '$1 == name {print $2}' "$work/metrics"; }
[[ $(metric 'berth_http_requests_total{route="manifest",method="GET",code="200"}') -ge 1 ]]
[[ $(metric 'berth_http_requests_total{route="manifest",method="PUT",code="201"}') -ge 1 ]]
[[ $(metric 'berth_http_requests_total{route="malformed",method="",code="400"}') -ge 1 ]]
[[ $(metric berth_http_sent_bytes_total) -gt 1000 ]]
[[ $(metric berth_http_received_bytes_total) -gt 1000 ]]
same "$(metric berth_http_in_flight)" 1 "the scrape itself"
same "$(metric berth_ready)" 1
same "$(metric berth_login_failures_total)" 2
[[ $(metric process_open_fds) -gt 5 ]]
if command -v promtool >/dev/null; then run promtool check metrics <"$work/metrics"; fi
# Every line is a comment or a sample.
! grep -vqE '^(# (HELP|TYPE) [a-z_]+ .+|[a-z_]+(\{[a-z]+="[^"]*"(,[a-z]+="[^"]*")*\})? [0-9.e+-]+)$' \
    "$work/metrics" || fail "lines that Prometheus would not take"

# Addresses and methods that nobody knows make no new series.
before=$(grep -c . "$work/metrics")
for i in $(seq 50); do
    get -X "METHOD$i" "$url/v2/no/$i/where" >/dev/null
    get "$url/nowhere/$i" >/dev/null
done
get -u "admin:$berth_password" "$url/metrics" >/dev/null
[[ $(grep -c . "$out") -lt $((before + 60)) ]] || fail "the metrics grow with what clients invent"

# After a rotation lines go to the new file.
mv "$work/berth.jsonl" "$work/berth.jsonl.1"
kill -HUP "$started"
wait_until 10 "the new log" test -s "$work/berth.jsonl"

# Each line is JSON; nothing secret anywhere. The password was printed once, on standard output.
kill -TERM "$started"
wait "$started" || fail "berth serve ended with $?"
cat "$work/berth.jsonl.1" "$work/berth.jsonl" >"$work/all"
jq -es 'all(.[]; .ts and .level and .msg)' "$work/all" >/dev/null || fail "lines that are not JSON"
for event in serving stopping stopped reloaded; do
    grep -qF "\"msg\":\"$event\"" "$work/all" || fail "no line \"$event\""
done
basic=$(printf 'admin:%s' "$berth_password" | base64 -w0)
for secret in "$berth_password" "$token" a-wrong-password "$basic" in-a-query; do
    ! grep -rqF -- "$secret" "$work/all" "$work/metrics" "$work/numbers.log" ||
        fail "a secret is in the logs or metrics: ${secret:0:6}…"
done
