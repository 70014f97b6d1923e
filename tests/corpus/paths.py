"""Paths, links and whiteouts that try to leave the root, or to be what they are not (5.3)."""
import rawtar as tar
from harness import (every, holds, image_maker, is_directory, is_symlink, lacks, layer_refused,
                     layer_unpacked, no_whiteouts, refused, unpacked)

SCOPED = "every path is resolved beneath the root handle"
ROOT = "entries resolving to the root may change attributes only"


def outside(make, *names):
    """An entry whose target is a path outside the root, absolute."""
    return lambda place: make("/".join([place.outside, *names]))


# Names.
layer_refused("dotdot-first", SCOPED, tar.file("../escape", "x"), says="..")
layer_refused("dotdot-deep", SCOPED, tar.directory("a"), tar.file("a/../../escape", "x"), says="..")
layer_refused("dotdot-inside", SCOPED, tar.directory("a"), tar.file("a/../b", "x"), says="..")
layer_refused("dotdot-last", SCOPED, tar.directory("a"), tar.directory("a/.."), says="..")
layer_refused("dotdot-config", SCOPED, tar.file("../config.json", "{}"), says="..")
layer_unpacked("absolute-name", SCOPED, tar.file("/absolute", "x"), check=holds("absolute", "x"))
layer_unpacked("absolute-outside", SCOPED, outside(lambda path: tar.file(path, "x"), "pwned"))
layer_refused("empty-name", ROOT, tar.entry("", b"0", b"x"))
layer_refused("name-with-nul", SCOPED, tar.file("x", "x", records={"path": b"a\0b"}), says="NUL")
layer_refused("component-too-long", "names are bounded", tar.file("n" * 300, "x"))
layer_refused("name-too-long", "names are bounded", tar.file("d/" * 2500 + "x", "x"), says="4096")
layer_refused("gnu-name-too-long", "names are bounded", tar.gnu_long("d/" * 40_000),
              tar.file("x", "x"), says="limit")
layer_refused("link-too-long", "names are bounded", tar.symlink("x", "t/" * 3000), says="4096")
layer_unpacked("deep-folders", "names are bounded", tar.file("d/" * 1000 + "x", "x"),
               may_refuse=True)

# The root itself.
layer_refused("root-as-symlink", ROOT, outside(lambda path: tar.symlink("./", path)))
layer_refused("root-as-symlink-bare", ROOT, outside(lambda path: tar.symlink(".", path)))
layer_refused("root-as-file", ROOT, tar.file("./.", "x"))
layer_refused("root-as-hard-link", ROOT, tar.file("a", "x"), tar.hard_link(".", "a"))
layer_refused("root-as-fifo", ROOT, tar.fifo("/"))
layer_unpacked("root-as-directory", ROOT, tar.directory("/", mode=0o711), tar.file("a", "x"),
               check=holds("a", "x"))

# Symlinks: allowed wherever they point, followed only inside the root.
layer_unpacked("symlink-absolute", SCOPED, outside(lambda path: tar.symlink("a", path)),
               check=is_symlink("a"))
layer_unpacked("symlink-upward", SCOPED, tar.symlink("a", "../../../../etc"),
               check=is_symlink("a"))
layer_unpacked("write-through-absolute", SCOPED, outside(lambda path: tar.symlink("a", path)),
               tar.file("a/pwned", "x"), may_refuse=True)
layer_unpacked("write-through-upward", SCOPED, tar.symlink("a", "../../../.."),
               tar.file("a/inside", "x"), check=holds("inside", "x"))
layer_unpacked("write-through-chain", SCOPED, tar.symlink("a", "b"), tar.symlink("b", "c/d"),
               tar.directory("c"), outside(lambda path: tar.symlink("c/d", path)),
               tar.file("a/pwned", "x"), may_refuse=True)
layer_unpacked("write-through-inside", SCOPED, tar.directory("real"), tar.symlink("a", "/real"),
               tar.file("a/x", "x"), check=every(is_symlink("a"), holds("real/x", "x")))
layer_unpacked("write-through-loop", SCOPED, tar.symlink("a", "a"), tar.file("a/x", "x"),
               may_refuse=True)
layer_unpacked("write-through-proc", SCOPED, tar.symlink("a", "/proc/self/cwd"),
               tar.file("a/pwned", "x"), may_refuse=True)
layer_unpacked("write-through-proc-root", SCOPED, tar.symlink("a", "/proc/self/root/tmp"),
               tar.file("a/pwned", "x"), may_refuse=True)
layer_unpacked("directory-over-symlink", SCOPED, outside(lambda path: tar.symlink("a", path)),
               tar.directory("a", mode=0o700, uid=5), tar.file("a/pwned", "x"))
layer_unpacked("symlink-replaced-by-file", SCOPED,
               outside(lambda path: tar.symlink("a", path), "file"), tar.file("a", "new"),
               check=holds("a", "new"))
layer_unpacked("symlink-replaced-by-fifo", SCOPED,
               outside(lambda path: tar.symlink("a", path), "file"), tar.fifo("a"))
layer_unpacked("symlink-attributes", SCOPED,
               outside(lambda path: tar.symlink("a", path, mode=0o4777, uid=7, gid=7), "file"),
               check=is_symlink("a"))
layer_unpacked("symlink-xattrs", SCOPED, outside(lambda path: tar.symlink(
    "a", path, records={"SCHILY.xattr.user.x": "y"}), "file"), may_refuse=True)
layer_refused("symlink-empty-target", SCOPED, tar.symlink("a", ""))
layer_refused("symlink-nul-target", SCOPED, tar.symlink("a", "x", records={"linkpath": b"x\0y"}),
              says="NUL")

# Hard links.
layer_refused("hard-link-dotdot", SCOPED, tar.hard_link("a", "../../../outside/file"))
layer_refused("hard-link-absolute", SCOPED, outside(lambda path: tar.hard_link("a", path), "file"))
layer_refused("hard-link-host-file", SCOPED, tar.hard_link("a", "/etc/passwd"))
layer_refused("hard-link-through-symlink", SCOPED, outside(lambda path: tar.symlink("d", path)),
              tar.hard_link("a", "d/file"))
layer_refused("hard-link-through-upward", SCOPED, tar.symlink("d", "../../outside"),
              tar.hard_link("a", "d/file"))
layer_unpacked("hard-link-to-symlink", "a hard link to a symlink links the symlink itself",
               outside(lambda path: tar.symlink("s", path), "file"), tar.hard_link("a", "s"),
               check=is_symlink("a"))
layer_refused("hard-link-to-directory", SCOPED, tar.directory("d"), tar.hard_link("a", "d"))
layer_refused("hard-link-missing", SCOPED, tar.hard_link("a", "nowhere"), says="nowhere")
layer_refused("hard-link-later", SCOPED, tar.hard_link("a", "b"), tar.file("b", "x"))
layer_unpacked("hard-link-to-itself", SCOPED, tar.file("a", "x"), tar.hard_link("a", "a"),
               check=holds("a", "x"), may_refuse=True)
layer_refused("hard-link-to-root", ROOT, tar.hard_link("a", "/"))
layer_refused("hard-link-empty-target", SCOPED, tar.hard_link("a", ""))
layer_unpacked("hard-link-target-absolute-inside", SCOPED, tar.file("b", "x"),
               tar.hard_link("a", "/b"), check=holds("a", "x"))
layer_unpacked("file-over-hard-linked", "an entry replaces, it does not write through",
               tar.file("b", "old"), tar.hard_link("a", "b"), tar.file("a", "new"),
               check=every(holds("b", "old"), holds("a", "new")))

# Whiteouts.
WHITEOUT = "whiteouts affect lower layers only and never show up"
layer_refused("whiteout-of-nothing", "an entry named exactly .wh. is an error", tar.file(".wh."),
              says=".wh.")
layer_refused("whiteout-of-nothing-deep", "an entry named exactly .wh. is an error",
              tar.directory("a"), tar.file("a/.wh."), says=".wh.")
layer_refused("whiteout-of-dot", WHITEOUT, tar.file(".wh.."))
layer_refused("whiteout-of-dotdot", WHITEOUT, tar.directory("a"), tar.file("a/.wh..."))
layer_unpacked("whiteout-same-layer", WHITEOUT, tar.file("a", "x"), tar.file(".wh.a"),
               check=every(holds("a", "x"), no_whiteouts))
layer_unpacked("whiteout-missing", WHITEOUT, tar.file(".wh.nothing"), tar.file("d/.wh.nothing"),
               check=no_whiteouts)
layer_unpacked("whiteout-component", WHITEOUT, tar.file(".wh.a/b", "x"), check=no_whiteouts,
               may_refuse=True)
layer_unpacked("whiteout-aufs-data", WHITEOUT, tar.directory(".wh..wh.plnk"),
               tar.file(".wh..wh.aufs", ""), check=no_whiteouts, may_refuse=True)


def second_layer(*entries):
    """A first layer with a link to the canaries, and these entries above it."""
    return image_maker(lambda place: [
        tar.archive(tar.symlink("link", place.outside), tar.directory("d"), tar.file("d/x", "x"),
                    tar.file("f", "f"), tar.directory("e"), tar.file("e/y", "y")),
        tar.archive(*entries)])


unpacked("whiteout-through-symlink", SCOPED, second_layer(tar.file("link/.wh.file")),
         may_refuse=True)
unpacked("opaque-through-symlink", SCOPED, second_layer(tar.file("link/.wh..wh..opq")),
         may_refuse=True)
unpacked("whiteout-of-symlink", SCOPED, second_layer(tar.file(".wh.link")), lacks("link"))
unpacked("opaque-root", WHITEOUT, second_layer(tar.file(".wh..wh..opq"), tar.file("new", "n")),
         every(lacks("d"), lacks("link"), lacks("f"), holds("new", "n")))
unpacked("opaque-on-file", WHITEOUT, second_layer(tar.file("f/.wh..wh..opq")), no_whiteouts,
         may_refuse=True)
unpacked("file-over-directory", "any other clash removes, then creates",
         second_layer(tar.file("d", "file")), holds("d", "file"))
unpacked("symlink-over-directory", "any other clash removes, then creates",
         second_layer(tar.symlink("d", "/e"), tar.file("d/z", "z")),
         every(is_symlink("d"), holds("e/z", "z")))
unpacked("directory-over-file", "any other clash removes, then creates",
         second_layer(tar.directory("f"), tar.file("f/g", "g")), holds("f/g", "g"))
unpacked("parent-is-a-file", "the parent may be a non-directory of a lower layer: replace it",
         second_layer(tar.file("f/g", "g")), holds("f/g", "g"))
unpacked("directory-over-directory", "directory over directory replaces attributes only",
         second_layer(tar.directory("d", mode=0o700)), every(is_directory("d"), holds("d/x", "x")))
unpacked("device-over-directory", "any other clash removes, then creates",
         second_layer(tar.character_device("d", 1, 3)))
refused("hard-link-to-whited-out", SCOPED,
        second_layer(tar.file(".wh.f"), tar.hard_link("a", "f")), says="f")
