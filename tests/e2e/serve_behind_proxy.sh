#!/usr/bin/env bash
# Behind a proxy that is trusted, callers are told apart by what it says of them: in the audit, and
# where wrong passwords are counted. What anybody else says counts for nothing.
source "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
source "$tests/serve.sh"
need curl

guess() { # guess FOR: a wrong password, sent for the client FOR
    curl -s -o /dev/null -w '%{http_code}' -u admin:wrong -H "X-Forwarded-For: $1" "http://$berth_address/v2/"
}
peer() { tail -n 1 "$work/$1.jsonl" | jq -r .peer; }
limit=(--set rates.failed_logins_per_minute=2)

serve_berth trusted "${limit[@]}" --set 'http.trusted_proxies=["127.0.0.0/8"]' \
    --set "log.audit_file=$work/trusted.jsonl"
same "$(guess 203.0.113.1)" 401
same "$(peer trusted)" 203.0.113.1
same "$(guess '198.51.100.9, 203.0.113.1')" 401 # the first part is the client's own word
same "$(peer trusted)" 203.0.113.1
same "$(guess 203.0.113.1)" 429
same "$(guess 203.0.113.2)" 401
realm() { curl -s -D - -o /dev/null -H "X-Forwarded-Proto: $1" "http://$berth_address/v2/" | grep -io 'realm="[a-z]*'; }
same "$(realm https)" 'realm="https'
same "$(realm http)" 'realm="http'

serve_berth alone "${limit[@]}" --set "log.audit_file=$work/alone.jsonl"
same "$(guess 203.0.113.1)" 401
same "$(peer alone)" 127.0.0.1
same "$(guess 203.0.113.2)" 401
same "$(guess 203.0.113.3)" 429

status=0
"$BERTH" serve --set 'http.trusted_proxies=["proxy.example"]' >"$out" 2>&1 || status=$?
same "$status" 2
grep -q 'http.trusted_proxies' "$out" || fail "the message does not name the key: $(cat "$out")"
