#!/usr/bin/env bash
# The Debian package: lintian finds nothing, its unit is sound, and on a copy of this machine it is
# installed, serves as the user berth, is upgraded, removed and purged without losing data.
source "$(dirname "${BASH_SOURCE[0]}")/../own_network.sh"
source "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
need cpack dpkg-shlibdeps lintian curl systemd-analyze helm
need_root
need_own_network

build=$(dirname "$BERTH")
run "$root/packaging/make_packages" "$build" "$work/packed"
deb=$(echo "$work"/packed/*.deb)
exists "$deb"
exists "$work/packed/image/index.json"
run helm show chart "$work/packed"/berth-*.tgz
stdout_has "name: berth"
run lintian --allow-root --fail-on error,warning "$deb"
stdout_empty
dpkg-deb --fsys-tarfile "$deb" | tar -tf - | sed 's/^\.//' >"$work/files"
for file in /usr/bin/berth /etc/berth/berth.yaml /lib/systemd/system/berth.service \
    /usr/share/man/man1/berth.1.gz /usr/share/man/man1/berth-serve.1.gz \
    /usr/share/bash-completion/completions/berth /usr/share/zsh/vendor-completions/_berth \
    /usr/share/fish/vendor_completions.d/berth.fish /usr/lib/sysusers.d/berth.conf \
    /usr/share/doc/berth/copyright /usr/share/doc/berth/changelog.gz; do
    grep -qxF "$file" "$work/files" || fail "the package lacks $file"
done
dpkg-deb --field "$deb" Depends >"$work/depends"
for library in libcurl4 libssl3 libsqlite3-0 libsodium23 libisal2 libc6; do
    grep -qE "\b$library\b" "$work/depends" || fail "the package does not depend on $library"
done

# The unit, as systemd itself judges it. The score counts from 0, safe, to 10.
dpkg-deb -x "$deb" "$work/unpacked"
sed "s|/usr/bin/berth|$work/unpacked/usr/bin/berth|" \
    "$work/unpacked/lib/systemd/system/berth.service" >"$work/berth.service"
run systemd-analyze verify --man=no "$work/berth.service"
[[ ! -s $err ]] || fail "systemd warns about the unit"
run systemd-analyze security --offline=true --threshold=15 "$work/berth.service"

# A copy of this machine that is thrown away.
machine=$own/machine
mkdir "$machine" "$own/upper" "$own/work"
mount -t overlay -o "lowerdir=/,upperdir=$own/upper,workdir=$own/work" overlay "$machine"
for folder in proc dev; do mount --rbind "/$folder" "$machine/$folder"; done
cp "$deb" "$machine/berth.deb"
in_machine() { chroot "$machine" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin "$@"; }
state() { in_machine dpkg-query -W -f '${db:Status-Status}' berth 2>/dev/null || echo none; }

run in_machine dpkg -i /berth.deb
same "$(state)" installed "state"
run in_machine stat -c '%U %a' /var/lib/berth
stdout_is "berth 700"
exists "$machine/etc/systemd/system/multi-user.target.wants/berth.service"

# What the unit runs, as the user that it runs as.
command_line=$(sed -n 's/^ExecStart=//p' "$machine/lib/systemd/system/berth.service")
start_service() {
    start service chroot --userspec=berth:berth "$machine" env -i PATH=/usr/bin:/bin \
        STATE_DIRECTORY=/var/lib/berth $command_line
    wait_until 60 "the service" curl -fsS http://127.0.0.1:8080/healthz
}
start_service
stop_service() {
    kill -TERM "$started"
    wait "$started"
}
exists "$machine/var/lib/berth/registry.sqlite"
stop_service

# An upgrade keeps what the administrator changed.
echo "# changed" >>"$machine/etc/berth/berth.yaml"
run in_machine dpkg -i /berth.deb
grep -q "# changed" "$machine/etc/berth/berth.yaml" || fail "the upgrade lost the changes"
run in_machine dpkg --remove berth
same "$(state)" config-files "state after removal"
exists "$machine/etc/berth/berth.yaml"
run in_machine dpkg --purge berth
absent "$machine/etc/berth/berth.yaml"
exists "$machine/var/lib/berth/registry.sqlite"
stderr_has "/var/lib/berth is kept"

# With what it left, the next installation serves again; purged on request, all is gone.
run in_machine dpkg -i /berth.deb
start_service
stop_service
run in_machine env BERTH_PURGE_DATA=yes dpkg --purge berth
absent "$machine/var/lib/berth"
