#!/usr/bin/env bash
# Pictures of every screen of the console for people to look at, in both themes, wide and narrow, in
# $BERTH_SCREENSHOTS. There are registries that work and one that does not, and content of each kind.
# `./dev screenshots FOLDER` runs it. What can be judged without eyes, e2e.console_accessible judges.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
source "$tests/serve.sh"
source "$tests/registries.sh"
source "$tests/console.sh"
source "$tests/content.sh"

register() {
    manage POST /v1/registries/oci/basic "$1"
    manage POST "/v1/registries/oci/$(json .uid)/validate"
}

start_basic_registry upstream
at_registry
put_image hello "$registry/charts/hello:v1" --to-ca-file "$work/ca.pem" \
    --to-username "$registry_user" --to-password "$registry_password"
serve_console berth
push_sample_content
register "$(jq -n --arg e "https://$registry" --arg u "$registry_user" \
    --arg p "$registry_password" --rawfile ca "$work/ca.pem" '
    {metadata: {name: "harbour"}, spec: {endpoint: $e, isSyncSupported: true,
    baseContentPath: "charts", auth: {type: "basic", username: $u, password: $p,
    tls: {enabled: true, ca: $ca, insecureSkipVerify: false}}}}')"
register '{"metadata": {"name": "gone"},
    "spec": {"endpoint": "http://127.0.0.1:1", "auth": {"type": "noAuth"}}}'
for BERTH_THEME in light dark; do
    export BERTH_THEME
    browse screens
done
