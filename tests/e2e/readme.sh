#!/usr/bin/env bash
# README's quick start works as written, line by line. Docker Hub is played by a registry of ours
# behind a proxy, since a test may not need the network: everything else is real.
source "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
source "$tests/registries.sh"
source "$tests/bundles.sh"
need_root

# The first sh block under the heading.
awk '/^## Quick start/ { under = 1 } under && /^```/ { if (inside) exit; inside = /^```sh/; next }
    inside' "$root/README.md" >"$work/quickstart"
[[ -s $work/quickstart ]] || fail "README.md has no sh block under \"## Quick start\""

# Docker Hub: the images that the block names.
make_authority
subject_names='subjectAltName=DNS:registry-1.docker.io'
printf '%s\n' "$subject_names" >"$work/server.ext"
openssl x509 -req -in "$work/server.csr" -CA "$work/ca.pem" -CAkey "$work/ca.key" \
    -CAcreateserial -days 2 -extfile "$work/server.ext" -out "$work/server.pem" 2>/dev/null
write_config hub <<YAML
http:
  addr: "127.0.0.1:PORT"
  tls: {certificate: $work/server.pem, key: $work/server.key}
YAML
serve hub docker-registry serve "$work/hub/config.yml"
run openssl x509 -in "$work/server.pem" -noout
start proxy "$python" "$tests/servers/connect_proxy.py" --port-file "$work/proxy.port" \
    --log "$work/proxy.requests" --to "$registry"
wait_until 60 "the proxy" test -s "$work/proxy.port"
https_proxy=http://127.0.0.1:$(cat "$work/proxy.port")
export https_proxy
for host in docker.io registry-1.docker.io; do
    mkdir -p "$HOME/.config/containers/certs.d/$host"
    cp "$work/ca.pem" "$HOME/.config/containers/certs.d/$host/ca.crt"
done
for image in $(grep -oE '\b(alpine|debian|busybox)(:[0-9.]+)?\b' "$work/quickstart" | sort -u); do
    berth copy "oci:$images/hello:v1" "$image"
done

# The checkout: its ./dev has built already, which is why this test can run.
mkdir -p "$work/checkout/build/dev"
cp "$root/dev" "$root/README.md" "$work/checkout/"
ln -s "$BERTH" "$work/checkout/build/dev/berth"
printf '#!/bin/sh\necho "already built: $*" >&2\n' >"$work/checkout/dev"
chmod 755 "$work/checkout/dev"
cd "$work/checkout"
unset -f berth # from here on the name means what README's reader gets
set -x
# shellcheck disable=SC1091
source "$work/quickstart"
set +x

# What the text below the block says of its result.
bundle=$(sed -n 's/^`\.\/\([a-z0-9-]*\)` is an OCI runtime bundle.*/\1/p' "$root/README.md")
[[ -n $bundle ]] || fail "README.md does not say which folder is the bundle"
run_bundle "$work/checkout/$bundle"
diff -u "$images/hello.prints" "$out" || fail "the bundle printed something else"
