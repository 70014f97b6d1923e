# The console in a real browser. Source it after lib.sh and serve.sh.
#
#   serve_console NAME FLAG…   berth where registries may be on this machine; BERTH_URL and
#                              BERTH_PASSWORD name it for the tests
#   at_registry                the registry that was started last becomes the tests' registry
#   start_registry_with_content   a registry with TLS and a password, with the chart pier and the
#                              image hello below charts/
#   manage METHOD PATH [JSON]  asks the management API as the admin; the answer is in $out
#   browse TEST…               runs tests/browser/TEST.mjs, one after the other in one browser

export BERTH_MODULES=$root/.cache/tools/node_modules
need node chromium-headless-shell curl
# Chromium without a desktop's half of it: the same engine, for half the work.
BERTH_CHROMIUM=$(command -v chromium-headless-shell)
export BERTH_CHROMIUM
[[ -d $BERTH_MODULES/playwright-core && -d $BERTH_MODULES/axe-core ]] ||
    skip "playwright-core and axe-core are not installed (tools/dependencies.txt lists them; ./dev installs them)"

serve_console() {
    local name=$1
    shift
    # Whether the machine is one of EC2's is no affair of the tests.
    AWS_EC2_METADATA_DISABLED=true serve_berth "$name" --set registrations.allow_loopback=true "$@"
    export BERTH_URL=http://$berth_address BERTH_PASSWORD=$berth_password
}

at_registry() {
    export BERTH_REGISTRY=$registry BERTH_REGISTRY_USER=$registry_user
    export BERTH_REGISTRY_PASSWORD=$registry_password BERTH_REGISTRY_CA=$work/ca.pem
}

start_registry_with_content() {
    start_basic_registry upstream
    at_registry
    run helm registry login "$registry" --ca-file "$work/ca.pem" --username "$registry_user" \
        --password "$registry_password"
    run helm create "$work/pier"
    run helm package "$work/pier" --version 1.2.3+build.4 --app-version 9 -d "$work"
    run helm push "$work/pier-1.2.3+build.4.tgz" "oci://$registry/charts" --ca-file "$work/ca.pem"
    put_image hello "$registry/charts/hello:v1" --to-ca-file "$work/ca.pem" \
        --to-username "$registry_user" --to-password "$registry_password"
}

manage() {
    local token
    token=$(jq -n --arg p "$BERTH_PASSWORD" '{emailId: "admin", password: $p}' |
        curl -sS --fail "$BERTH_URL/v1/auth/authenticate?setCookie=false" \
            -H 'Content-Type: application/json' -d @- | jq -er .Authorization)
    run curl -sS --fail -X "$1" "$BERTH_URL$2" -H "Authorization: $token" \
        -H 'Content-Type: application/json' ${3:+-d "$3"}
}

browse() {
    node "$tests/browser/run.mjs" "$@" >>"$work/browse.log" 2>&1 ||
        fail "in the browser: $(tail -n 1 "$work/browse.log")"
}
