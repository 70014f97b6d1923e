"""Archives and compressed streams that lie about their length, or never end (5.3)."""
import gzip
import random
import struct
import zlib

import rawtar as tar
from harness import (every, holds, image_maker, layer_refused, layer_unpacked, refused, unpacked)
from layout import OCI_LAYER, Layout, digest_of, gzipped, zstd

BOUNDED = "every number is bounded before it is used"
STRICT = "an archive that ends early or breaks its format is refused"
MEMBER = tar.file("a", b"x" * 3000)
WHOLE = tar.archive(MEMBER)


def raw_layer(data, compression="none"):
    """An image whose layer is exactly these uncompressed bytes."""
    return image_maker([data], compression=compression)


def stored_layer(stored, plain, media_type=OCI_LAYER + "+gzip"):
    """An image whose layer blob is `stored`, said to hold `plain`."""
    def make(place):
        layout = Layout(place.layout)
        config = layout.json_blob(
            {"os": "linux", "architecture": "amd64", "config": {},
             "rootfs": {"type": "layers", "diff_ids": [digest_of(plain)]}},
            "application/vnd.oci.image.config.v1+json")
        layout.tag(layout.manifest(config, [layout.blob(stored, media_type)]))
    return make


# The archive's frame.
refused("cut-in-header", STRICT, raw_layer(WHOLE[:300]))
refused("cut-after-some-entries", STRICT, raw_layer(tar.file("b", "x") + WHOLE[:300]))
refused("cut-in-data", STRICT, raw_layer(WHOLE[:512 + 1000]))
refused("cut-in-padding", STRICT, raw_layer(tar.file("b", "x")[:-100]))
refused("cut-in-pax", STRICT, raw_layer(tar.pax({"path": "a" * 600})[:700]))
refused("cut-after-pax", STRICT, raw_layer(tar.pax({"path": "abc"}) + tar.end()))
refused("cut-after-gnu-long", STRICT, raw_layer(tar.gnu_long("abc") + tar.end()))
refused("bad-checksum", STRICT, raw_layer(tar.archive(tar.header("a", checksum=1))),
        says="checksum")
refused("not-an-archive", STRICT, raw_layer(random.Random(1).randbytes(10_000)))
refused("text-as-archive", STRICT, raw_layer(b"<html>not found</html>\n" * 60))
unpacked("nothing-at-all", "an archive may lack its end mark", raw_layer(b""))
unpacked("no-end-mark", "an archive may lack its end mark", raw_layer(MEMBER),
         holds("a", b"x" * 3000))
unpacked("data-after-end", "the diff-id covers bytes after the end mark",
         raw_layer(WHOLE + tar.file("hidden", "x")), lambda place: None)
refused("diff-id-without-tail", "the diff-id covers bytes after the end mark",
        stored_layer(gzipped(WHOLE + b"tail" * 200), WHOLE))
layer_unpacked("unknown-type", "unknown types are refused or skipped", tar.entry("a", b"Z", b"x"),
               tar.file("b", "x"), check=holds("b", "x"), may_refuse=True)
layer_unpacked("gnu-volume-header", "unknown types are refused or skipped",
               tar.entry("volume", b"V"), tar.file("b", "x"), check=holds("b", "x"),
               may_refuse=True)

# Numbers in headers.
layer_refused("tar-size-negative", BOUNDED, tar.header("a", size=tar.number(-1, 12)), says="size")
layer_refused("tar-size-enormous", BOUNDED, tar.header("a", size=b"\x80" + b"\xff" * 11), says="size")
layer_refused("tar-size-past-end", BOUNDED, tar.header("a", size=1 << 40))
layer_refused("tar-size-not-octal", BOUNDED, tar.header("a", size=b"99999999999\0"), says="size")
layer_refused("tar-size-not-a-number", BOUNDED, tar.header("a", size=b"-7\0"), says="size")
layer_refused("tar-mode-not-octal", BOUNDED, tar.header("a", mode=b"rwxr-xr\0"), says="mode")
layer_refused("tar-uid-negative", BOUNDED, tar.entry("a", uid=-1), says="uid")
layer_refused("tar-uid-too-large", BOUNDED, tar.entry("a", uid=1 << 40), says="uid")
layer_refused("tar-gid-too-large", BOUNDED, tar.entry("a", gid=1 << 33), says="gid")
layer_unpacked("time-far-future", BOUNDED, tar.entry("a", mtime=tar.number(1 << 62, 12)),
               may_refuse=True)
layer_unpacked("time-far-past", BOUNDED, tar.entry("a", mtime=tar.number(-(1 << 62), 12)),
               may_refuse=True)
layer_unpacked("device-number-large", BOUNDED,
               tar.character_device("a", 0o7777777, 0o7777777), may_refuse=True)
layer_unpacked("directory-with-size", "only files have data",
               tar.header("d/", kind=b"5", size=1 << 45), tar.file("d/x", "x"),
               check=holds("d/x", "x"), may_refuse=True)

# PAX records.
layer_refused("pax-length-zero", STRICT, tar.pax(b"0 path=a\n"), tar.file("x"))
layer_refused("pax-length-short", STRICT, tar.pax(b"5 path=abc\n"), tar.file("x"))
layer_refused("pax-length-long", STRICT, tar.pax(b"900 path=abc\n"), tar.file("x"))
layer_refused("pax-length-enormous", BOUNDED, tar.pax(b"99999999999999999999 path=a\n"),
              tar.file("x"))
layer_refused("pax-length-negative", BOUNDED, tar.pax(b"-9 path=a\n"), tar.file("x"))
layer_refused("pax-no-equals", STRICT, tar.pax(b"9 patha\n"), tar.file("x"))
layer_refused("pax-no-newline", STRICT, tar.pax(b"10 path=abc"), tar.file("x"))
layer_refused("pax-no-key", STRICT, tar.pax({"": "x"}), tar.file("x"))
layer_refused("pax-too-large", BOUNDED, tar.pax({"comment": "c" * (2 << 20)}), tar.file("x"),
              says="1")
layer_refused("pax-declared-enormous", BOUNDED, tar.header("p", kind=b"x", size=1 << 33))
layer_refused("pax-size-negative", BOUNDED, tar.file("x", "x", records={"size": "-1"}),
              says="size")
layer_refused("pax-size-enormous", BOUNDED,
              tar.file("x", "x", records={"size": "99999999999999999999"}), says="size")
layer_refused("pax-size-float", BOUNDED, tar.file("x", "x", records={"size": "1e3"}), says="size")
layer_refused("pax-uid-text", BOUNDED, tar.file("x", "x", records={"uid": "root"}), says="uid")
layer_refused("pax-uid-enormous", BOUNDED, tar.file("x", records={"uid": str(1 << 40)}),
              says="uid")
layer_refused("pax-time-text", BOUNDED, tar.file("x", "x", records={"mtime": "abc"}),
              says="mtime")
layer_unpacked("pax-time-many-digits", BOUNDED,
               tar.file("x", "x", records={"mtime": "1." + "123456789" * 20}), check=holds("x", "x"),
               may_refuse=True)
layer_unpacked("pax-repeated-record", "the last of repeated records counts",
               tar.pax([("path", "first"), ("path", "last")]), tar.file("x", "x"),
               check=holds("last", "x"))
layer_unpacked("pax-global-path", "global records are defaults",
               tar.pax({"path": "../../escape"}, kind=b"g"), tar.file("x", "x"), may_refuse=True)
layer_refused("xattr-too-large", BOUNDED,
              tar.file("x", "x", records={"SCHILY.xattr.user.big": b"v" * 70_000}))
layer_refused("xattr-name-too-long", BOUNDED,
              tar.file("x", "x", records={"SCHILY.xattr.user." + "n" * 300: "v"}))

# Sparse maps.
PIECE = b"d" * 512
layer_refused("sparse-overlap", BOUNDED,
              tar.gnu_sparse("a", 4096, [(0, 512), (256, 512)], PIECE * 2), says="sparse")
layer_refused("sparse-backwards", BOUNDED,
              tar.gnu_sparse("a", 4096, [(2048, 512), (0, 512)], PIECE * 2), says="sparse")
layer_refused("sparse-past-end", BOUNDED, tar.gnu_sparse("a", 1024, [(800, 512)], PIECE),
              says="sparse")
layer_refused("sparse-overflow", BOUNDED, tar.gnu_sparse("a", 4096, [((1 << 63) - 10, 512)], PIECE),
              says="sparse")
layer_refused("sparse-too-little-data", BOUNDED,
              tar.gnu_sparse("a", 8192, [(0, 512), (1024, 4096)], PIECE), says="sparse")
layer_refused("sparse-size-enormous", BOUNDED, tar.gnu_sparse("a", 1 << 50, [(0, 512)], PIECE))
layer_refused("sparse-chain-cut", STRICT,
              tar.gnu_sparse("a", 1 << 20, [(i * 1024, 512) for i in range(30)], PIECE * 30)[:1024])
layer_refused("sparse-map-of-text", BOUNDED,
              tar.pax_sparse("a", 4096, [("x", "y")], PIECE, "0.1"), says="sparse")
layer_refused("sparse-map-odd", BOUNDED, tar.pax(
    {"GNU.sparse.size": "4096", "GNU.sparse.numblocks": "1", "GNU.sparse.map": "0,512,1024",
     "GNU.sparse.name": "a"}), tar.file("s/a", PIECE), says="sparse")
layer_refused("sparse-count-lies", BOUNDED, tar.pax(
    {"GNU.sparse.size": "4096", "GNU.sparse.numblocks": "3", "GNU.sparse.map": "0,512",
     "GNU.sparse.name": "a"}), tar.file("s/a", PIECE), says="sparse")


def sparse_1_0(front, size=4096):
    return tar.pax([("GNU.sparse.major", "1"), ("GNU.sparse.minor", "0"),
                    ("GNU.sparse.name", "a"), ("GNU.sparse.realsize", str(size))]) + tar.file(
                        "s/a", front)


layer_refused("sparse-1.0-count-enormous", BOUNDED,
              sparse_1_0(tar.padded(b"99999999999\n0\n512\n") + PIECE), says="sparse")
layer_refused("sparse-1.0-not-a-number", BOUNDED, sparse_1_0(tar.padded(b"x\n0\n512\n") + PIECE),
              says="sparse")
layer_refused("sparse-1.0-no-map", BOUNDED, sparse_1_0(b""))
layer_refused("sparse-1.0-negative", BOUNDED, sparse_1_0(tar.padded(b"1\n-5\n512\n") + PIECE),
              says="sparse")
layer_refused("sparse-1.0-too-many", BOUNDED, sparse_1_0(
    tar.padded(b"200000\n" + b"".join(b"%d\n0\n" % i for i in range(200_000))), 1 << 30),
    says="sparse")
layer_refused("sparse-name-dotdot", "every path is resolved beneath the root handle",
              tar.pax_sparse("../escape", 4096, [(0, 512)], PIECE), says="..")

# Compression.
PACKED = gzipped(WHOLE)
CHECKED = "compressed streams are checked to their end"
refused("gzip-cut", CHECKED, stored_layer(PACKED[:-20], WHOLE))
refused("gzip-cut-in-trailer", CHECKED, stored_layer(PACKED[:-3], WHOLE))
refused("gzip-bad-crc", CHECKED, stored_layer(PACKED[:-8] + b"\0\0\0\0" + PACKED[-4:], WHOLE))
refused("gzip-bad-length", CHECKED, stored_layer(PACKED[:-4] + b"\1\0\0\0", WHOLE))
refused("gzip-garbage-after", CHECKED, stored_layer(PACKED + b"garbage", WHOLE))
refused("gzip-second-member-cut", CHECKED,
        stored_layer(PACKED + gzipped(b"more" * 100)[:-9], WHOLE + b"more" * 100))
refused("gzip-bad-method", CHECKED, stored_layer(b"\x1f\x8b\x07" + PACKED[3:], WHOLE))
refused("gzip-bad-data", CHECKED,
        stored_layer(PACKED[:20] + bytes([PACKED[20] ^ 0xFF]) + PACKED[21:], WHOLE))
refused("gzip-name-without-end", CHECKED,
        stored_layer(b"\x1f\x8b\x08\x08\0\0\0\0\0\x03" + b"n" * 200_000, WHOLE))
unpacked("gzip-header-fields", "all of RFC 1952's header is read", stored_layer(
    b"\x1f\x8b\x08\x1c\0\0\0\0\0\x03" + struct.pack("<H", 300) + b"e" * 300 + b"name\0comment\0" +
    PACKED[10:], WHOLE), holds("a", b"x" * 3000))
unpacked("plain-called-gzip", "compression is told by the bytes", stored_layer(WHOLE, WHOLE),
         holds("a", b"x" * 3000), may_refuse=True)
unpacked("zstd-called-gzip", "compression is told by the bytes",
         stored_layer(zstd(WHOLE), WHOLE), holds("a", b"x" * 3000), may_refuse=True)
ZSTD_LAYER = OCI_LAYER + "+zstd"
refused("zstd-cut", CHECKED, stored_layer(zstd(WHOLE)[:-6], WHOLE, ZSTD_LAYER))
refused("zstd-bad-checksum", CHECKED,
        stored_layer(zstd(WHOLE)[:-4] + b"\1\2\3\4", WHOLE, ZSTD_LAYER))
refused("zstd-garbage-after", CHECKED, stored_layer(zstd(WHOLE) + b"garbage", WHOLE, ZSTD_LAYER))
unpacked("zstd-skippable-frame", "skippable frames are skipped", stored_layer(
    b"\x50\x2a\x4d\x18\x04\0\0\0skip" + zstd(WHOLE), WHOLE, ZSTD_LAYER), holds("a", b"x" * 3000))
# A frame that asks for a window of 2 GiB: exponent 21, one empty last block.
refused("zstd-window-enormous", BOUNDED,
        stored_layer(b"\x28\xb5\x2f\xfd\x00\xa8\x01\0\0", b"", ZSTD_LAYER))


def zstd_bomb(blocks=40_000):
    """5 GiB of zeros in 160 KB: run-length blocks of 128 KiB."""
    block = struct.pack("<I", (128 << 10) << 3 | 1 << 1)[:3] + b"\0"
    last = struct.pack("<I", 0 << 3 | 1)[:3]
    return b"\x28\xb5\x2f\xfd\x00\x38" + block * blocks + last


BOMB = "expansion is bounded by ratio and absolutely"
refused("bomb-zstd", BOMB, stored_layer(zstd_bomb(), b"", ZSTD_LAYER), says="ratio")


def zlib_zeros(size):
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    piece = bytes(1 << 20)
    return b"".join(packer.compress(piece) for _ in range(size >> 20)) + packer.flush()


refused("bomb-gzip-after-end", BOMB, stored_layer(gzipped(WHOLE) + zlib_zeros(256 << 20), WHOLE))
refused("bomb-nested", "layers are unpacked once",
        stored_layer(gzip.compress(gzip.compress(WHOLE)), WHOLE))
unpacked("many-members", "an archive may come in many gzip members", stored_layer(
    b"".join(gzipped(WHOLE[i:i + 8]) for i in range(0, len(WHOLE), 8)), WHOLE),
    every(holds("a", b"x" * 3000)))
