#!/usr/bin/env bash
# A flipped bit in a served registry: the report beside the server finds it, the scrub sets it
# aside, clients are told and a push of the same image mends it. Bytes left by a crash are removed.
source "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
source "$tests/serve.sh"
need crane

data=$work/scrub.data
serve_berth scrub
login() {
    echo "$berth_password" | crane auth login "$berth_address" -u admin --password-stdin \
        --insecure 2>/dev/null
}
login
head -c 3000000 /dev/urandom >"$work/file"
tar -C "$work" -cf "$work/layer.tar" file
run crane --insecure append -f "$work/layer.tar" -t "$berth_address/team/app:v1"
run crane --insecure append -f "$work/layer.tar" -t "$berth_address/team/app:v2"
layer=$(crane --insecure manifest "$berth_address/team/app:v1" | jq -r '.layers[0].digest')
file=$data/blobs/sha256/${layer:7:2}/${layer:7}
exists "$file"
berth scrub --report-only --data "$data"
stderr_has "nothing was found"

chmod u+w "$file"
printf X | dd of="$file" bs=1 seek=1234 conv=notrunc status=none
chmod a-w "$file"
berth_fails 6 scrub --report-only --data "$data" -o json
same "$(json '.[0].finding + " " + .[0].subject')" "damaged_blob $layer"
exists "$file"

berth_fails 8 scrub --data "$data"
stderr_has "--report-only"
kill -TERM "$started"
wait "$started"
mkdir -p "$data/blobs/sha256/ff"
stray=$data/blobs/sha256/ff/ff$(printf '0%.0s' {1..62})
echo "left by a crash" >"$stray"
echo "half" >"$data/uploads/left"
berth_fails 6 scrub --data "$data" -o json
same "$(json 'map(.finding) | sort | join(" ")')" "damaged_blob stray_file"
absent "$file"
absent "$stray"
absent "$data/uploads/left"
exists "$data/damaged/sha256-${layer:7}"

serve_berth scrub
login
expect 1 crane --insecure pull "$berth_address/team/app:v1" "$work/pulled.tar"
stderr_has "MANIFEST_UNKNOWN"
# Clients ask for the manifest first, and send nothing if it is there.
run crane --insecure append -f "$work/layer.tar" -t "$berth_address/team/app:v1"
exists "$file"
run crane --insecure pull "$berth_address/team/app:v2" "$work/pulled.tar"
berth scrub --report-only --data "$data" --rate 1000
stderr_has "nothing was found"
exists "$data/damaged/sha256-${layer:7}"
