#!/usr/bin/env bash
# The console's work from a command line: log in at a server, register a registry behind TLS and a
# password, see why a wrong one does not work, look into it, change it, and give a script a key.
source "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
source "$tests/serve.sh"
source "$tests/registries.sh"
need helm

start_basic_registry upstream
secret_login=(--ca-file "$work/ca.pem" --username "$registry_user" --password "$registry_password")
run helm registry login "$registry" "${secret_login[@]}"
run helm create "$work/pier"
echo '# Pier, with a *readme*' >"$work/pier/README.md"
for version in 0.9.0 0.10.0 1.0.0-rc.1; do
    run helm package "$work/pier" --version "$version" -d "$work"
    run helm push "$work/pier-$version.tgz" "oci://$registry/charts" --ca-file "$work/ca.pem"
done

serve_berth berth --set registrations.allow_loopback=true
server=http://$berth_address
servers=$HOME/.config/berth/servers.json
typing() { local text=$1; shift; printf '%s\n' "$text" | "$BERTH" "$@"; }

# Nobody is logged in; a wrong password is none; a right one is kept for the owner alone.
berth_fails 2 registry ls
stderr_has "berth login --api"
berth_fails 4 registry ls --server "$server"
expect 4 typing wrong login --api "$server" -u admin --password-stdin
absent "$servers"
berth_fails 2 login --api "$server" -u admin --password "$berth_password"
expect 2 "$BERTH" login --api "$registry/path" -u admin
expect 5 typing key login --api http://127.0.0.1:1 --api-key-stdin
berth_fails 2 login --api "$server" --api-key-stdin
stderr_has "standard input is empty"
expect 0 typing "$berth_password" login --api "$server" -u admin --password-stdin -o json
same "$(json .user)" admin
same "$(stat -c %a "$servers")" 600 "mode of $servers"
! grep -qF -- "$berth_password" "$servers" || fail "the password is kept"
berth registry ls -o name
stdout_empty

# Tried alone, then with the wrong password, then right; each mistake names its flag.
form=(--content-path charts --sync --ca-file "$work/ca.pem" -u "$registry_user" --password-stdin)
expect 0 typing "$registry_password" registry add --dry-run harbour "https://$registry" "${form[@]}"
for step in resolve connect tls challenge credential ping listing manifest; do stdout_has "$step"; done
expect 4 typing wrong registry add harbour "https://$registry" "${form[@]}"
stdout_empty
stderr_has "nothing was registered: the step ping failed with credential_rejected"
stderr_has "no-validate"
expect 4 typing wrong registry add harbour "https://$registry" "${form[@]}" --dry-run -o json
same "$(json '.steps[] | select(.result == "failed") | .name')" ping
expect 5 typing "$registry_password" registry add harbour "https://$registry" -u "$registry_user" --password-stdin
stderr_has certificate_unknown_authority
stderr_has "as the CA: --ca-file FILE"
berth_fails 2 registry add harbour "https://$registry" --sync
stderr_has "error: --content-path: is needed"
berth_fails 2 registry add " " "https://$registry"
stderr_has "error: NAME: "
berth_fails 2 registry add harbour "https://$registry" --region eu-west-1
berth_fails 2 registry add harbour "https://$registry" -u "$registry_user" </dev/null
stderr_has "--password-stdin is missing"
expect 0 typing "$registry_password" registry add harbour "https://$registry" "${form[@]}" -o json
same "$(json '[.name, .type, .validation.result] | join(" ")')" "harbour basic warning"
uid=$(json .uid)
stderr_has "manifest    ok"
expect 8 typing "$registry_password" registry add HARBOUR "https://$registry" "${form[@]}" --no-validate
stderr_has "error: NAME: "

# Validated, listed, shown without its password.
berth registry validate harbour
stdout_has "fix:"
berth registry validate --last "$uid" -o name
stdout_is warning
berth registry ls
stdout_has "https://$registry"
berth registry show Harbour -o json
same "$(json '[.metadata.uid, .spec.auth.username, .spec.auth.password] | join(" ")')" "$uid $registry_user ****"
berth_fails 3 registry show nothing
stderr_has "berth registry ls"

# Synchronized, and looked into.
berth registry sync --wait harbour -o json
same "$(json '[.status, .message] | join(": ")')" "Success: 1 repository, 3 tags"
berth chart search pie -o json
same "$(json '[.[] | .registry, .repository, .version] | join(" ")')" "harbour charts/pier 0.10.0"
berth chart search --registry harbour nothing-like-it -o name
stdout_empty
berth chart versions harbour charts/pier -o name
stdout_is $'1.0.0-rc.1\n0.10.0\n0.9.0'
berth chart versions harbour charts/pier --limit 1 -o name
stdout_is 1.0.0-rc.1
stderr_has "raise --limit"
berth chart show harbour charts/pier
stdout_has "0.10.0"
stdout_has "helm pull oci://$registry/charts/pier --version 0.10.0"
berth chart show --values harbour charts/pier:0.9.0
run diff "$work/pier/values.yaml" <("$BERTH" chart show --values harbour charts/pier:0.9.0)
berth chart show --readme harbour charts/pier
stdout_is '# Pier, with a *readme*'
berth_fails 3 chart show harbour charts/pier:9.9.9

# The registry in the server is looked into as "embedded".
run helm registry login "$berth_address" --plain-http --username admin --password "$berth_password"
run helm push "$work/pier-0.9.0.tgz" "oci://$berth_address/own" --plain-http
berth chart search -o template='{{.registry}}/{{.repository}}'
stdout_is $'harbour/charts/pier\nembedded/own/pier'
berth chart show embedded own/pier -o name
stdout_is pier

# Changed: what no flag names stays, also the password; another host wants it again.
berth_fails 2 registry edit harbour --sync=false
stderr_has "error: --sync: "
berth registry edit harbour --name Quay --provider zarf
berth registry show quay -o json
same "$(json '[.metadata.name, .spec.providerType, .spec.baseContentPath] | join(" ")')" "Quay zarf charts"
berth registry validate quay -o name
stdout_is warning
berth_fails 2 registry edit quay
berth_fails 2 registry edit quay --endpoint https://127.0.0.2:1
stderr_has "error: --password-stdin: "
expect 4 typing wrong registry edit quay --password-stdin
stderr_has "nothing was changed"
expect 0 typing "$registry_password" registry edit quay --password-stdin -o json
same "$(json .validation.result)" warning
expect 0 typing "$registry_password" registry add plain "https://$registry" "${form[@]}" --sync=false
berth_fails 2 registry sync plain
stderr_has "without synchronization"
berth registry rm plain

# A key: shown once, for a script without a file of logins, and no more than its scope.
berth key create reader --days 2 -o name
key=$(cat "$out")
[[ $key == berth_* ]] || fail "the key is \"$key\""
berth key ls -o json
same "$(json '.[] | [.name, .user, .scope, .active] | join(" ")')" "reader admin see true"
stdout_lacks "$key"
berth_fails 2 key create again --days 0
bare() { env -i PATH="$PATH" HOME="$work/nobody" BERTH_API_KEY="$key" BERTH_SERVER="$server" "$BERTH" "$@"; }
expect 0 bare registry ls -o name
stdout_is Quay
expect 4 bare registry rm Quay
expect 2 env -i HOME="$work/nobody" BERTH_API_KEY="$key" "$BERTH" registry ls
expect 0 env HOME="$work/nobody" bash -c "printf %s '$key' | '$BERTH' login --api '$server' --api-key-stdin"
expect 0 env HOME="$work/nobody" "$BERTH" registry ls -o name
berth key rm reader
expect 4 bare registry ls
stderr_has "log in again"

berth registry rm Quay
berth_fails 3 registry rm Quay
berth registry rm Quay --ignore-not-found

# Logged out at the server too: what the file held opens nothing any more.
cp "$servers" "$work/old.json"
berth logout --api "$server"
! grep -q session "$servers" || fail "the login is still in $servers"
cp "$work/old.json" "$servers"
chmod 600 "$servers"
berth_fails 4 registry ls
chmod 644 "$servers"
berth_fails 2 registry ls
stderr_has "chmod 600"

# Over TLS, and only to a server that can be believed.
make_certificate
serve_berth secure --cert-file "$work/server.pem" --key-file "$work/server.key"
expect 5 typing "$berth_password" login --api "https://$berth_address" -u admin --password-stdin
rm -f "$servers"
expect 0 typing "$berth_password" login --api "$berth_address" -u admin --password-stdin --ca-file "$work/server.pem"
(cd / && berth registry ls)
expect 0 "$BERTH" registry ls --trace-http
stderr_has "GET https://$berth_address/v1/registries/oci/summary"
! grep -qF "$(jq -r '.servers[0].session' "$servers")" "$err" || fail "the trace shows the session"
