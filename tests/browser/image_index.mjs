// An index of images: its platforms; one image's layers, whose sizes add up to the total; its
// history; and a raw manifest that is what the registry's own header says.
import { createHash } from "node:crypto";

import { assert, inBrowser, logIn, open, password, screenshot, url, user } from "./browser.mjs";

const repository = "team/platforms";
const registryHeaders = {
  Authorization: `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`,
  Accept: [
    "application/vnd.oci.image.index.v1+json",
    "application/vnd.oci.image.manifest.v1+json",
  ].join(),
};

await inBrowser(async ({ page, browser }) => {
  // As a client of the registry sees it; without the browser's session.
  const client = await browser.newContext();
  const served = async (reference) => {
    const answer = await client.request.get(`${url}/v2/${repository}/manifests/${reference}`, {
      headers: registryHeaders,
    });
    return { digest: answer.headers()["docker-content-digest"], text: await answer.text() };
  };
  /** What the page says, and whether that is what the registry serves. */
  const look = async (reference) => {
    const { digest, text } = await served(reference);
    await page.locator(`[data-digest="${digest}"]`).waitFor();
    await page.getByRole("tab", { name: "Raw manifest" }).click();
    await page.getByRole("button", { name: "Copy manifest" }).click();
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    assert.equal(copied, text, "the raw manifest, byte for byte");
    assert.equal(`sha256:${createHash("sha256").update(copied).digest("hex")}`, digest);
    return JSON.parse(text);
  };

  await logIn(page);
  await open(page, `/registries/embedded/tag?repository=${repository}&reference=v1`);
  await page.getByRole("tab", { name: "Platforms" }).waitFor();
  const grid = page.getByRole("grid", { name: "Platforms" });
  const platforms = await grid.getByRole("link").allInnerTexts();
  await screenshot(page, "index");
  const index = await look("v1");
  assert.equal(platforms.length, index.manifests.length);
  const expected = index.manifests.map(({ platform }) =>
    [platform.os, platform.architecture, platform.variant].filter(Boolean).join("/"),
  );
  assert.deepEqual(platforms, expected);

  await page.getByRole("tab", { name: "Platforms" }).click();
  await grid.getByRole("link").first().click();
  await page.getByRole("tab", { name: "Layers" }).click();
  await page.getByRole("grid", { name: "Layers" }).waitFor();
  await screenshot(page, "image-layers");
  const shown = await page
    .locator("[data-bytes]")
    .evaluateAll((cells) => cells.map((cell) => Number(cell.dataset.bytes)));
  const total = Number(await page.locator("[data-total]").getAttribute("data-total"));
  const image = await look(index.manifests[0].digest);
  assert.deepEqual(
    shown,
    image.layers.map((layer) => layer.size),
  );
  const sum = shown.reduce((all, size) => all + size, 0);
  assert.ok(sum > 0);
  assert.equal(total, sum + image.config.size + index.manifests[0].size);

  await page.getByRole("tab", { name: "Configuration" }).click();
  await page.getByText(platforms[0]).first().waitFor();
  await screenshot(page, "image-config");
  await page.getByRole("tab", { name: "History" }).click();
  await page.getByRole("list", { name: "History" }).getByRole("listitem").first().waitFor();
  await screenshot(page, "image-history");
  await page.goBack();
  await page.goBack();
});
