#!/usr/bin/env bash
# A registry that wants a client certificate gets the one that is named, or that certs.d holds.
source "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
source "$tests/registries.sh"

make_authority
openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=robot" \
    -keyout "$work/client.key" -out "$work/client.csr" 2>/dev/null
openssl x509 -req -in "$work/client.csr" -CA "$work/ca.pem" -CAkey "$work/ca.key" \
    -CAcreateserial -days 2 -out "$work/client.pem" 2>/dev/null
write_config mutual <<YAML
http:
  addr: "127.0.0.1:PORT"
  tls:
    certificate: $work/server.pem
    key: $work/server.key
    clientcas: [$work/ca.pem]
YAML
serve mutual docker-registry serve "$work/mutual/config.yml"
keys=(--cert-file "$work/client.pem" --key-file "$work/client.key")

berth_fails 5 push "$registry/team/hello:v1" "oci:$images/hello:v1" --ca-file "$work/ca.pem"
berth push "$registry/team/hello:v1" "oci:$images/hello:v1" --ca-file "$work/ca.pem" "${keys[@]}"

folder=$HOME/.config/containers/certs.d/$registry
mkdir -p "$folder"
cp "$work/ca.pem" "$folder/ca.crt"
cp "$work/client.pem" "$folder/client.cert"
cp "$work/client.key" "$folder/client.key"
berth inspect "$registry/team/hello:v1"
