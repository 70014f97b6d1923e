// What real docker-registry instances hold, made known to ECR's API: each repository there counts as
// created, and its images have the digests, sizes and media types that the instance names. Children of
// an index are images without a tag, as ECR has them.
"use strict";
const crypto = require("node:crypto");

const ACCEPT = ["application/vnd.oci.image.manifest.v1+json", "application/vnd.oci.image.index.v1+json",
  "application/vnd.docker.distribution.manifest.v2+json", "application/vnd.docker.distribution.manifest.list.v2+json"].join(", ");

/** What ECR says of an image, from its manifest's bytes. */
function describeManifest(bytes, mediaType) {
  const manifest = JSON.parse(bytes);
  return { digest: `sha256:${crypto.createHash("sha256").update(bytes).digest("hex")}`, mediaType,
    children: (manifest.manifests || []).map((each) => each.digest), artifact: manifest.config?.mediaType,
    size: (manifest.layers || []).reduce((sum, layer) => sum + layer.size, manifest.config?.size || 0) };
}

/** The manifest's bytes and media type; nothing if it is not there. */
async function manifestOf(store, name, reference) {
  const answer = await fetch(`${store}/v2/${name}/manifests/${reference}`, { headers: { Accept: ACCEPT } });
  if (!answer.ok) return null;
  return { bytes: Buffer.from(await answer.arrayBuffer()), mediaType: answer.headers.get("content-type") };
}

async function take(images, store, name, reference, tag) {
  const found = await manifestOf(store, name, reference);
  if (!found) return;
  const made = describeManifest(found.bytes, found.mediaType);
  const known = images.get(made.digest) || { ...made, tags: [], pushed: 1700000000 };
  if (tag) known.tags.push(tag);
  if (images.has(made.digest)) return;
  images.set(made.digest, known);
  for (const child of made.children) await take(images, store, name, child);
}

async function imagesOf(store, name) {
  const { tags } = await (await fetch(`${store}/v2/${name}/tags/list`)).json();
  const images = new Map();
  for (const tag of tags || []) await take(images, store, name, tag, tag);
  return [...images.values()];
}

/** `stores`: region to URL. Replaces what was known of that region and account. */
async function loadStores(world, stores, account) {
  for (const [region, store] of Object.entries(stores)) {
    const { repositories } = await (await fetch(`${store}/v2/_catalog?n=1000`)).json();
    const known = new Map();
    for (const name of repositories) known.set(name, { images: await imagesOf(store, name) });
    world.repositories.set(`${region} ${account}`, known);
    world.stores[region] = store;
  }
}

module.exports = { describeManifest, loadStores, manifestOf };
