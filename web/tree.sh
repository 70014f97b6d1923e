# Sourced by build and check: the console's sources in $cache/tree, with the packages that they need
# and the types of the API, which are made from src/api/openapi.json. Sets web, cache and key; holds
# the lock on the cache until the script ends. This folder is not written to.
web=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
openapi=$web/../src/api/openapi.json
types=src/api/schema.ts

open_cache() {
    mkdir -p "$1"
    cache=$(cd "$1" && pwd)
    exec 9>"$cache/lock"
    flock 9
    local tool
    for tool in node npm; do
        command -v "$tool" >/dev/null || {
            echo "web: $tool is needed to build the console (tools/dependencies.txt lists it;" \
                "./dev installs it)" >&2
            exit 1
        }
    done
    key=$({ cd "$web" && sources | sort -z | xargs -0 sha256sum && sha256sum <"$openapi"; } |
        sha256sum | cut -c1-32)
}

sources() {
    (cd "$web" && find . \( -name node_modules -o -name dist -o -path "./$types" \) -prune \
        -o -type f -print0)
}

fetch_packages() {
    local attempt
    for attempt in 1 2 3; do
        npm ci --ignore-scripts --no-audit --no-fund --loglevel=error </dev/null && return
        echo "web: attempt $attempt of 3 failed: npm ci" >&2
    done
    echo "web: is the npm registry reachable? ($(npm config get registry))" >&2
    exit 1
}

# Leaves the script in the tree.
make_tree() {
    local tree=$cache/tree lock
    mkdir -p "$tree"
    find "$tree" -mindepth 1 -maxdepth 1 ! -name node_modules -exec rm -rf {} +
    sources | tar -C "$web" --null -T - -cf - | tar -xf - -C "$tree"
    cd "$tree"
    lock=$(sha256sum package-lock.json | cut -c1-64)
    if [[ $(cat node_modules/.berth-lock 2>/dev/null) != "$lock" ]]; then
        fetch_packages
        echo "$lock" >node_modules/.berth-lock
    fi
    node types.mjs "$openapi" "$types"
}
