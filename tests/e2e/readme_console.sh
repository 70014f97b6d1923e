#!/usr/bin/env bash
# README's way to a first registry in the browser works as written: what its table says is typed.
# Docker Hub is played by a registry at its name and port, trusted by a /etc of this script's own.
source "$(dirname "${BASH_SOURCE[0]}")/../own_network.sh"
source "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
need_own_network
source "$tests/serve.sh"
source "$tests/registries.sh"
source "$tests/console.sh"
need_root

field() { sed -n "s/^| $1 | \`\{0,1\}\([^\`|]*[^\`| ]\)\`\{0,1\} |\$/\1/p" "$root/README.md"; }
export README_NAME README_ENDPOINT README_AUTHENTICATION README_PATHS
README_NAME=$(field Name)
README_ENDPOINT=$(field Endpoint)
README_AUTHENTICATION=$(field Authentication)
README_PATHS=$(field 'Base content paths')
[[ -n $README_NAME && -n $README_AUTHENTICATION && -n $README_PATHS ]] ||
    fail "README.md has no table of what to type under \"Your first registry\""
host=${README_ENDPOINT#https://}

make_authority
printf 'subjectAltName=DNS:%s\n' "$host" >"$work/server.ext"
run openssl x509 -req -in "$work/server.csr" -CA "$work/ca.pem" -CAkey "$work/ca.key" \
    -CAcreateserial -days 90 -extfile "$work/server.ext" -out "$work/server.pem"
own_etc
echo "192.0.2.1 $host" >>/etc/hosts
cat "$work/ca.pem" >>/etc/ssl/certs/ca-certificates.crt
write_config hub <<YAML
http:
  addr: "192.0.2.1:443"
  tls: {certificate: $work/server.pem, key: $work/server.key}
YAML
start hub docker-registry serve "$work/hub/config.in"
wait_until 60 "Docker Hub, played" answers "https://$host/v2/" 200
run "$BERTH" copy "oci:$images/hello:v1" "$host/$README_PATHS:3.20"

serve_berth berth
export BERTH_URL=http://$berth_address BERTH_PASSWORD=$berth_password
browse readme
