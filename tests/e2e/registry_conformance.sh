#!/usr/bin/env bash
# The official conformance suite of the distribution specification (its main branch, pinned in
# tools/dependencies.txt) against `berth serve`: stable and dev profile, plain and TLS, logged in.
source "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
source "$tests/serve.sh"
need conformance openssl

# conform PROFILE TLS
conform() {
    local results=$work/$1-$2
    mkdir "$results"
    OCI_REGISTRY=$berth_address OCI_TLS=$2 OCI_VERSION=$1 OCI_RESULTS_DIR=$results \
        OCI_REPO1=conformance/one OCI_REPO2=conformance/two \
        OCI_USERNAME=admin OCI_PASSWORD=$berth_password run conformance
    local name
    for name in FAIL Skip; do
        local count
        count=$(sed -nE "s/^ *$name\.+: +([0-9]+)\$/\1/Ip" "$out" | head -n 1)
        same "${count:-none}" 0 "checks that the suite counts as $name ($1, TLS $2)"
    done
}

serve_berth plain
conform 1.1 disabled
conform dev disabled

make_certificate
serve_berth tls --cert-file "$work/server.pem" --key-file "$work/server.key"
export SSL_CERT_FILE=$work/server.pem
conform 1.1 enabled
conform dev enabled
