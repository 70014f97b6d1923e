// Commands to pull: only for clients that can, with the host, and the tag or the digest; and on the
// clipboard is what is on the page.
import { assert, inBrowser, logIn, open, screenshot, url } from "./browser.mjs";

const host = new URL(url).host;
const pages = [
  {
    path: "tag?repository=team/hello&reference=v1",
    first: `docker pull ${host}/team/hello:v1`,
    clients: ["docker", "podman", "crictl", "skopeo", "crane", "berth"],
  },
  {
    path: "tag?repository=team/platforms&reference=v1",
    first: `docker pull ${host}/team/platforms:v1`,
    clients: ["docker", "podman", "crictl", "skopeo", "crane", "berth"],
  },
  {
    path: "chart?repository=charts/pier&reference=1.10.0_build.2",
    first: `helm pull oci://${host}/charts/pier --version 1.10.0+build.2 --plain-http`,
    clients: ["helm"],
  },
  {
    path: "tag?repository=team/note&reference=v1",
    first: `oras pull --plain-http ${host}/team/note:v1`,
    clients: ["oras", "berth"],
  },
];

await inBrowser(async ({ page }) => {
  await logIn(page);
  for (const { path, first, clients } of pages) {
    await open(page, `/registries/embedded/${path}`);
    const pull = page.getByRole("region", { name: "Pull" });
    await pull.waitFor();
    assert.deepEqual(await pull.getByRole("tab").allInnerTexts(), clients);
    const digest = await page.locator("[data-digest]").getAttribute("data-digest");
    for (const client of clients) {
      await pull.getByRole("tab", { name: client, exact: true }).click();
      const texts = await pull.locator("pre").allInnerTexts();
      assert.equal(texts.length, 2, "by tag and by digest");
      assert.ok(texts.every((text) => text.startsWith(`${client} `) && text.includes(host)));
      assert.ok(texts[1].includes(`@${digest}`), texts[1]);
      const copies = pull.getByRole("button", { name: `Copy command for ${client}` });
      await copies.first().click();
      assert.equal(await page.evaluate(() => navigator.clipboard.readText()), texts[0]);
      if (client === clients[0]) assert.equal(texts[0], first);
    }
  }
  await screenshot(page, "artifact");
  // A thing that is looked at by its digest is pulled by its digest.
  const digest = await page.locator("[data-digest]").getAttribute("data-digest");
  await open(page, `/registries/embedded/tag?repository=team/note&reference=${digest}`);
  const texts = await page.getByRole("region", { name: "Pull" }).locator("pre").allInnerTexts();
  assert.deepEqual(texts, [`oras pull --plain-http ${host}/team/note@${digest}`]);
});
