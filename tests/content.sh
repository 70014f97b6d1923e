# Content to look at, in the registry of a `berth serve`. Source it after lib.sh and serve.sh.
#
#   push_sample_content          an image, an index, an artifact and a chart with a hostile README
#   push_many_tags REPOSITORY    5000 tags of one image, 1.0.0 to 1.99.49, and then 0.0.1

need helm oras curl

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

push_many_tags() {
    local manifest=$work/many.json digest tags minor patch
    local admin=(-u "admin:$berth_password")
    local kind=application/vnd.oci.image.manifest.v1+json
    berth copy "oci:$images/hello:v1" "$berth_address/$1:0.0.1" \
        --dest-plain-http --dest-username admin --dest-password "$berth_password"
    curl -sS --fail "${admin[@]}" -H "Accept: $kind" -o "$manifest" \
        "http://$berth_address/v2/$1/manifests/0.0.1"
    digest=$(file_digest "$manifest")
    for minor in $(seq 0 99); do
        tags=
        for patch in $(seq 0 49); do tags+="&tag=1.$minor.$patch"; done
        echo "url=\"http://$berth_address/v2/$1/manifests/$digest?${tags:1}\""
        echo "upload-file=\"$manifest\""
        echo 'output="/dev/null"'
        [[ $minor == 99 ]] || echo next
    done >"$work/many.curl"
    sed -i "s|^next\$|next\\nheader=\"Content-Type: $kind\"\\nuser=\"admin:$berth_password\"\\nfail|" \
        "$work/many.curl"
    run curl -sS --fail "${admin[@]}" -H "Content-Type: $kind" -K "$work/many.curl"
    # Ages are kept by the second: the oldest version is to be the youngest tag.
    sleep 1.1
    run curl -sS --fail "${admin[@]}" -H "Content-Type: $kind" --upload-file "$manifest" \
        "http://$berth_address/v2/$1/manifests/0.0.1"
}
