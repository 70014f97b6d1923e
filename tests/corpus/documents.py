"""Manifests, indexes, configurations and layouts that contradict themselves (5.2, 5.1, 5.3)."""
import json
import os

import rawtar as tar
from harness import image_maker, refused, require, unpacked
from layout import (DOCKER_MANIFEST, OCI_CONFIG, OCI_INDEX, OCI_MANIFEST, Layout,
                    digest_of)

WHOLE = tar.archive(tar.file("a", "x"))
PARSED = "digests are parsed into a type at the edge; paths come from the type only"
ONE_TYPE = "a document is parsed once, by one type (CVE-2021-41190)"
BOUNDED = "bodies read into memory are capped"


def changed(change):
    """A good image whose manifest `change` alters: manifest, layout -> manifest or text."""
    def make(place):
        layout = Layout(place.layout)
        stored = layout.image([WHOLE])
        with open(layout.blob_path(stored["digest"])) as file:
            document = json.load(file)
        result = change(document, layout)
        text = result if isinstance(result, (str, bytes)) else json.dumps(result or document)
        layout.tag(layout.blob(tar.as_bytes(text), OCI_MANIFEST))
    return make


def with_layer(**members):
    return changed(lambda document, layout: document["layers"][0].update(members))


def with_config(document=None, image=None, text=None):
    """A good image with other members in its configuration."""
    def change(manifest, layout):
        with open(layout.blob_path(manifest["config"]["digest"])) as file:
            config = json.load(file)
        config.update(document or {})
        config["config"].update(image or {})
        stored = tar.as_bytes(text) if text is not None else json.dumps(config).encode()
        manifest["config"] = layout.blob(stored, OCI_CONFIG)
    return changed(change)


# Descriptors.
for name, digest in {
        "traversal": "sha256:../../../../outside/file", "upper-case": "sha256:" + "A" * 64,
        "short": "sha256:abcd", "long": "sha256:" + "a" * 65, "unknown": "md5:" + "a" * 32,
        "empty": "", "slash": "sha256/" + "a" * 64, "no-colon": "a" * 64,
        "spaces": " sha256:" + "a" * 63, "nul": "sha256:" + "a" * 63 + "\0",
        "absolute": "/etc/passwd", "plus": "sha256+b64u:" + "a" * 43}.items():
    refused("digest-" + name, PARSED, with_layer(digest=digest), says="digest")
for name, size in {"negative": -1, "text": "12", "fraction": 1.5, "enormous": 1 << 63,
                   "beyond-doubles": 1 << 70, "null": None, "true": True}.items():
    refused("size-" + name, "sizes in descriptors are bounded", with_layer(size=size), says="size")
refused("size-too-small", "sizes in descriptors must match exactly",
        changed(lambda document, _: document["layers"][0].update(
            size=document["layers"][0]["size"] - 1)))
refused("size-too-large", "sizes in descriptors must match exactly",
        changed(lambda document, _: document["layers"][0].update(
            size=document["layers"][0]["size"] + 1)))
refused("size-zero", "sizes in descriptors must match exactly", with_layer(size=0))
refused("layer-type-missing", PARSED, changed(
    lambda document, _: document["layers"][0].pop("mediaType") and None), says="mediaType")
refused("layer-type-malformed", PARSED, with_layer(mediaType="no slash\n"), says="mediaType")
refused("layer-type-foreign", "only layers are unpacked", with_layer(mediaType="text/plain"),
        says="text/plain", status=1)
refused("annotation-not-text", PARSED, with_layer(annotations={"a": 1}), says="annotation")

# Manifests.
refused("manifest-not-json", ONE_TYPE, changed(lambda *_: "{not json"))
refused("manifest-empty", ONE_TYPE, changed(lambda *_: ""))
refused("manifest-a-list", ONE_TYPE, changed(lambda *_: "[]"))
refused("manifest-trailing", ONE_TYPE, changed(lambda document, _: json.dumps(document) + "{}"))
refused("manifest-bad-utf8", ONE_TYPE, changed(
    lambda document, _: json.dumps(document)[:-1].encode() + b', "x": "\xff\xfe"}'))
refused("manifest-deep", BOUNDED, changed(
    lambda document, _: json.dumps(document)[:-1] + ', "x": ' + "[" * 5000 + "]" * 5000 + "}"))
refused("manifest-over-4-mib", BOUNDED, changed(
    lambda document, _: json.dumps(document) + " " * (4 << 20)), says="4")
refused("manifest-repeated-member", ONE_TYPE, changed(
    lambda document, _: json.dumps(document)[:-1] + ', "layers": []}'), says="layers")
refused("manifest-version-1", ONE_TYPE, changed(
    lambda document, _: document.update(schemaVersion=1)), says="schemaVersion")
refused("manifest-version-missing", ONE_TYPE, changed(
    lambda document, _: document.pop("schemaVersion") and None), says="schemaVersion")
refused("manifest-and-index", ONE_TYPE, changed(
    lambda document, _: document.update(manifests=[])), says="manifests")
refused("manifest-calls-itself-index", ONE_TYPE, changed(
    lambda document, _: document.update(mediaType=OCI_INDEX)), says="mediaType")
refused("manifest-calls-itself-docker", ONE_TYPE, changed(
    lambda document, _: document.update(mediaType=DOCKER_MANIFEST)), says="mediaType")
refused("manifest-layers-an-object", ONE_TYPE, changed(
    lambda document, _: document.update(layers={})), says="layers")
refused("manifest-no-config", ONE_TYPE, changed(
    lambda document, _: document.pop("config") and None), says="config")
refused("manifest-too-many-layers", BOUNDED, changed(
    lambda document, _: document.update(layers=document["layers"] * 600)))


HERE = {"os": "linux", "architecture": "amd64"}


def index_of(make_index):
    def make(place):
        layout = Layout(place.layout)
        layout.tag(make_index(layout, layout.image([WHOLE])))
    return make


def nested(depth):
    def build(layout, manifest):
        for _ in range(depth):
            manifest = layout.index([{**manifest, "platform": HERE}])
        return manifest
    return build


def copy_arguments(place):
    return ["copy", f"oci:{place.layout}:v1", f"oci:{place.path('copied')}:v1"]


def looks_like(wanted):
    """An index that lists a manifest under another type."""
    return lambda layout, manifest: layout.index(
        [{**manifest, "mediaType": wanted, "platform": HERE}])


refused("index-too-deep", "graphs are walked with a depth", index_of(nested(12)), says="deep",
        arguments=copy_arguments)
refused("index-lists-index-as-manifest", ONE_TYPE, index_of(
    lambda layout, manifest: layout.index(
        [{**nested(1)(layout, manifest), "mediaType": OCI_MANIFEST, "platform": HERE}])))
refused("index-lists-manifest-as-index", ONE_TYPE, index_of(looks_like(OCI_INDEX)),
        arguments=copy_arguments)
refused("index-lists-index-as-manifest-copied", ONE_TYPE, index_of(
    lambda layout, manifest: layout.index(
        [{**nested(1)(layout, manifest), "mediaType": OCI_MANIFEST, "platform": HERE}])),
        arguments=copy_arguments)
refused("index-with-layers", ONE_TYPE, index_of(
    lambda layout, manifest: layout.index([manifest], layers=[])), says="layers")
refused("index-too-many", "graphs are walked with a node budget", index_of(
    lambda layout, manifest: layout.index([manifest] * 10_001)))
refused("index-no-such-platform", "absence is said", index_of(
    lambda layout, manifest: layout.index(
        [{**manifest, "platform": {"os": "plan9", "architecture": "vax"}}])),
    says="plan9", status=3)
refused("index-platform-a-list", ONE_TYPE, index_of(
    lambda layout, manifest: layout.index([{**manifest, "platform": []}])), says="platform")
refused("index-child-missing", "absence is said", index_of(
    lambda layout, manifest: layout.index([{**manifest, "digest": "sha256:" + "0" * 64,
                                            "platform": HERE}])), status=3)

# Configurations.
CONFIG = "the configuration is foreign text too"
refused("config-not-json", CONFIG, with_config(text="{"))
refused("config-bad-utf8", CONFIG, with_config(text=b'{"os": "\xff"}'))
refused("config-rootfs-type", CONFIG, with_config({"rootfs": {"type": "tree", "diff_ids": []}}),
        says="rootfs.type")
refused("config-no-rootfs", CONFIG, with_config({"rootfs": None}), says="rootfs")
refused("config-diff-id-malformed", PARSED,
        with_config({"rootfs": {"type": "layers", "diff_ids": ["sha256:.."]}}), says="diff_ids")
refused("config-too-few-diff-ids", "diff-ids and layers are as many",
        with_config({"rootfs": {"type": "layers", "diff_ids": []}}), says="diff")
refused("config-too-many-diff-ids", "diff-ids and layers are as many",
        with_config({"rootfs": {"type": "layers", "diff_ids": [digest_of(WHOLE)] * 2}}),
        says="diff")
refused("config-wrong-diff-id", "diff-ids are checked over the whole stream",
        with_config({"rootfs": {"type": "layers", "diff_ids": [digest_of(b"other")]}}),
        says="uncompressed")
refused("config-env-nul", CONFIG, with_config(image={"Env": ["A=b\0c"]}), says="Env")
refused("config-cmd-nul", CONFIG, with_config(image={"Cmd": ["/bin/sh\0-c"]}), says="Cmd")
refused("config-cmd-text", CONFIG, with_config(image={"Cmd": "/bin/sh"}), says="Cmd")
refused("config-env-number", CONFIG, with_config(image={"Env": [1]}), says="Env")
refused("config-labels-nested", CONFIG, with_config(image={"Labels": {"a": {}}}), says="Labels")
unpacked("config-nulls", "absent and null are the same",
         with_config(image={"Cmd": None, "Env": None, "Labels": None, "User": "",
                            "Volumes": None, "ExposedPorts": None, "Entrypoint": None}))
unpacked("config-working-dir-through-symlink", "later paths from the config are scoped too "
         "(CVE-2026-55686)", image_maker(
             lambda place: [tar.archive(tar.symlink("w", place.outside))],
             {"WorkingDir": "/w/made"}), may_refuse=True)
unpacked("config-working-dir-dotdot", "later paths from the config are scoped too", image_maker(
    [WHOLE], {"WorkingDir": "/../../../outside/made"}), may_refuse=True)

# Users: read from the image's own files only.
USERS = "User is resolved against the image's own passwd and group; unknown names are an error"


def user_case(name, user, *entries, says="user"):
    refused("user-" + name, USERS, image_maker(
        lambda place: [tar.archive(tar.directory("etc"),
                                   *(e(place) if callable(e) else e for e in entries))],
        {"User": user}), says)


user_case("unknown", "nosuch", tar.file("etc/passwd", "root:x:0:0::/:\n"))
user_case("no-passwd", "app")
user_case("group-unknown", "0:nosuch", tar.file("etc/group", "root:x:0:\n"), says="group")
user_case("too-large", "4294967296")
user_case("negative", "-1")
unpacked("user-empty-parts", USERS, image_maker([WHOLE], {"User": ":"}))
user_case("passwd-links-outside", "evil", lambda place: tar.symlink(
    "etc/passwd", os.path.join(place.outside, "passwd")))
user_case("passwd-links-upward", "_apt", tar.symlink("etc/passwd", "../../../../../etc/passwd"))
user_case("passwd-is-fifo", "app", tar.fifo("etc/passwd"))
user_case("passwd-is-zero-device", "app", tar.character_device("etc/passwd", 1, 5))
user_case("passwd-is-directory", "app", tar.directory("etc/passwd"))
user_case("passwd-endless-line", "app", tar.pax_sparse("etc/passwd", 1 << 33, [], b""), says="")
user_case("passwd-bad-number", "app", tar.file("etc/passwd", "app:x:abc:0::/:\n"))
refused("user-etc-links-outside", USERS, image_maker(
    lambda place: [tar.archive(tar.symlink("etc", place.outside))], {"User": "evil"}), says="user")

# Layouts.
LAYOUT = "a layout's blob may not be a symlink, and bytes must match their name"


def broken_layout(change):
    """A good layout that `change` breaks: layout, place -> None."""
    def make(place):
        layout = Layout(place.layout)
        layout.tag(layout.image([WHOLE]))
        change(layout, place)
    return make


def layer_path(layout):
    with open(layout.blob_path(layout.entries[0]["digest"])) as file:
        return layout.blob_path(json.load(file)["layers"][0]["digest"])


def replace_layer(put):
    def change(layout, place):
        path = layer_path(layout)
        os.rename(path, place.path("moved"))
        put(path, place)
    return broken_layout(change)


refused("blob-is-symlink", LAYOUT, replace_layer(
    lambda path, place: os.symlink(place.path("moved"), path)))
refused("blob-is-fifo", LAYOUT, replace_layer(lambda path, place: os.mkfifo(path)))
refused("blob-is-directory", LAYOUT, replace_layer(lambda path, place: os.mkdir(path)))
refused("blob-is-device", LAYOUT, replace_layer(lambda path, place: os.symlink("/dev/zero", path)))
refused("blob-missing", "absence is said", replace_layer(lambda path, place: None), status=3)
refused("blob-changed", LAYOUT, broken_layout(lambda layout, place: flip_byte(layer_path(layout))))
refused("blob-longer", LAYOUT, broken_layout(lambda layout, place: append(layer_path(layout))))
refused("manifest-changed", LAYOUT, broken_layout(
    lambda layout, place: flip_byte(layout.blob_path(layout.entries[0]["digest"]))))


def flip_byte(path):
    with open(path, "r+b") as file:
        first = file.read(40)
        file.seek(39)
        file.write(bytes([first[39] ^ 1]))


def append(path):
    with open(path, "ab") as file:
        file.write(b"more")


refused("layout-file-missing", "the layout says its version", broken_layout(
    lambda layout, place: os.unlink(place.path("layout", "oci-layout"))), says="oci-layout",
    status=3)
refused("layout-version-2", "the layout says its version", broken_layout(
    lambda layout, place: layout.write_text("oci-layout", '{"imageLayoutVersion":"2.0.0"}')),
    says="2.0.0", status=1)
refused("layout-version-text", "the layout says its version", broken_layout(
    lambda layout, place: layout.write_text("oci-layout", "layout")))
refused("layout-index-missing", "absence is said", broken_layout(
    lambda layout, place: os.unlink(place.path("layout", "index.json"))), says="index.json",
    status=3)
refused("layout-index-not-json", ONE_TYPE, broken_layout(
    lambda layout, place: layout.write_index("oops")), says="index.json")
refused("layout-index-enormous", BOUNDED, broken_layout(
    lambda layout, place: layout.write_index(" " * (80 << 20))), says="index.json")
refused("layout-index-fifo", LAYOUT, broken_layout(
    lambda layout, place: (os.unlink(place.path("layout", "index.json")),
                           os.mkfifo(place.path("layout", "index.json")))))
refused("layout-tag-missing", "absence is said", image_maker([WHOLE]), says="v9", status=3,
        arguments=lambda place: ["unpack", f"oci:{place.layout}:v9",
                                 place.path("results", "bundle")])
refused("layout-not-there", "absence is said", lambda place: None, status=3)

# The bundle.
BUNDLE = "refuse if config.json or rootfs exists; nothing half-made remains"


def with_file_in_bundle(name):
    def make(place):
        image_maker([WHOLE])(place)
        os.mkdir(place.path("results", "bundle"))
        with open(place.path("results", "bundle", name), "w") as file:
            file.write("mine")
    return make


refused("bundle-exists", BUNDLE, with_file_in_bundle("config.json"), status=8)
refused("bundle-not-empty", BUNDLE, with_file_in_bundle("unrelated"), status=8)
unpacked("bundle-empty-folder", BUNDLE, lambda place: (
    image_maker([WHOLE])(place), os.mkdir(place.path("results", "bundle"))),
    lambda place: require(os.stat(place.path("results", "bundle")).st_mode & 0o777 == 0o700,
                          "the bundle's mode is not 0700"))


def bundle_is_a_link(place):
    image_maker([WHOLE])(place)
    os.symlink(place.outside, place.path("results", "bundle"))


refused("bundle-is-a-symlink", "the bundle's own path is not written through", bundle_is_a_link,
        status=8)
