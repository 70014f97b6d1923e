"""compare_rootfs.py OURS THEIRS [ACCEPTED]: are two unpacked root file systems the same?

Compares paths, types, modes, owners, times (nanoseconds), xattrs, hard links, device numbers,
link targets and contents. ACCEPTED is a file of differences that are known to be right, one a
line: "PATH-PATTERN FIELD why", and each must still occur. Prints what differs; status 1 if
anything does.
"""
import fnmatch
import hashlib
import os
import stat
import sys

KINDS = {stat.S_IFREG: "file", stat.S_IFDIR: "directory", stat.S_IFLNK: "symlink",
         stat.S_IFCHR: "character device", stat.S_IFBLK: "block device", stat.S_IFIFO: "FIFO",
         stat.S_IFSOCK: "socket"}


def content(path):
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        for piece in iter(lambda: file.read(1 << 20), b""):
            digest.update(piece)
    return digest.hexdigest()


def describe(path, info):
    kind = stat.S_IFMT(info.st_mode)
    names = os.listxattr(path, follow_symlinks=False)
    facts = {
        "type": KINDS[kind], "mode": oct(stat.S_IMODE(info.st_mode)),
        "owner": f"{info.st_uid}:{info.st_gid}", "time": info.st_mtime_ns,
        "xattrs": {name: os.getxattr(path, name, follow_symlinks=False) for name in sorted(names)},
    }
    if kind == stat.S_IFREG:
        facts["size"] = info.st_size
        facts["content"] = content(path)
    elif kind == stat.S_IFLNK:
        facts["target"] = os.readlink(path)
    elif kind in (stat.S_IFCHR, stat.S_IFBLK):
        facts["device"] = f"{os.major(info.st_rdev)}:{os.minor(info.st_rdev)}"
    return facts


def walk(root):
    yield b"."
    for folder, folders, files in os.walk(os.fsencode(root)):
        for name in folders + files:
            yield os.path.relpath(os.path.join(folder, name), os.fsencode(root))


def tree(root):
    """{path: facts}; "links" is every other path of the same file."""
    facts, groups = {}, {}
    for path in sorted(walk(root)):
        full = os.path.join(os.fsencode(root), path)
        info = os.lstat(full)
        facts[path] = describe(full, info)
        if not stat.S_ISDIR(info.st_mode):
            groups.setdefault(info.st_ino, []).append(path)
    for paths in groups.values():
        for path in paths:
            facts[path]["links"] = paths
    return facts


def differences(ours, theirs):
    for path in sorted(ours.keys() | theirs.keys()):
        if path not in theirs:
            yield path, "extra", ours[path]["type"], "nothing"
        elif path not in ours:
            yield path, "missing", "nothing", theirs[path]["type"]
        else:
            mine, other = ours[path], theirs[path]
            for field in sorted(mine.keys() | other.keys()):
                if mine.get(field) != other.get(field):
                    yield path, field, mine.get(field), other.get(field)


def read_accepted(path):
    with open(path) as file:
        lines = [line.split(None, 2) for line in file if line.strip() and line[0] != "#"]
    for line in lines:
        if len(line) != 3:
            sys.exit(f"{path}: each line is PATH FIELD REASON, not {' '.join(line)}")
    return lines


def main():
    accepted = read_accepted(sys.argv[3]) if len(sys.argv) > 3 else []
    seen, bad = set(), 0
    for path, field, mine, other in differences(tree(sys.argv[1]), tree(sys.argv[2])):
        text = os.fsdecode(path)
        match = next((i for i, (pattern, name, _) in enumerate(accepted)
                      if name == field and fnmatch.fnmatchcase(text, pattern)), None)
        if match is not None:
            seen.add(match)
            continue
        bad += 1
        if bad <= 40:
            print(f"{text!r}: {field}: ours is {mine!r}, theirs is {other!r}"[:400])
    for i, line in enumerate(accepted):
        if i not in seen:
            bad += 1
            print(f"accepted difference does not occur: {' '.join(line)}")
    if bad > 40:
        print(f"{bad} differences in all")
    sys.exit(1 if bad else 0)


main()
