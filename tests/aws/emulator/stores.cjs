// What real docker-registry instances hold, made known to ECR's API: each repository there counts as
// created, and its images have the digests, sizes and media types that the instance names.
"use strict";

const ACCEPT = ["application/vnd.oci.image.manifest.v1+json", "application/vnd.oci.image.index.v1+json",
  "application/vnd.docker.distribution.manifest.v2+json", "application/vnd.docker.distribution.manifest.list.v2+json"].join(", ");

async function imagesOf(store, name) {
  const { tags } = await (await fetch(`${store}/v2/${name}/tags/list`)).json();
  const images = new Map();
  for (const tag of tags || []) {
    const answer = await fetch(`${store}/v2/${name}/manifests/${tag}`, { headers: { Accept: ACCEPT } });
    const digest = answer.headers.get("docker-content-digest");
    const manifest = await answer.json();
    const known = images.get(digest) || { digest, tags: [], pushed: 1700000000, artifact: manifest.config?.mediaType,
      size: (manifest.layers || []).reduce((sum, layer) => sum + layer.size, manifest.config?.size || 0) };
    known.tags.push(tag);
    images.set(digest, known);
  }
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

module.exports = { loadStores };
