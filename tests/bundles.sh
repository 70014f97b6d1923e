# Judging bundles: beside umoci's, and by running them.

# equals_umoci IMAGE: the root file system that berth makes of an image of tests/images is the one
# that umoci makes (of the image's twin, where umoci does not read the image). Differences in
# which umoci is wrong are listed in tests/e2e/accepted/IMAGE.txt with the specification's words.
equals_umoci() {
    local image=$1 theirs=$1 accepted=$tests/e2e/accepted/$1.txt
    need umoci
    [[ ! -d $images/$image.twin ]] || theirs=$image.twin
    berth unpack "oci:$images/$image:v1" "$work/ours-$image"
    run umoci unpack --image "$images/$theirs:v1" "$work/theirs-$image"
    [[ -f $accepted ]] || accepted=
    "$python" "$tests/python/compare_rootfs.py" "$work/ours-$image/rootfs" \
        "$work/theirs-$image/rootfs" ${accepted:+"$accepted"} ||
        fail "the root file system of $image is not umoci's"
}

# same_tree A B: two root file systems are equal in everything.
same_tree() {
    "$python" "$tests/python/compare_rootfs.py" "$1" "$2" || fail "$1 and $2 differ"
}

# run_bundle BUNDLE: what the container prints, in $out. runc is given the bundle as it is but for
# the terminal, which a test has none of, and the cgroup mount, which needs a cgroup of one's own.
run_bundle() {
    local config=$1/config.json
    need runc
    need_root
    jq '.process.terminal = false
        | .mounts |= map(select(.type != "cgroup" and .type != "cgroup2"))
        | .linux.namespaces |= map(select(.type != "cgroup"))' "$config" >"$work/config.new"
    cp "$work/config.new" "$config"
    run runc --root "$work/runc" run --bundle "$1" "berth-$$-$RANDOM"
}
