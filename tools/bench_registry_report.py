"""The table and the figure of tools/bench_registry: goals beside what was measured."""
import datetime
import html
import os
import pathlib
import platform
import re
import statistics
import subprocess

from bench_report import memory_gib, processor

MIB = 2**20
PEERS = ("docker-registry", "zot")
BEGIN, END = "<!-- registry:begin -->", "<!-- registry:end -->"


def rate(row):
    return row["operations"] / row["seconds"]


def throughput(row):
    return row["bytes"] / row["seconds"] / MIB


# case, title, what is compared, its unit, the goals beside docker-registry and zot
READS = [(f"manifest by {how}, {connections}", f"manifest GET by {how}, {connections} connections",
          rate, "requests/s", 10, 5) for connections in (8, 256) for how in ("tag", "digest")]
BLOBS = [("blob get small", "blob GET, 1 MiB, 8 connections", throughput, "MiB/s", 3, 3),
         ("blob get large", "blob GET, 100 MiB, 4 connections", throughput, "MiB/s", 1.2, 1.2)]
PUSHES = [(f"push {size} MiB {how}", f"blob push, {size} MiB, {words}, {connections} connections",
           throughput, "MiB/s", 2, 2) for size, connections in ((1, 4), (10, 4), (100, 2))
          for how, words in (("whole", "POST and PUT"), ("chunked", "in chunks"))]


def series(facts, case, tool, value):
    return [value(row) for row in facts["rows"] if row["case"] == case and row["tool"] == tool]


def ratios(facts, case, peer, value):
    """Round by round: the rounds were interleaved."""
    own, other = series(facts, case, "berth", value), series(facts, case, peer, value)
    return [a / max(b, 1e-9) for a, b in zip(own, other)]


def spread(values, digits=1):
    if not values:
        return "–"
    middle = statistics.median(values)
    if middle >= 1000:
        digits = 0
    return f"{middle:,.{digits}f} ({min(values):,.{digits}f}–{max(values):,.{digits}f})"


def verdict(met):
    return "met" if met else "**missed**"


def compared(facts):
    peers = [peer for peer in PEERS if any(row["tool"] == peer for row in facts["rows"])]
    head = ["", "berth", *peers]
    for peer in peers:
        head += [f"beside {peer}", "goal", ""]
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    for case, title, value, unit, *goals in READS + BLOBS + PUSHES:
        cells = [f"{title}, {unit}"]
        cells += [spread(series(facts, case, tool, value)) for tool in ("berth", *peers)]
        for peer, goal in zip(PEERS, goals):
            if peer in peers:
                found = ratios(facts, case, peer, value)
                cells += [spread(found, 2), f"{goal:g}", verdict(statistics.median(found) >= goal)]
        lines.append("| " + " | ".join(cells) + " |")
    lines.append(cpu_line(facts, peers))
    return lines


def cpu_line(facts, peers):
    """CPU time of the server per GiB of a large blob; here less is better."""
    def per_gib(row):
        return row["cpu"] / row["bytes"] * 2**30
    case = "blob get large"
    cells = ["the same, CPU of the server, s/GiB"]
    cells += [spread(series(facts, case, tool, per_gib), 3) for tool in ("berth", *peers)]
    for peer in peers:
        found = ratios(facts, case, peer, per_gib)
        cells += [spread(found, 2), "at most 0.5", verdict(statistics.median(found) <= 0.5)]
    return "| " + " | ".join(cells) + " |"


def alone(facts):
    names, memory, collected = facts["names"], facts["memory"], facts["collected"]
    count = f"{names['count']:,}"
    heads = [a / b for a, b in zip(names["heads"]["many"], names["heads"]["few"])]
    uploads, idle = memory["uploads"], memory["idle"]
    lines = ["| | measured | goal | |", "|---|---|---|---|"]

    def row(what, measured, goal, met):
        lines.append(f"| {what} | {measured} | {goal} | {verdict(met)} |")

    for key, what in (("catalog", f"catalog page, {count} repositories"),
                      ("tags", f"tag page, {count} tags in one repository")):
        times = names[key]["times"]["get"]
        row(f"{what}, 8 connections: p99", f"{times['p99']:.1f} ms (p50 {times['p50']:.1f} ms)",
            "under 10 ms", times["p99"] < 10)
    row(f"start with {2 * names['count']:,} repositories and tags: ready in", f"{names['start']:.2f} s",
        "under 1 s", names["start"] < 1)
    row(f"blob HEAD in a repository of {count} manifests, beside one of 10", f"{spread(heads, 2)} times as fast",
        "1 (0.9 passes)", statistics.median(heads) >= 0.9)
    row(f"{uploads['operations']} uploads of {uploads['bytes'] / uploads['operations'] / MIB:.0f} MiB at once: peak memory",
        f"{uploads['peak'] / MIB:.0f} MiB", "at most 128 MiB", uploads["peak"] <= 128 * MIB)
    more = (idle["rss"] - idle["rss_before"]) / MIB
    row(f"{idle['connections']:,} idle connections: memory beside none", f"{more:.0f} MiB more",
        "at most 40 MiB", more <= 40)
    for kind in ("pull", "push"):
        quiet, busy = names["quiet"]["times"][kind]["p99"], collected["work"]["times"][kind]["p99"]
        row(f"collecting {count} blobs while 4 clients work: p99 of a {kind} beside without",
            f"{busy / quiet:.2f} ({busy:.1f} ms, {quiet:.1f} ms)", "at most 1.2", busy <= 1.2 * quiet)
    before, during, after = (collected[f"files_{when}"] for when in ("before", "during", "after"))
    row("its space comes back", f"{(before['bytes'] - after['bytes']) / MIB:.0f} MiB of "
        f"{before['bytes'] / MIB:.0f} MiB within {collected['seconds']:.0f} s; {during['files']:,} of "
        f"{before['files']:,} files were left when the clients stopped", "all garbage",
        after["files"] < before["files"] - 0.99 * names["count"] + collected["work"]["operations"] + 100)
    return lines


def zot_version(text):
    commit = re.search(r"[\"']?commit[\"']?[:=]\s*[\"']?([\w.-]+)", text)
    return f"zot {commit.group(1)}" if commit else "zot, version unknown"


def client_share(facts):
    """How much of one processor wrk used while it asked Berth for manifests."""
    rows = [row for row in facts["rows"] if row["tool"] == "berth" and "client_cpu" in row]
    return [row["client_cpu"] / row["seconds"] for row in rows], [
        (row["client_cpu"] + row["cpu"]) / row["seconds"] for row in rows]


def setting(facts):
    kind = subprocess.run(["findmnt", "-nro", "FSTYPE", "-T", "/var/tmp"], capture_output=True,
                          text=True, check=False).stdout.strip()
    client, both = client_share(facts)
    syncs = [f"{name} {count}" for name, count in facts["syncs"].items() if count is not None]
    lines = [
        f"{facts['rounds']} interleaved rounds, fresh data, nothing deleted between; median "
        "(smallest–largest), ratios round by round. Berth checks a password at every request; the "
        "peers run without authentication, all without logs of requests. The manifest has "
        f"{facts['manifest']:,} bytes. Blobs are thrown away by the receiving kernel (MSG_TRUNC), "
        "their digests are computed before the clock starts.",
        "",
        f"Client and server share the machine: while Berth answered, wrk took {min(client):.2f} to "
        f"{max(client):.2f} of a processor, and both together {min(both):.2f} to {max(both):.2f} of "
        f"{os.cpu_count()}. What the client takes is the server's loss, so that Berth alone would "
        "answer more; the ratios are lower bounds.",
    ]
    if syncs:
        lines += ["", "Syncs (fsync, fdatasync) for one push of 1 MiB: " + ", ".join(syncs) +
                  ". Berth syncs the blob, its directory and the index before it answers 201."]
    return lines + [
        "",
        f"Machine: {processor()}, {os.cpu_count()} cores, {memory_gib():.0f} GiB, "
        f"{kind or 'unknown file system'}, Linux {platform.release()}, load {facts['load']:.2f} "
        f"before the first round; {datetime.date.today().isoformat()}.",
        "",
        "Versions: " + "; ".join(facts["versions"]) + ".",
    ]


def figure(facts):
    """For each case Berth's speed in multiples of each peer's, on a logarithmic scale."""
    peers = [peer for peer in PEERS if any(row["tool"] == peer for row in facts["rows"])]
    colours = {"docker-registry": "#5b7db1", "zot": "#9aa5b1"}
    cases = READS + BLOBS + PUSHES
    left, width, step = 300, 420, 16 * len(peers) + 12
    marks = (1, 2, 5, 10, 20, 50, 100)
    low, high = 0.5, 100

    def x(value):
        from math import log
        value = min(max(value, low), high)
        return left + (log(value) - log(low)) / (log(high) - log(low)) * width

    height = step * len(cases) + 70
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {left + width + 50} {height}" '
        'font-family="system-ui, sans-serif" font-size="13" role="img" '
        'aria-label="Speed of Berth in multiples of its peers, by case">',
        '<rect width="100%" height="100%" fill="#ffffff"/>',
        '<text x="12" y="22" font-weight="600" fill="#1a1a1a">Speed of Berth in multiples of its '
        'peers (more is better)</text>',
    ]
    for number, peer in enumerate(peers):
        at = left + 160 * number
        out += [f'<rect x="{at}" y="34" width="12" height="12" fill="{colours[peer]}"/>',
                f'<text x="{at + 18}" y="45" fill="#1a1a1a">beside {peer}</text>']
    for mark in marks:
        out += [f'<line x1="{x(mark):.1f}" x2="{x(mark):.1f}" y1="54" y2="{height - 16}" '
                f'stroke="{"#1a1a1a" if mark == 1 else "#d5dae0"}" stroke-width="1"/>',
                f'<text x="{x(mark):.1f}" y="{height - 4}" text-anchor="middle" '
                f'fill="#5a6570">{mark}</text>']
    for number, (case, title, value, *_) in enumerate(cases):
        y = 60 + step * number
        out.append(f'<text x="{left - 10}" y="{y + step / 2}" text-anchor="end" fill="#1a1a1a">'
                   f"{html.escape(title)}</text>")
        for line, peer in enumerate(peers):
            found = ratios(facts, case, peer, value)
            middle, top = statistics.median(found), y + 16 * line
            begin, end = sorted((x(1), x(middle)))
            out += [
                f'<rect x="{begin:.1f}" y="{top}" width="{end - begin:.1f}" height="13" '
                f'fill="{colours[peer]}"/>',
                f'<line x1="{x(min(found)):.1f}" x2="{x(max(found)):.1f}" y1="{top + 6.5}" '
                f'y2="{top + 6.5}" stroke="#1a1a1a" stroke-width="1.5"/>',
                f'<text x="{max(x(max(found)), x(1)) + 6:.1f}" y="{top + 11}" font-size="11" '
                f'fill="#1a1a1a">{middle:.1f}</text>',
            ]
    return "\n".join(out + ["</svg>", ""])


def lines_of(facts):
    return ["**Beside peers**", "", *compared(facts), "", "**At size**", "", *alone(facts), "",
            *setting(facts)]


def write(facts, docs):
    lines = lines_of(facts)
    print("\n".join(lines))
    if docs is None:
        return
    page = pathlib.Path(docs) / "performance.md"
    before, _, rest = page.read_text().partition(BEGIN)
    _, found, after = rest.partition(END)
    if not found:
        raise SystemExit(f"bench: {page} lacks the markers {BEGIN} and {END}")
    body = "\n".join(["", "![Speed beside peers](performance-registry.svg)", "", *lines, ""])
    page.write_text(before + BEGIN + body + END + after)
    (page.parent / "performance-registry.svg").write_text(figure(facts))
