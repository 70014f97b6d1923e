"""The table and the figure of tools/bench_browse: what each call takes beside its budget."""
import datetime
import html
import os
import pathlib
import platform

from bench_report import memory_gib, processor

BUDGET = 100  # ms, p95
BEGIN, END = "<!-- browse:begin -->", "<!-- browse:end -->"
PLACES = {"registered": "A registered registry, from its index", "embedded": "The registry in the server"}


def verdict(met):
    return "met" if met else "**missed**"


def table(rows):
    lines = ["| call | 1 connection: p50, p95, p99 | 8 connections: p50, p95, p99 | p95 under 100 ms |",
             "|---|---|---|---|"]
    for row in rows:
        cells = [" / ".join(f"{row[count][part]:.1f}" for part in ("p50", "p95", "p99")) for count in ("1", "8")]
        met = all(row[count]["p95"] < BUDGET for count in ("1", "8"))
        lines.append(f"| {row['title']} | {cells[0]} | {cells[1]} | {verdict(met)} |")
    return lines


def setting(facts):
    first, again = facts["syncs"]
    return [
        f"A sync of that registry over HTTP: {first['seconds']:.0f} s and {first['requests']:,.0f} requests the first "
        f"time, {again['seconds']:.0f} s and {again['requests']:,.0f} requests when nothing had changed; "
        f"{first['cpu']:.0f} s and {again['cpu']:.0f} s of processor time in the server that syncs.",
        "",
        f"{facts['count']:,} repositories of {facts['tags']} tags each, half of them charts; pages of 50. Milliseconds, "
        f"of {facts['operations']:,} calls on kept connections, each for another repository, page or word; the median "
        f"of {facts['rounds']} rounds by p95. An API key is checked at every call. Client and server share the machine.",
        "",
        f"Machine: {processor()}, {os.cpu_count()} cores, {memory_gib():.0f} GiB, Linux {platform.release()}, load "
        f"{facts['load']:.2f} before the first round; {datetime.date.today().isoformat()}.",
    ]


def lines_of(facts):
    lines = []
    for place, title in PLACES.items():
        lines += [f"**{title}**", "", *table(facts["rows"][place]), ""]
    return lines + setting(facts)


def figure(facts):
    """p50 to p99 on 8 connections as a line, p95 as a mark, beside the budget."""
    left, width, step = 330, 420, 24
    rows = [(place, row) for place in PLACES for row in facts["rows"][place]]
    high = max(1.25 * BUDGET, *(row["8"]["p99"] for _, row in rows))
    height = step * (len(rows) + len(PLACES)) + 70

    def x(value):
        return left + min(value, high) / high * width

    out = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {left + width + 60} {height}" '
           'font-family="system-ui, sans-serif" font-size="13" role="img" '
           'aria-label="Milliseconds by call on 8 connections, beside the budget of 100">',
           '<rect width="100%" height="100%" fill="#ffffff"/>',
           '<text x="12" y="22" font-weight="600" fill="#1a1a1a">Milliseconds on 8 connections: p50 to p99, and p95 '
           '(less is better)</text>']
    for mark in range(0, int(high) + 1, 25):
        out += [f'<line x1="{x(mark):.1f}" x2="{x(mark):.1f}" y1="34" y2="{height - 20}" '
                f'stroke="{"#b3261e" if mark == BUDGET else "#d5dae0"}" stroke-width="1"/>',
                f'<text x="{x(mark):.1f}" y="{height - 6}" text-anchor="middle" fill="#5a6570">{mark}</text>']
    y = 50
    for place, title in PLACES.items():
        out.append(f'<text x="12" y="{y + 4}" font-weight="600" fill="#1a1a1a">{html.escape(title)}</text>')
        for row in facts["rows"][place]:
            y += step
            times = row["8"]
            out += [f'<text x="{left - 12}" y="{y + 4}" text-anchor="end" fill="#1a1a1a">{html.escape(row["title"])}</text>',
                    f'<line x1="{x(times["p50"]):.1f}" x2="{x(times["p99"]):.1f}" y1="{y}" y2="{y}" '
                    'stroke="#5b7db1" stroke-width="6"/>',
                    f'<circle cx="{x(times["p95"]):.1f}" cy="{y}" r="5" fill="#1a3d6d"/>',
                    f'<text x="{x(times["p99"]) + 10:.1f}" y="{y + 4}" font-size="11" fill="#1a1a1a">'
                    f'{times["p95"]:.1f}</text>']
        y += step
    return "\n".join(out + ["</svg>", ""])


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
    body = "\n".join(["", "![Milliseconds by call](performance-browse.svg)", "", *lines, ""])
    page.write_text(before + BEGIN + body + END + after)
    (page.parent / "performance-browse.svg").write_text(figure(facts))
