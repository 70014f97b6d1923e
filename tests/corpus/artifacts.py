"""Charts, artifacts and layout archives: names from outside that become paths (5.2, 5.3)."""
import json
import os

import rawtar as tar
from harness import image_maker, pull_arguments, refused, require, unpacked
from layout import Layout, gzipped

NAMED = "name and version are validated before any use in a path, a terminal or a page"
SCOPED = "every path is resolved beneath the root handle"
CAPPED = "expansion is capped; nothing is written through"
CHART_CONFIG = "application/vnd.cncf.helm.config.v1+json"
CHART_LAYER = "application/vnd.cncf.helm.chart.content.v1.tar+gzip"
TITLE = "org.opencontainers.image.title"
UNPACK = "io.deis.oras.content.unpack"


# Artifacts: files under their titles.

def artifact(*files):
    """Files as oras pushes them: (title, bytes) or (title, bytes, more annotations)."""
    def make(place):
        layout = Layout(place.layout)
        layers = []
        for title, data, *more in files:
            annotations = {**({TITLE: title} if title is not None else {}), **dict(*more)}
            layers.append(layout.blob(data, "application/octet-stream", annotations=annotations))
        empty = layout.blob(b"{}", "application/vnd.oci.empty.v1+json")
        layout.tag(layout.manifest(empty, layers, artifactType="application/x.test"))
    return make


def artifact_refused(name, rule, *files, says=""):
    refused("artifact-" + name, rule, artifact(*files), says, pull_arguments())


def file_is(*names, content="x"):
    def check(place):
        path = os.path.join(place.results, *names)
        require(os.path.isfile(path) and not os.path.islink(path), f"no file {path}")
        with open(path) as file:
            require(file.read() == content, f"{path} has the wrong content")
    return check


for name, title in {"dotdot": "../evil", "absolute": "/tmp/berth-evil", "dot": ".",
                    "only-dotdot": "..", "inside-dotdot": "a/../../b", "slash": "/",
                    "long": "n" * 5000}.items():
    artifact_refused("title-" + name, SCOPED, (title, b"x"))
artifact_refused("title-nul", SCOPED, ("a\0b", b"x"))
artifact_refused("title-newline", NAMED, ("a\nb\x1b[31m", b"x"))
artifact_refused("titles-collide", "collisions are refused", ("a", b"x"), ("a", b"y"))
artifact_refused("titles-collide-normalised", "collisions are refused", ("a", b"x"), ("./a", b"y"))
artifact_refused("file-and-folder", "collisions are refused", ("a", b"x"), ("a/b", b"y"))
artifact_refused("title-empty", SCOPED, ("", b"x"))
unpacked("artifact-without-title", "an untitled file is named by its digest", artifact(
    (None, b"x")), lambda place: require(len(os.listdir(place.results)) == 1, "no file"),
    pull_arguments())
unpacked("artifact-in-folder", SCOPED, artifact(("deep/er/a", b"x")), file_is("deep", "er", "a"),
         pull_arguments())


def into_trap(make):
    """The place to pull into holds a symlink to the canaries."""
    def trapped(place):
        make(place)
        os.symlink(place.outside, os.path.join(place.results, "trap"))
    return trapped


refused("artifact-through-symlink", SCOPED, into_trap(artifact(("trap/pwned", b"x"))),
        arguments=pull_arguments())


def existing_file(make, name, target=None):
    def placed(place):
        make(place)
        path = os.path.join(place.results, name)
        if target:
            os.symlink(os.path.join(place.outside, target), path)
        else:
            with open(path, "w") as file:
                file.write("mine")
    return placed


unpacked("artifact-over-symlink", "write with no-follow",
         existing_file(artifact(("a", b"x")), "a", "file"), file_is("a"), pull_arguments(),
         may_refuse=True)


def packed(*entries):
    return gzipped(tar.archive(*entries))


def folder_refused(name, *entries):
    """An artifact that is a packed folder, as oras packs one."""
    artifact_refused("folder-" + name, SCOPED, ("folder", packed(*entries), {UNPACK: "true"}))


folder_refused("dotdot", tar.file("folder/../../evil", "x"))
folder_refused("absolute", tar.file("/tmp/berth-evil", "x"))
folder_refused("symlink-out", tar.symlink("folder/s", "../../outside/file"))
folder_refused("symlink-absolute", tar.symlink("folder/s", "/etc/passwd"))
folder_refused("hard-link-out", tar.hard_link("folder/h", "../outside/file"))
folder_refused("hard-link-process-folder", tar.hard_link("folder/h", "config"))  # CVE-2026-50163
folder_refused("symlink-chain", tar.symlink("folder/a", "b"), tar.symlink("folder/b", "../.."),
               tar.file("folder/a/x", "x"))
folder_refused("device", tar.character_device("folder/d", 1, 3))
folder_refused("fifo", tar.fifo("folder/f"))
folder_refused("replaces", tar.file("folder/a", "x"), tar.file("folder/a", "y"))
folder_refused("cut", tar.file("folder/a", "x" * 5000)[:2000])

# Charts.
CHART = {"name": "pier", "version": "1.2.3", "apiVersion": "v2"}
CHART_YAML = "apiVersion: v2\nname: pier\nversion: 1.2.3\n"
GOOD_CHART = [tar.directory("pier"), tar.file("pier/Chart.yaml", CHART_YAML),
              tar.file("pier/values.yaml", "a: 1\n")]


def chart(config=None, entries=None, data=None, text=None):
    def make(place):
        layout = Layout(place.layout)
        document = {**CHART, **(config or {})}
        stored = layout.blob(tar.as_bytes(text) if text is not None
                             else json.dumps(document).encode(), CHART_CONFIG)
        archive = data if data is not None else packed(*(entries or GOOD_CHART))
        layout.tag(layout.manifest(stored, [layout.blob(archive, CHART_LAYER)]))
    return make


def chart_refused(name, rule, make, says="", unpack=False):
    arguments = pull_arguments(*(["--unpack"] if unpack else []))
    refused("chart-" + name, rule, make, says, arguments)


unpacked("chart-good", NAMED, chart(), file_is("pier", "values.yaml", content="a: 1\n"),
         pull_arguments("--unpack"))
for name, value in {"dot": ".", "dotdot": "..", "slash": "a/b", "traversal": "../evil",
                    "empty": "", "escape": "a\x1b[31m", "nul": "a\0b", "number": 7,
                    "long": "n" * 300, "space": "a b"}.items():
    chart_refused("name-" + name, NAMED, chart({"name": value}), says="name")
for name, value in {"traversal": "1.2.3/../../evil", "dotdot": "..", "word": "latest", "empty": "",
                    "newline": "1.2.3\n", "two-parts-and-slash": "1/2", "number": 1}.items():
    chart_refused("version-" + name, NAMED, chart({"version": value}), says="version")
chart_refused("config-not-json", NAMED, chart(text="name: pier"))
chart_refused("config-too-large", CAPPED, chart({"description": "d" * 100_000}))
chart_refused("no-layer", NAMED, lambda place: chart_without_layer(place))


def chart_without_layer(place):
    layout = Layout(place.layout)
    layout.tag(layout.manifest(layout.blob(json.dumps(CHART).encode(), CHART_CONFIG), []))


def chart_archive_refused(name, *entries, rule=SCOPED):
    chart_refused("archive-" + name, rule, chart(entries=list(entries)), unpack=True)


chart_archive_refused("dotdot", *GOOD_CHART, tar.file("pier/../../evil", "x"))
chart_archive_refused("absolute", *GOOD_CHART, tar.file("/tmp/berth-evil", "x"))
chart_archive_refused("other-folder", *GOOD_CHART, tar.file("other/x", "x"), rule=NAMED)
chart_archive_refused("wrong-folder", tar.file("quay/Chart.yaml", CHART_YAML), rule=NAMED)
chart_archive_refused("no-chart-yaml", tar.file("pier/values.yaml", "a: 1"), rule=NAMED)
chart_archive_refused("no-folder", tar.file("Chart.yaml", CHART_YAML), rule=NAMED)
chart_archive_refused("symlink-out", *GOOD_CHART,
                      tar.symlink("pier/Chart.lock", "../../outside/file"))
chart_archive_refused("symlink-then-write", *GOOD_CHART, tar.symlink("pier/s", "../.."),
                      tar.file("pier/s/x", "x"))
chart_archive_refused("hard-link-out", *GOOD_CHART, tar.hard_link("pier/h", "/etc/passwd"))
chart_archive_refused("device", *GOOD_CHART, tar.block_device("pier/d", 8, 0))
chart_archive_refused("bomb", *GOOD_CHART, tar.pax_sparse("pier/big", 1 << 41, [], b""),
                      rule=CAPPED)
chart_refused("archive-cut", CAPPED, chart(data=packed(*GOOD_CHART)[:-30]), unpack=True)
chart_refused("archive-not-gzip", CAPPED, chart(data=b"PK\3\4not a chart" * 40), unpack=True)


def existing_folder(place):
    chart()(place)
    os.mkdir(os.path.join(place.results, "pier"))
    with open(os.path.join(place.results, "pier", "mine"), "w") as file:
        file.write("mine")


refused("chart-folder-exists", "nothing is overwritten", existing_folder,
        arguments=pull_arguments("--unpack"), status=8)


def trapped_folder(place):
    chart()(place)
    os.symlink(place.outside, os.path.join(place.results, "pier"))


refused("chart-folder-is-a-symlink", "nothing is written through", trapped_folder,
        arguments=pull_arguments("--unpack"), status=8)


# Archives of layouts.

def layout_archive(change=None):
    """The good image as a tar of its layout; `change` is given its entries and [(name, bytes)]."""
    def make(place):
        image_maker([tar.archive(tar.file("a", "x"))])(place)
        found = []
        for here, _, files in sorted(os.walk(place.layout)):
            for name in sorted(files):
                path = os.path.join(here, name)
                with open(path, "rb") as file:
                    found.append((os.path.relpath(path, place.layout), file.read()))
        entries = [tar.file(name, data) for name, data in found]
        if change:
            entries = change(entries, found)
        with open(place.path("archive.tar"), "wb") as file:
            file.write(entries if isinstance(entries, bytes) else tar.archive(*entries))
    return make


def archive_arguments(place):
    return ["unpack", f"oci-archive:{place.path('archive.tar')}:v1",
            place.path("results", "bundle")]


def archive_refused(name, rule, change, says="", status=6):
    refused("oci-archive-" + name, rule, layout_archive(change), says, archive_arguments, status)


ARCHIVE = "an archive is a layout: the same rules"
unpacked("oci-archive-good", ARCHIVE, layout_archive(), arguments=archive_arguments)
unpacked("oci-archive-dotdot-member", SCOPED, layout_archive(
    lambda entries, _: [tar.file("../../outside/pwned", "x"), *entries]),
    arguments=archive_arguments, may_refuse=True)
archive_refused("cut", ARCHIVE, lambda entries, _: b"".join(entries)[:2100])
archive_refused("empty", ARCHIVE, lambda entries, _: b"")
archive_refused("garbage", ARCHIVE, lambda entries, _: b"not a tar" * 900)
archive_refused("no-index", ARCHIVE, lambda entries, found: [
    entry for entry, (name, _) in zip(entries, found) if name != "index.json"], "index.json")
archive_refused("symlink-blobs", "a layout's blob may not be a symlink", lambda entries, found: [
    tar.symlink(name, "/etc/passwd") if name.startswith("blobs") else entry
    for entry, (name, _) in zip(entries, found)], status=3)
archive_refused("blobs-swapped", ARCHIVE, lambda entries, found: [
    tar.file(name, data[::-1]) if name.startswith("blobs") else tar.file(name, data)
    for name, data in found])
archive_refused("index-enormous", "bodies read into memory are capped", lambda entries, found: [
    tar.file(name, data + b" " * (80 << 20) if name == "index.json" else data)
    for name, data in found])
