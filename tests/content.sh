# Content to look at, in the registry of a `berth serve`. Source it after lib.sh and serve.sh.
#
#   push_sample_content          an image, an index, an artifact and a chart with a hostile README

need helm oras

push_sample_content() {
    local login=(--dest-plain-http --dest-username admin --dest-password "$berth_password")
    berth copy "oci:$images/platforms:v1" "$berth_address/team/platforms:v1" "${login[@]}"
    berth copy "oci:$images/hello:v1" "$berth_address/team/hello:v1" "${login[@]}"
    echo note >"$work/note.txt"
    (cd "$work" && run oras push --no-tty --plain-http -u admin -p "$berth_password" \
        "$berth_address/team/note:v1" note.txt:text/plain)
    push_hostile_chart
}

push_hostile_chart() {
    local version
    run helm registry login "$berth_address" --plain-http -u admin -p "$berth_password"
    run helm create "$work/pier"
    cat >"$work/pier/README.md" <<'README'
# pier

Serves ships. <script>globalThis.planted = true</script>

<img src="https://tracker.example/pixel.png" onerror="globalThis.planted = true">
<a href="javascript:globalThis.planted = true">raw</a> <svg onload="globalThis.planted = true"/>

![logo](https://tracker.example/logo.png) [home](https://pier.example/)
[bad](javascript:alert(1)) [worse](data:text/html,<script>alert(1)</script>)

## Values

| Name | Default | What for |
| --- | --- | --- |
| `replicaCount` | `1` | how many ships at once |

```sh
helm install pier oci://registry.example/charts/pier
```
README
    for version in 1.9.0 1.10.0+build.2 1.0.0-rc.1; do
        run helm package "$work/pier" --version "$version" --app-version 9 -d "$work"
        run helm push "$work/pier-$version.tgz" "oci://$berth_address/charts" --plain-http
    done
}
