#!/usr/bin/env bash
# Foreign clients log in to `berth serve` with the printed password, push, list, pull and delete;
# digests stay equal.
source "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
source "$tests/serve.sh"
need skopeo crane oras helm
serve_berth plain
layout=$images/hello
tag=$(jq -r '[.manifests[].annotations["org.opencontainers.image.ref.name"] // empty][0]' \
    "$layout/index.json")
digest=$(layout_digest "$layout" "$tag")

# skopeo: Basic credentials, all platforms.
run skopeo copy --all --preserve-digests --dest-tls-verify=false --dest-creds "admin:$berth_password" \
    "oci:$layout:$tag" "docker://$berth_address/team/app:v1"
run skopeo inspect --tls-verify=false --creds "admin:$berth_password" --format '{{.Digest}}' \
    "docker://$berth_address/team/app:v1"
stdout_is "$digest"
run skopeo list-tags --tls-verify=false --creds "admin:$berth_password" \
    "docker://$berth_address/team/app"
stdout_has '"v1"'

# crane: its login, a copy between repositories (mounts), the catalog, a delete.
echo "$berth_password" | crane auth login "$berth_address" -u admin --password-stdin --insecure
run crane --insecure copy "$berth_address/team/app:v1" "$berth_address/team/copy:v1"
run crane --insecure digest "$berth_address/team/copy:v1"
stdout_is "$digest"
run crane --insecure catalog "$berth_address"
stdout_has team/copy
run crane --insecure delete "$berth_address/team/copy@$digest"
expect 1 crane --insecure digest "$berth_address/team/copy:v1"

# oras: push, attach, discover.
echo "$berth_password" |
    oras login --plain-http -u admin --password-stdin "$berth_address" >/dev/null
echo words >"$work/note.txt"
(cd "$work" && run oras push --plain-http "$berth_address/team/note:v1" note.txt:text/plain)
(cd "$work" && run oras attach --plain-http --artifact-type example/sbom \
    "$berth_address/team/note:v1" note.txt:text/plain)
run oras discover --plain-http --format json "$berth_address/team/note:v1"
stdout_has example/sbom

# helm: its login, push, pull.
echo "$berth_password" |
    helm registry login --plain-http -u admin --password-stdin "$berth_address" 2>/dev/null
(cd "$work" && run helm create web && run helm package web &&
    run helm push --plain-http web-0.1.0.tgz "oci://$berth_address/charts" && rm web-0.1.0.tgz &&
    run helm pull --plain-http --version 0.1.0 "oci://$berth_address/charts/web")
exists "$work/web-0.1.0.tgz"

# And berth itself, anonymously refused, then logged in.
echo '{}' >"$work/none.json"
berth_fails 4 tags --plain-http --authfile "$work/none.json" "$berth_address/team/app"
echo "$berth_password" | "$BERTH" login --plain-http -u admin --password-stdin "$berth_address" \
    >/dev/null
berth pull --plain-http --store "$work/store" "$berth_address/team/app:v1"
berth tags --plain-http "$berth_address/charts/web"
stdout_has 0.1.0
