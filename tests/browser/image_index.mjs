// An index of images: its platforms, one image's layers whose sizes add up, its history, and a raw
// manifest that is what the digest says; and commands for the clients that can pull it.
import { createHash } from "node:crypto";

import { assert, inBrowser, logIn, open, screenshot, url } from "./browser.mjs";

await inBrowser(async ({ page }) => {
  await logIn(page);
  await open(page, "/registries/embedded/tag?repository=team/platforms&reference=v1");
  await page.getByRole("tab", { name: "Platforms" }).waitFor();
  const platforms = await page
    .getByRole("grid", { name: "Platforms" })
    .getByRole("link")
    .allInnerTexts();
  assert.ok(
    platforms.length >= 2 && platforms.every((text) => text.startsWith("linux/")),
    platforms.join(),
  );
  await screenshot(page, "index");
  const answer = await page.request.get(
    `${url}/v1/registries/oci/embedded/manifest?repository=team/platforms&reference=v1`,
  );
  const { raw, digest } = await answer.json();
  assert.equal(`sha256:${createHash("sha256").update(raw).digest("hex")}`, digest);
  await page.locator(`[data-digest="${digest}"]`).waitFor();

  await page.getByRole("grid", { name: "Platforms" }).getByRole("link").first().click();
  await page.getByRole("tab", { name: "Layers" }).click();
  const layers = await page
    .locator("[data-bytes]")
    .evaluateAll((cells) => cells.map((cell) => Number(cell.dataset.bytes)));
  const total = Number(await page.locator("[data-total]").getAttribute("data-total"));
  const sum = layers.reduce((all, size) => all + size, 0);
  assert.ok(sum > 0 && sum <= total && total - sum < 100_000, `layers ${sum}, total ${total}`);
  await screenshot(page, "image-layers");
  for (const tab of ["Configuration", "Raw manifest"]) {
    await page.getByRole("tab", { name: tab }).click();
    await page.locator(".tab-body").waitFor();
  }
  await screenshot(page, "image-raw");

  const clients = await page.getByRole("region", { name: "Pull" }).getByRole("tab").allInnerTexts();
  for (const client of ["docker", "podman", "skopeo"])
    assert.ok(clients.includes(client), clients.join());
  assert.equal(clients.includes("helm"), false);
  await page.getByRole("button", { name: "Copy command for docker" }).first().click();
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  assert.match(copied, new RegExp(`^docker pull ${new URL(url).host}/team/platforms[:@]`));
});
