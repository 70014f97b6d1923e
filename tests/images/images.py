"""The test images: images.py images OUTPUT BUSYBOX, or images.py debian OUTPUT DEBIAN_TAR.

Each function below makes one OCI layout OUTPUT/NAME with the tag v1 and says what its command
prints; that goes to OUTPUT/NAME.prints. NAME.twin, where there is one, is the same content in a
form that umoci reads (it knows neither zstd nor Docker's media types nor sha512).
"""
import os
import random
import struct
import sys

import rawtar as tar
from layout import Layout

PASSWD = """root:x:0:0:root:/root:/bin/sh
daemon:x:1:1::/:/bin/false
app:x:1234:2345:app:/home/app:/bin/sh
"""
GROUP = """root:x:0:
app:x:2345:
audio:x:29:app
extra:x:3456:app,daemon
"""
APPLETS = "sh echo cat id ls find sort stat readlink test pwd env wc head od sha256sum".split()

wanted, output, source = sys.argv[1:4]


def busybox_entries():
    """A root file system that runs: busybox, its names as hard links, users."""
    with open(source, "rb") as file:
        program = file.read()
    entries = [tar.directory("bin"), tar.file("bin/busybox", program, mode=0o755)]
    entries += [tar.hard_link("bin/" + name, "bin/busybox", mode=0o755) for name in APPLETS]
    entries += [tar.directory("etc"), tar.file("etc/passwd", PASSWD), tar.file("etc/group", GROUP),
                tar.directory("home"), tar.directory("home/app", mode=0o700, uid=1234, gid=2345),
                tar.directory("root", mode=0o700), tar.directory("tmp", mode=0o1777)]
    return entries


def base():
    return tar.archive(*busybox_entries())


def shell(script, **config):
    return {"Cmd": ["/bin/sh", "-c", script], "Env": ["PATH=/bin"], **config}


def save(name, make, prints=None, **options):
    layout = Layout(os.path.join(output, name))
    layout.tag(make(layout, **options))
    if prints is not None:
        with open(os.path.join(output, name + ".prints"), "w") as file:
            file.write(prints)


def both(name, tars, prints, config, twin=None, **options):
    """The image, and a twin of plain OCI gzip layers: of the archives `twin`, or the same ones."""
    save(name, lambda layout: layout.image(tars, config, **options), prints)
    if twin:
        save(name + ".twin", lambda layout: layout.image(tars if twin is True else twin, config))


def hello():
    both("hello", [base()], "hello from an uncompressed layer\n",
         shell("echo hello from an uncompressed layer"), compression="none")


def compressions():
    second = tar.archive(tar.file("message", "squeezed\n" * 9000))
    script = shell("cat /message | head -n1; cat /message | wc -c")
    for kind in ("zstd", "members"):
        both(kind, [base(), second], "squeezed\n81000\n", script, twin=True, compression=kind)
    both("mixed", [base(), second, tar.archive(tar.file("third", "3\n"))], "3\n",
         shell("cat /third"), twin=True, compression=["zstd", "gzip", "none"])
    both("docker", [base(), second], "squeezed\n81000\n", script, twin=True, docker=True)
    both("sha512", [base(), second], "squeezed\n81000\n", script, twin=True, algorithm="sha512")


def whiteouts():
    """Every way in which an upper layer may hide, replace or add to a lower one."""
    first = tar.archive(
        *busybox_entries(),
        tar.directory("keep", mode=0o750), tar.file("keep/a", "a1"), tar.file("keep/b", "b1"),
        tar.directory("gone"), tar.file("gone/x", "x"), tar.directory("gone/deep"),
        tar.file("gone/deep/y", "y"),
        tar.directory("opaque"), tar.file("opaque/old", "old"), tar.directory("opaque/dir"),
        tar.file("opaque/dir/old", "old"),
        tar.directory("late"), tar.file("late/old", "old"),
        tar.directory("dir-to-file"), tar.file("dir-to-file/x", "x"),
        tar.file("file-to-dir", "f"), tar.symlink("link-to-dir", "keep"),
        tar.symlink("link-to-file", "keep/a"),
        tar.directory("real"), tar.symlink("alias", "real"), tar.file("real/r", "r1"),
        tar.file("parent", "not a directory"),
        tar.file("one", "shared"), tar.hard_link("two", "one"), tar.hard_link("three", "one"))
    second = tar.archive(
        tar.directory("keep", mode=0o751, uid=7), tar.file("keep/.wh.a"), tar.file("keep/c", "c2"),
        tar.file(".wh.gone"),
        # The opaque mark in front of what the same layer adds …
        tar.directory("opaque"), tar.file("opaque/.wh..wh..opq"), tar.file("opaque/new", "new"),
        tar.directory("opaque/dir"), tar.file("opaque/dir/new", "new"),
        # … and behind it.
        tar.directory("late"), tar.file("late/new", "new"), tar.directory("late/sub"),
        tar.file("late/sub/new", "new"), tar.file("late/.wh..wh..opq"))
    third = tar.archive(
        tar.file("dir-to-file", "now a file"),
        tar.directory("file-to-dir"), tar.file("file-to-dir/x", "x3"),
        tar.directory("link-to-dir"), tar.file("link-to-dir/x", "x3"),
        tar.file("link-to-file", "a file of its own"),
        tar.file("alias/through", "written through the link"),
        tar.file("one", "no longer shared"))
    fourth = tar.archive(
        tar.file(".wh.missing"),  # hides nothing: allowed
        tar.directory("gone"), tar.file("gone/back", "back"),
        tar.directory("parent"), tar.file("parent/child", "child"),
        tar.file("keep/.wh.c"), tar.file("keep/c", "c4"),
        tar.hard_link("linked-c", "keep/c"), tar.hard_link("linked-b", "keep/b"))
    fifth = tar.archive(tar.file("real/.wh.r"), tar.file(".wh.linked-b"), tar.file("last", "5"))
    listing = ("find /keep /gone /opaque /late /dir-to-file /file-to-dir /link-to-dir "
               "/link-to-file /alias/ /parent /one /two /three /linked-c /last -type f "
               "| sort | while read f; do echo \"$f=$(cat $f)\"; done")
    prints = """/alias/through=written through the link
/dir-to-file=now a file
/file-to-dir/x=x3
/gone/back=back
/keep/b=b1
/keep/c=c4
/last=5
/late/new=new
/late/sub/new=new
/link-to-dir/x=x3
/link-to-file=a file of its own
/linked-c=c4
/one=no longer shared
/opaque/dir/new=new
/opaque/new=new
/parent/child=child
/three=shared
/two=shared
"""
    both("whiteouts", [first, second, third, fourth, fifth], prints, shell(listing))


def net_raw_capability(revision=2):
    """security.capability: cap_net_raw, permitted and effective."""
    magic = {2: 0x02000000, 3: 0x03000000}[revision] | 1
    value = struct.pack("<IIIII", magic, 1 << 13, 0, 0, 0)
    return value + (struct.pack("<I", 1000) if revision == 3 else b"")


def sparse():
    """Sparse files in all of GNU's formats; the twin has the same files written out."""
    regions = [(0, 512), (1 << 20, 1024), (5 << 20, 100)]
    many = [(i * 65536, 512) for i in range(60)]
    data, many_data = b"A" * 512 + b"B" * 1024 + b"C" * 100, b"Z" * (512 * 60)
    entries = [tar.gnu_sparse("sparse/gnu", 6 << 20, regions, data, mode=0o640, uid=3),
               tar.gnu_sparse("sparse/gnu-many", 4 << 20, many, many_data)]
    entries += [tar.pax_sparse("sparse/pax-" + version, 6 << 20, regions, data, version)
                for version in ("0.0", "0.1", "1.0")]
    entries.append(tar.pax_sparse("sparse/hole-only", 3 << 20, [], b""))

    def written_out(size, regions, data):
        content = bytearray(size)
        for offset, length in regions:
            content[offset:offset + length], data = data[:length], data[length:]
        return bytes(content)

    whole = written_out(6 << 20, regions, data)
    plain = [tar.file("sparse/gnu", whole, mode=0o640, uid=3),
             tar.file("sparse/gnu-many", written_out(4 << 20, many, many_data))]
    plain += [tar.file("sparse/pax-" + version, whole) for version in ("0.0", "0.1", "1.0")]
    plain.append(tar.file("sparse/hole-only", bytes(3 << 20)))
    front = [*busybox_entries(), tar.directory("sparse")]
    both("sparse", [tar.archive(*front, *entries)], "6291456\n",
         shell("cat /sparse/pax-1.0 | wc -c"), twin=[tar.archive(*front, *plain)])


def types():
    """One of each kind of file, and attributes at their edges."""
    long = "long/" + "/".join(["d" * 60] * 3) + "/" + "n" * 200
    first = [
        *busybox_entries(),
        tar.directory("dev-nodes"), tar.character_device("dev-nodes/null", 1, 3, mode=0o666),
        tar.block_device("dev-nodes/loop", 7, 300, mode=0o660, gid=6),
        tar.fifo("dev-nodes/fifo", mode=0o622, uid=5),
        tar.directory("modes", mode=0o2775, gid=50),
        tar.file("modes/setuid", "s", mode=0o4755), tar.file("modes/setgid", "s", mode=0o2711),
        tar.file("modes/setuid-owned", "s", mode=0o4750, uid=1234, gid=2345),
        tar.file("modes/none", "", mode=0), tar.directory("modes/closed", mode=0),
        tar.file("modes/closed/inside", "reachable by root"),
        tar.directory("modes/sticky", mode=0o1777),
        tar.directory("owners"), tar.file("owners/big", uid=0o7777777, gid=0o7777777),
        tar.file("owners/bigger", uid=4_000_000_000, gid=4_000_000_001),
        tar.file("owners/pax", records={"uid": "300000", "gid": "300001"}),
        tar.directory("times", records={"mtime": "1234567890.987654321"}),
        tar.file("times/nano", records={"mtime": "1700000000.123456789"}),
        tar.file("times/before", records={"mtime": "-86400.5"}),
        tar.file("times/epoch", mtime=0), tar.file("times/late", mtime=4_102_444_800),
        tar.symlink("times/link", "nano", records={"mtime": "1500000000.25"}),
        tar.directory("xattrs", records={"SCHILY.xattr.user.on-directory": "yes"}),
        tar.file("xattrs/user", records={"SCHILY.xattr.user.note": b"a\nb\0c"}),
        tar.file("xattrs/capability", "x", mode=0o755,
                 records={"SCHILY.xattr.security.capability": net_raw_capability()}),
        tar.file("xattrs/capability3", "x", mode=0o755,
                 records={"SCHILY.xattr.security.capability": net_raw_capability(3)}),
        tar.directory("links"), tar.file("links/a", "linked", mode=0o640, gid=9),
        tar.hard_link("links/b", "links/a"), tar.hard_link("links/c", "./links/b"),
        tar.symlink("links/absolute", "/links/a"), tar.symlink("links/upward", "../../../links/a"),
        tar.symlink("links/dangling", "nowhere"), tar.hard_link("links/to-symlink",
                                                               "links/dangling"),
        tar.symlink("links/loop", "loop"),
        tar.file(long, "a long name"), tar.symlink("links/long", "/" + long),
        tar.gnu_long("gnu/" + "g" * 150), tar.header("gnu/cut", mode=0o600),
        tar.file(b"bytes/\xff\xfe not UTF-8", "b"), tar.file("bytes/new\nline", "n"),
        tar.file("./dotted/./path//here", "p"),
    ]
    # Every folder is named, so that its time is the archive's and not that of the unpacking.
    parts = long.split("/")[:-1]
    folders = ["/".join(parts[:i + 1]) for i in range(len(parts))]
    folders += ["gnu", "bytes", "dotted", "dotted/path"]
    first = [*first[:1], *[tar.directory(folder) for folder in folders], *first[1:]]
    prefixed = tar.header("tail", size=4, prefix="prefix/part") + tar.padded(b"tail")
    second = [tar.directory("prefix"), tar.directory("prefix/part"), prefixed, tar.hard_link("links/later", "links/a"),
              tar.directory("times/again", mtime=1_111_111_111)]
    # Entries below follow their directory, which must keep its own time all the same.
    second += [tar.file("times/again/child", mtime=1_222_222_222)]
    prints = "4755 1 0\n4750 1 1234\nlinked\na long name\nfifo\n"
    script = ("stat -c '%a %s %u' /modes/setuid /modes/setuid-owned; cat /links/upward; echo; "
              "cat /links/long; echo; test -p /dev-nodes/fifo && echo fifo")
    both("types", [tar.archive(*first), tar.archive(*second)], prints, shell(script))


def platforms():
    """An index of three platforms and an attestation, which is none."""
    def make(layout):
        listed = []
        for os_name, architecture, *variant in (("linux", "amd64"), ("linux", "arm64", "v8"),
                                                ("linux", "arm", "v7")):
            text = "/".join([os_name, architecture, *variant])
            platform = {"os": os_name, "architecture": architecture}
            if variant:
                platform["variant"] = variant[0]
            manifest = layout.image([base(), tar.archive(tar.file("platform", text + "\n"))],
                                    shell("cat /platform"),
                                    platform=(os_name, architecture, *variant))
            listed.append({**manifest, "platform": platform})
        statement = layout.image([tar.archive(tar.file("statement", "{}"))],
                                 platform=("unknown", "unknown"))
        unknown = {"os": "unknown", "architecture": "unknown"}
        listed.append({**statement, "platform": unknown,
                       "annotations": {"vnd.docker.reference.type": "attestation-manifest"}})
        return layout.index(listed)
    save("platforms", make, "linux/amd64\n")


def odd():
    """Archives that writers in the wild make and that readers must take."""
    no_end = b"".join(busybox_entries())
    empty = tar.end()
    padded = tar.archive(tar.file("padded", "padded\n")) + bytes(20 * 512)
    root_entry = tar.archive(tar.directory("./", mode=0o711, mtime=1_333_333_333),
                             tar.file("./after-root", "x"))
    old = tar.archive(tar.header("v7", size=2, magic=b"") + tar.padded(b"v7"))
    comment = tar.pax({"comment": "a global header"}, kind=b"g")
    last = tar.file("after-global", "x")
    first = [no_end, empty, padded, root_entry, old]
    both("odd", [*first, tar.archive(comment, last)], "padded\nv7\n",
         shell("cat /padded /v7; echo"), twin=[*first, tar.archive(last)])


def config():
    """What the configuration says must reach config.json."""
    settings = {
        "User": "app:extra", "WorkingDir": "/home/app", "StopSignal": "SIGQUIT",
        "Entrypoint": ["/bin/sh", "-c"],
        "Cmd": ["echo $(id -u):$(id -g) $(pwd) $GREETING $HOME"],
        "Env": ["PATH=/bin", "GREETING=good morning", "EMPTY=", "EQUALS=a=b"],
        "ExposedPorts": {"8080/tcp": {}, "53/udp": {}}, "Volumes": {"/data": {}, "/var/log": {}},
        "Labels": {"org.example.team": "berths", "org.opencontainers.image.author": "a label"},
    }
    both("config", [base()], "1234:3456 /home/app good morning /home/app\n", settings)


def debian():
    """Debian itself, then a layer that adds, then one that takes away."""
    with open(source, "rb") as file:
        first = file.read()
    second = tar.archive(
        tar.file("etc/passwd", "root:x:0:0:root:/root:/bin/bash\n"
                               "app:x:1000:1000::/home/app:/bin/sh\n"),
        tar.file("etc/group", "root:x:0:\nshadow:x:42:\napp:x:1000:\n"),
        tar.directory("home/app", uid=1000, gid=1000),
        tar.file("home/app/ping", "#!/bin/sh\necho pong\n", mode=0o755, uid=1000, gid=1000,
                 records={"SCHILY.xattr.security.capability": net_raw_capability()}),
        tar.hard_link("home/app/bash", "usr/bin/bash"),
        tar.file("bin/through-usrmerge", "#!/bin/sh\necho merged\n", mode=0o755))
    third = tar.archive(
        tar.file("usr/share/.wh.doc"), tar.file("etc/.wh.motd"),
        tar.directory("usr/share/man"), tar.file("usr/share/man/.wh..wh..opq"),
        tar.file("usr/share/man/README", "removed\n"))
    script = ("echo $(id -un) on Debian $(cut -d. -f1 /etc/debian_version); through-usrmerge; "
              "ls /usr/share/man; test -e /usr/share/doc || echo no doc")
    layers = [first, second, third]
    save("debian", lambda layout: layout.image(
        layers, {"User": "app", "Cmd": ["/bin/sh", "-c", script], "Env": ["PATH=/usr/bin:/bin"]},
        compression=["fast", "gzip", "gzip"]), "app on Debian 12\nmerged\nREADME\nno doc\n")


def many():
    """Enough of everything that work on it can be stopped in the middle: 4 layers, 500 files."""
    noise = random.Random(5)
    layers = []
    for layer in range(4):
        entries = list(busybox_entries()) if layer == 0 else []
        for folder in range(10):
            entries.append(tar.directory(f"d{folder}"))
            entries += [tar.file(f"d{folder}/f{layer}-{i}", noise.randbytes(noise.randrange(3000)),
                                 mtime=1_500_000_000 + i) for i in range(12)]
        entries.append(tar.file(f"big{layer}", noise.randbytes(3 << 20)))
        if layer > 1:
            entries += [tar.file(".wh.d3"), tar.file("d4/.wh..wh..opq")]
        layers.append(tar.archive(*entries))
    both("many", layers, "big0 big1 big2 big3\n", shell("cd /; echo big*"))


SETS = {
    "images": (hello, compressions, whiteouts, sparse, types, platforms, odd, config, many),
    "debian": (debian,),
}
for make_image in SETS[wanted]:
    make_image()
