# Runs an end-to-end script in network, mount and process namespaces of its own. Source it before
# lib.sh. $own is a folder in memory that the script alone sees. Loopback is there with the further address 192.0.2.1, which no client takes for the
# machine itself: only there does docker insist on a certificate that it trusts. What the script
# mounts or starts, daemons among it, ends with it and touches nothing else.
if [[ ${own_network:-} != yes ]] &&
    unshare --net --mount --pid --fork --kill-child --mount-proc true 2>/dev/null; then
    exec env own_network=yes unshare --net --mount --propagation private --pid --fork --kill-child \
        --mount-proc bash "$0" "$@"
fi
if [[ ${own_network:-} == yes ]]; then
    PATH=$PATH:/usr/sbin:/sbin ip link set lo up
    PATH=$PATH:/usr/sbin:/sbin ip address add 192.0.2.1/32 dev lo
    # For what is mounted or cannot be removed while it runs: gone with the namespace.
    mount -t tmpfs -o size=2g tmpfs /mnt
    own=/mnt
fi

# need_own_network: skips where the kernel gives no namespaces.
need_own_network() {
    [[ ${own_network:-} == yes ]] || skip "the kernel gives this user no namespaces of its own"
}

# own_etc: what is written to /etc from here on is seen by this script alone.
own_etc() {
    mkdir -p "$own/etc" "$own/etc-work"
    mount -t overlay -o "lowerdir=/etc,upperdir=$own/etc,workdir=$own/etc-work" overlay /etc
}
