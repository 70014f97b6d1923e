"""OCI image layouts written by hand, so that tests decide every byte.

A Layout is a folder with blobs and an index; layers are tar bytes with a way of compressing them.
"""
import gzip
import hashlib
import json
import os
import subprocess

OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json"
OCI_INDEX = "application/vnd.oci.image.index.v1+json"
OCI_CONFIG = "application/vnd.oci.image.config.v1+json"
OCI_LAYER = "application/vnd.oci.image.layer.v1.tar"
DOCKER_MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"
DOCKER_CONFIG = "application/vnd.docker.container.image.v1+json"
DOCKER_LAYER = "application/vnd.docker.image.rootfs.diff.tar.gzip"


def digest_of(data, algorithm="sha256"):
    return f"{algorithm}:{hashlib.new(algorithm, data).hexdigest()}"


def gzipped(data, level=6):
    return gzip.compress(data, level, mtime=0)


def gzipped_in_members(data, member=20_000):
    """Several gzip members one after the other, an empty one among them."""
    parts = [data[i:i + member] for i in range(0, len(data), member)]
    return b"".join(gzipped(part) for part in parts[:1] + [b""] + parts[1:])


def zstd(data):
    return subprocess.run(["zstd", "-q", "-3", "-c"], input=data, capture_output=True,
                          check=True).stdout


COMPRESSIONS = {
    "none": (lambda data: data, OCI_LAYER),
    "gzip": (gzipped, OCI_LAYER + "+gzip"),
    "fast": (lambda data: gzipped(data, 1), OCI_LAYER + "+gzip"),
    "members": (gzipped_in_members, OCI_LAYER + "+gzip"),
    "zstd": (zstd, OCI_LAYER + "+zstd"),
    "docker": (gzipped, DOCKER_LAYER),
}


class Layout:
    def __init__(self, folder):
        self.folder = folder
        self.entries = []
        os.makedirs(os.path.join(folder, "blobs", "sha256"), exist_ok=True)
        self.write_text("oci-layout", '{"imageLayoutVersion":"1.0.0"}')

    def write_text(self, name, text):
        with open(os.path.join(self.folder, name), "w") as file:
            file.write(text)

    def blob_path(self, digest):
        return os.path.join(self.folder, "blobs", *digest.split(":", 1))

    def blob(self, data, media_type, algorithm="sha256", **members):
        """Stores `data` and gives its descriptor."""
        digest = digest_of(data, algorithm)
        os.makedirs(os.path.dirname(self.blob_path(digest)), exist_ok=True)
        with open(self.blob_path(digest), "wb") as file:
            file.write(data)
        return {"mediaType": media_type, "digest": digest, "size": len(data), **members}

    def json_blob(self, value, media_type, **members):
        return self.blob(json.dumps(value).encode(), media_type, **members)

    def layer(self, tar, compression="gzip", algorithm="sha256"):
        pack, media_type = COMPRESSIONS[compression]
        return self.blob(pack(tar), media_type, algorithm)

    def image(self, tars, config=None, compression="gzip", platform=("linux", "amd64"),
              docker=False, algorithm="sha256", history=True, **manifest_members):
        """A whole image of these uncompressed layers; gives the manifest's descriptor."""
        if docker:
            compression = "docker"
        kinds = compression if isinstance(compression, list) else [compression] * len(tars)
        layers = [self.layer(tar, kind, algorithm) for tar, kind in zip(tars, kinds)]
        document = {"created": "2024-02-03T04:05:06.000000007Z", "os": platform[0],
                    "architecture": platform[1], "config": config or {},
                    "rootfs": {"type": "layers", "diff_ids": [digest_of(tar) for tar in tars]}}
        if history:
            document["history"] = [{"created_by": f"layer {i}"} for i in range(len(tars))]
        if len(platform) > 2:
            document["variant"] = platform[2]
        stored = self.json_blob(document, DOCKER_CONFIG if docker else OCI_CONFIG)
        return self.manifest(stored, layers, DOCKER_MANIFEST if docker else OCI_MANIFEST,
                             **manifest_members)

    def manifest(self, config, layers, media_type=OCI_MANIFEST, **members):
        document = {"schemaVersion": 2, "mediaType": media_type, "config": config,
                    "layers": layers, **members}
        return self.json_blob(document, media_type)

    def index(self, manifests, media_type=OCI_INDEX, **members):
        document = {"schemaVersion": 2, "mediaType": media_type, "manifests": manifests,
                    **members}
        return self.json_blob(document, media_type)

    def tag(self, descriptor, name="v1"):
        self.entries.append({**descriptor,
                             "annotations": {"org.opencontainers.image.ref.name": name}})
        self.write_index({"schemaVersion": 2, "mediaType": OCI_INDEX, "manifests": self.entries})

    def write_index(self, value):
        self.write_text("index.json", value if isinstance(value, str) else json.dumps(value))
