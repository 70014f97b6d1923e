// A chart whose README was written by somebody who means no good: its script does not run, its image
// is not fetched. Versions are in order, "+" is shown as "+", and the commands are helm's.
import { assert, inBrowser, logIn, open, screenshot, url } from "./browser.mjs";

await inBrowser(async ({ page }) => {
  await logIn(page);
  await open(page, "/registries/embedded?tab=charts");
  await screenshot(page, "charts");
  await page.getByRole("link", { name: /pier/ }).click();
  const readme = page.getByRole("article", { name: "README" });
  await readme.getByText("Serves ships").waitFor();
  assert.equal(await page.evaluate(() => globalThis.planted), undefined);
  assert.equal(await readme.locator("img, script, iframe, style").count(), 0);
  const links = await readme
    .locator("a")
    .evaluateAll((all) => all.map((link) => link.getAttribute("href")));
  assert.ok(
    links.every((link) => link.startsWith("https://")),
    links.join(),
  );
  await screenshot(page, "chart-readme");

  await page.getByRole("tab", { name: "Values" }).click();
  await page.keyboard.press("/");
  await page.keyboard.type("replicaCount");
  await page.locator("mark").first().waitFor();
  await screenshot(page, "chart-values");

  await page.getByRole("tab", { name: "Versions" }).click();
  await page.getByRole("list", { name: "Versions" }).getByText("1.10.0+build.2").waitFor();
  const versions = await page
    .getByRole("list", { name: "Versions" })
    .locator("strong, a")
    .allInnerTexts();
  assert.deepEqual(versions, ["1.10.0+build.2", "1.9.0", "1.0.0-rc.1"]);

  const pull = page.getByRole("region", { name: "Pull" });
  const clients = await pull.getByRole("tab").allInnerTexts();
  assert.ok(clients.includes("helm") && !clients.includes("docker"), clients.join());
  await pull.getByRole("tab", { name: "helm" }).click();
  await pull.getByRole("button", { name: /Copy/ }).first().click();
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  assert.match(copied, /^helm pull /);
  assert.ok(copied.includes(new URL(url).host) && copied.includes("1.10.0+build.2"), copied);

  await open(page, "/registries/embedded/tag?repository=team/note&reference=v1");
  const artifact = await page
    .getByRole("region", { name: "Pull" })
    .getByRole("tab")
    .allInnerTexts();
  assert.ok(artifact.includes("oras") && !artifact.includes("docker"), artifact.join());
});
