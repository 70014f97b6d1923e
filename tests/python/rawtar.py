"""Tar archives with control over every byte of every header.

Python's tarfile will not write broken archives, sparse files or PAX records of our choice; this
does. An archive is a list of byte strings: entry(...) gives one, end() the end mark, and
b"".join puts them together.
"""

BLOCK = 512


def number(value, width):
    """Octal with a trailing NUL, or base-256 where that is too small or the value negative."""
    if 0 <= value < 8 ** (width - 1):
        return b"%0*o\0" % (width - 1, value)
    if value >= 0:
        return b"\x80" + value.to_bytes(width - 1, "big")
    return b"\xff" + (value + 256 ** (width - 1)).to_bytes(width - 1, "big")


def padded(data):
    return data + bytes(-len(data) % BLOCK)


def as_bytes(text):
    return text if isinstance(text, bytes) else text.encode()


def header(name, kind=b"0", size=0, mode=0o644, uid=0, gid=0, mtime=1_600_000_000, link="",
           uname="", gname="", major=0, minor=0, prefix="", magic=b"ustar\x0000", tail=None,
           checksum=None):
    """One 512-byte header. `tail` replaces the bytes from 345 on (GNU keeps its maps there)."""
    name, link, prefix = as_bytes(name), as_bytes(link), as_bytes(prefix)
    if len(name) > 100 or len(link) > 100:
        raise ValueError("too long for a plain header: use gnu_long or pax")
    mode_field = mode if isinstance(mode, bytes) else number(mode, 8)
    size_field = size if isinstance(size, bytes) else number(size, 12)
    mtime_field = mtime if isinstance(mtime, bytes) else number(mtime, 12)
    block = bytearray(BLOCK)
    fields = [(0, name), (100, mode_field), (108, number(uid, 8)), (116, number(gid, 8)),
              (124, size_field), (136, mtime_field), (148, b" " * 8), (156, kind),
              (157, link), (257, magic), (265, as_bytes(uname)), (297, as_bytes(gname)),
              (329, number(major, 8)), (337, number(minor, 8)), (345, prefix)]
    for offset, value in fields:
        block[offset:offset + len(value)] = value
    if tail is not None:
        block[345:345 + len(tail)] = tail
    total = sum(block) if checksum is None else checksum
    block[148:156] = b"%06o\0 " % total
    return bytes(block)


def pax_records(records):
    """POSIX.1-2001 records: "LENGTH KEY=VALUE\\n" with a length that counts itself."""
    body = b""
    for key, value in (records.items() if isinstance(records, dict) else records):
        rest = b" " + as_bytes(key) + b"=" + as_bytes(value) + b"\n"
        length = len(rest)
        while length != len(str(length)) + len(rest):
            length = len(str(length)) + len(rest)
        body += str(length).encode() + rest
    return body


def pax(records, kind=b"x", name="PaxHeaders/entry"):
    body = records if isinstance(records, bytes) else pax_records(records)
    return header(name, kind=kind, size=len(body)) + padded(body)


def gnu_long(text, kind=b"L"):
    """GNU's long name (L) or long link (K) for the entry that follows."""
    body = as_bytes(text) + b"\0"
    return header("././@LongLink", kind=kind, size=len(body), mode=0, mtime=0,
                  magic=b"ustar  \0") + padded(body)


def entry(name, kind=b"0", data=b"", records=None, **fields):
    """A header with its data, and a PAX header in front where `records` are given or needed."""
    records = dict(records or {})
    name, link = as_bytes(name), as_bytes(fields.pop("link", ""))
    if len(name) > 100:
        records.setdefault("path", name)
        name = name[:90]
    if len(link) > 100:
        records.setdefault("linkpath", link)
        link = link[:90]
    mtime = fields.get("mtime")
    if isinstance(mtime, float):
        raise ValueError("give nanoseconds as records={'mtime': 'S.NNN'}")
    front = pax(records) if records else b""
    fields.setdefault("size", len(data))
    return front + header(name, kind=kind, link=link, **fields) + padded(as_bytes(data))


def file(name, data=b"", **fields):
    return entry(name, b"0", as_bytes(data), **fields)


def directory(name, mode=0o755, **fields):
    return entry(name if as_bytes(name).endswith(b"/") else as_bytes(name) + b"/", b"5",
                 mode=mode, **fields)


def symlink(name, target, **fields):
    return entry(name, b"2", link=target, mode=fields.pop("mode", 0o777), **fields)


def hard_link(name, target, **fields):
    return entry(name, b"1", link=target, **fields)


def fifo(name, **fields):
    return entry(name, b"6", **fields)


def character_device(name, major, minor, **fields):
    return entry(name, b"3", major=major, minor=minor, **fields)


def block_device(name, major, minor, **fields):
    return entry(name, b"4", major=major, minor=minor, **fields)


def gnu_sparse(name, real_size, regions, data, **fields):
    """GNU's old format: four regions in the header, the rest in extension blocks of 21."""
    pairs = [number(offset, 12) + number(length, 12) for offset, length in regions]
    tail = bytearray(167)
    tail[41:41 + 24 * len(pairs[:4])] = b"".join(pairs[:4])
    tail[137] = 1 if len(pairs) > 4 else 0
    tail[138:150] = number(real_size, 12)
    blocks = header(name, kind=b"S", size=len(data), magic=b"ustar  \0", tail=bytes(tail),
                    **fields)
    rest = pairs[4:]
    while rest:
        block = bytearray(BLOCK)
        block[0:24 * len(rest[:21])] = b"".join(rest[:21])
        rest = rest[21:]
        block[504] = 1 if rest else 0
        blocks += bytes(block)
    return blocks + padded(data)


def pax_sparse(name, real_size, regions, data, version="1.0", **fields):
    """GNU's PAX formats: the map in records (0.0, 0.1) or in front of the data (1.0)."""
    if version == "1.0":
        numbers = [len(regions)] + [n for region in regions for n in region]
        body = padded(b"".join(b"%d\n" % n for n in numbers)) + data
        records = [("GNU.sparse.major", "1"), ("GNU.sparse.minor", "0"),
                   ("GNU.sparse.name", name), ("GNU.sparse.realsize", str(real_size))]
    elif version == "0.1":
        flat = ",".join(str(n) for region in regions for n in region)
        records = [("GNU.sparse.size", str(real_size)),
                   ("GNU.sparse.numblocks", str(len(regions))),
                   ("GNU.sparse.map", flat), ("GNU.sparse.name", name)]
        body = data
    else:
        records = [("GNU.sparse.size", str(real_size)),
                   ("GNU.sparse.numblocks", str(len(regions)))]
        for offset, length in regions:
            records += [("GNU.sparse.offset", str(offset)), ("GNU.sparse.numbytes", str(length))]
        body = data
    stored = name if version == "0.0" else "GNUSparseFile.0/" + name
    return pax(records) + header(stored, size=len(body), **fields) + padded(body)


def end():
    return bytes(2 * BLOCK)


def archive(*entries):
    return b"".join(entries) + end()
