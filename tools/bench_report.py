#!/usr/bin/env python3
"""The table and the figure of the unpack benchmark, from the lines that bench_measure wrote.

bench_report.py RESULTS FACTS --versions FILE --load N --place FOLDER [--docs DOCS]

Prints the table; with --docs it also goes between the markers in DOCS/performance.md, and the
figure to DOCS/performance-unpack.svg.
"""
import argparse
import datetime
import html
import json
import os
import pathlib
import platform
import statistics
import subprocess

TOOLS = ("berth", "ctr", "podman", "skopeo+umoci", "floor")
PEERS = ("ctr", "podman", "skopeo+umoci")
NAMES = {
    "berth": "berth unpack", "ctr": "ctr images pull", "podman": "podman pull",
    "skopeo+umoci": "skopeo copy + umoci unpack", "floor": "floor: igzip -dc, tar -x",
}
CASES = {
    "first": "The image, nothing there before",
    "shared": "A second image that shares three of four layers",
    "again": "The same image again",
}
BEGIN, END = "<!-- unpack:begin -->", "<!-- unpack:end -->"


def read_results(path):
    found = {}
    for line in pathlib.Path(path).read_text().splitlines():
        row = json.loads(line)
        found.setdefault((row["case"], row["tool"]), []).append(row)
    return found


def spread(rows, key, unit=1.0, digits=2):
    values = [row[key] / unit for row in rows]
    low, middle, high = min(values), statistics.median(values), max(values)
    return f"{middle:.{digits}f} ({low:.{digits}f}–{high:.{digits}f})"


def median(results, case, tool, key="wall"):
    return statistics.median(row[key] for row in results[case, tool])


def table(results, case):
    lines = ["| | wall, s | CPU, s | peak memory, MiB | wall beside berth |", "|---|---|---|---|---|"]
    own = median(results, case, "berth")
    for tool in TOOLS:
        rows = results.get((case, tool))
        if rows:
            ratio = statistics.median(row["wall"] for row in rows) / own
            lines.append(f"| {NAMES[tool]} | {spread(rows, 'wall')} | {spread(rows, 'cpu')} | "
                         f"{spread(rows, 'rss', 2**20, 0)} | {ratio:.2f} |")
    return lines


def verdict(results):
    own = median(results, "first", "berth")
    fastest = min(PEERS, key=lambda tool: median(results, "first", tool))
    peak = max(row["rss"] for rows in results.values() for row in rows if row["tool"] == "berth")
    goals = [
        (f"{median(results, 'first', fastest) / own:.2f} times the speed of the fastest peer "
         f"({NAMES[fastest]})", "at least 2.5", median(results, "first", fastest) / own >= 2.5),
        (f"{own / median(results, 'first', 'floor'):.2f} times the floor's time", "at most 1.25",
         own / median(results, "first", "floor") <= 1.25),
        (f"{peak / 2**20:.0f} MiB resident at most, over all runs", "at most 96", peak <= 96 * 2**20),
        (f"{median(results, 'shared', 'berth') / own:.2f} of the first time where three layers are "
         "there already", "clearly below 1", median(results, "shared", "berth") < 0.9 * own),
    ]
    return [f"- {text}; goal: {goal}: **{'met' if met else 'missed'}**." for text, goal, met in goals]


def memory_gib():
    with open("/proc/meminfo", encoding="utf-8") as file:
        return int(file.readline().split()[1]) / 2**20


def processor():
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        return next((line.split(":")[1].strip() for line in file if line.startswith("model name")),
                    platform.machine())


def setting(arguments, facts, results):
    kind = subprocess.run(["findmnt", "-nro", "FSTYPE", "-T", arguments.place],
                          capture_output=True, text=True, check=False).stdout.strip()
    rounds = max(len(rows) for rows in results.values())
    versions = [line for line in pathlib.Path(arguments.versions).read_text().splitlines() if line]
    return [
        f"Image: {facts['bytes'] / 1e9:.2f} GB in {facts['files']:,} files, {facts['layers']} gzip "
        f"layers of {facts['compressed'] / 1e6:.0f} MB in all, from docker-registry on loopback. "
        f"{rounds} interleaved rounds, fresh folders, nothing deleted between; median "
        "(smallest–largest).",
        "",
        f"Machine: {processor()}, {os.cpu_count()} cores, {memory_gib():.0f} GiB, "
        f"{kind or 'unknown file system'}, Linux {platform.release()}, load {arguments.load} before "
        f"the first round; {datetime.date.today().isoformat()}.",
        "",
        "Versions: " + "; ".join(versions) + ".",
        "",
        "Memory is that of the largest process. podman and ctr unpack a layer once and mount it; "
        "berth and umoci write a whole root file system each time. CPU of the registry is not "
        "counted; that of containerd is.",
    ]


def report(arguments, facts, results):
    lines = []
    for case, title in CASES.items():
        lines += [f"**{title}**", "", *table(results, case), ""]
    return lines + verdict(results) + [""] + setting(arguments, facts, results)


def figure(results):
    """Bars of the first case: the median, a line from the smallest to the largest, the floor."""
    left, width, step = 220, 460, 38
    shown = [tool for tool in TOOLS if ("first", tool) in results]
    longest = max(row["wall"] for tool in shown for row in results["first", tool])

    def x(seconds):
        return left + seconds / longest * width

    height = step * len(shown) + 50
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {left + width + 70} {height}" '
        'font-family="system-ui, sans-serif" font-size="13" role="img" '
        'aria-label="Seconds to unpack the image, by tool">',
        '<rect width="100%" height="100%" fill="#ffffff"/>',
        '<text x="12" y="22" font-weight="600" fill="#1a1a1a">Seconds to pull and unpack the image '
        '(less is better)</text>',
    ]
    for number, tool in enumerate(shown):
        rows = [row["wall"] for row in results["first", tool]]
        middle, y = statistics.median(rows), 38 + step * number
        colour = {"berth": "#0b6e4f", "floor": "#9aa5b1"}.get(tool, "#5b7db1")
        out += [
            f'<text x="{left - 10}" y="{y + 17}" text-anchor="end" fill="#1a1a1a">'
            f"{html.escape(NAMES[tool])}</text>",
            f'<rect x="{left}" y="{y + 2}" width="{x(middle) - left:.1f}" height="22" rx="2" '
            f'fill="{colour}"/>',
            f'<line x1="{x(min(rows)):.1f}" x2="{x(max(rows)):.1f}" y1="{y + 13}" y2="{y + 13}" '
            'stroke="#1a1a1a" stroke-width="1.5"/>',
            f'<text x="{x(max(rows)) + 8:.1f}" y="{y + 17}" fill="#1a1a1a">{middle:.1f}</text>',
        ]
    return "\n".join(out + ["</svg>", ""])


def write_docs(docs, lines, results):
    page = docs / "performance.md"
    before, _, rest = page.read_text().partition(BEGIN)
    _, found, after = rest.partition(END)
    if not found:
        raise SystemExit(f"bench: {page} lacks the markers {BEGIN} and {END}")
    body = "\n".join(["", "![Seconds by tool](performance-unpack.svg)", "", *lines, ""])
    page.write_text(before + BEGIN + body + END + after)
    (docs / "performance-unpack.svg").write_text(figure(results))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("results")
    parser.add_argument("facts")
    parser.add_argument("--versions", required=True)
    parser.add_argument("--load", required=True)
    parser.add_argument("--place", required=True)
    parser.add_argument("--docs", type=pathlib.Path)
    arguments = parser.parse_args()
    results = read_results(arguments.results)
    facts = json.loads(pathlib.Path(arguments.facts).read_text())
    lines = report(arguments, facts, results)
    print("\n".join(lines))
    if arguments.docs:
        write_docs(arguments.docs, lines, results)


if __name__ == "__main__":
    main()
