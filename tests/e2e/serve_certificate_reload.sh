#!/usr/bin/env bash
# A renewed certificate is taken up without a restart and without breaking a connection; a pair that
# does not fit is logged and the old one stays.
source "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
source "$tests/serve.sh"
need curl openssl

make_certificate
cp "$work/server.pem" "$work/first.pem"
serve_berth tls --cert-file "$work/server.pem" --key-file "$work/server.key"
url=https://$berth_address
reaches() { curl -sf -o /dev/null --cacert "$1" "$url/livez"; }
reaches "$work/first.pem" || fail "the first certificate is not served"

# A download that goes on while everything changes.
head -c 20000000 /dev/urandom >"$work/blob"
digest=$(file_digest "$work/blob")
run curl -sf -o /dev/null --cacert "$work/first.pem" -u "admin:$berth_password" \
    -H 'Content-Type: application/octet-stream' --data-binary @"$work/blob" \
    "$url/v2/team/app/blobs/uploads/?digest=$digest"
curl -sf --cacert "$work/first.pem" -u "admin:$berth_password" --limit-rate 5M \
    -o "$work/got" "$url/v2/team/app/blobs/$digest" &
download=$!

# Only the certificate has come: it does not fit the key.
cp "$work/server.key" "$work/first.key"
make_certificate
cp "$work/server.key" "$work/second.key"
cp "$work/first.key" "$work/server.key"
kill -HUP "$started"
wait_until 10 "the refusal" grep -q 'new TLS certificate not taken' "$work/tls.log"
reaches "$work/first.pem" || fail "the old certificate is gone"

# The key follows.
cp "$work/second.key" "$work/server.key"
kill -HUP "$started"
wait_until 10 "the new certificate" reaches "$work/server.pem"
! reaches "$work/first.pem" || fail "the old certificate is still served"
wait "$download" || fail "the download broke"
same "$(file_digest "$work/got")" "$digest"

# The certificate ends in two days: said in the log and in the metrics.
grep -q 'TLS certificate ends soon' "$work/tls.log" || fail "no warning of the certificate's end"
run curl -sf --cacert "$work/server.pem" -u "admin:$berth_password" "$url/metrics"
ends=$(date -d "$(openssl x509 -in "$work/server.pem" -noout -enddate | cut -d= -f2)" +%s)
seen=$(grep '^berth_tls_certificate_expiry_timestamp_seconds ' "$out" | cut -d' ' -f2)
same "$(printf '%.0f' "$seen")" "$ends" "the certificate's end"
stdout_has 'berth_tls_reloads_total{outcome="failure"} 1'

# By itself, within half a minute, in the long form.
if [[ -n ${BERTH_LONG:-} ]]; then
    cp "$work/server.pem" "$work/second.pem"
    make_certificate
    wait_until 40 "the third certificate" reaches "$work/server.pem"
    ! reaches "$work/second.pem" || fail "the second certificate is still served"
fi
