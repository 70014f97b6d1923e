// A chart whose README was written by somebody who means no good: its script does not run, its
// image is not fetched, its links lead where they say or nowhere. Values are there and searched;
// versions are in order, and "+" is shown as "+". inBrowser() fails if anything else was asked.
import { assert, inBrowser, logIn, open, screenshot } from "./browser.mjs";

await inBrowser(async ({ page }) => {
  await logIn(page);
  await open(page, "/registries/embedded?tab=charts");
  await page.getByRole("link", { name: /pier/ }).waitFor();
  await screenshot(page, "charts");
  await page.getByRole("link", { name: /pier/ }).click();
  await page.getByRole("heading", { name: "pier 1.10.0+build.2" }).waitFor();
  const readme = page.getByRole("article", { name: "README" });
  await readme.getByText("Serves ships").waitFor();
  await page.waitForTimeout(300);
  assert.equal(await page.evaluate(() => globalThis.planted), undefined);
  assert.equal(
    await readme.locator("img, script, iframe, style, object, embed, svg, form, input").count(),
    0,
  );
  const links = await readme
    .locator("a")
    .evaluateAll((all) => all.map((link) => link.getAttribute("href")));
  assert.deepEqual(links, ["https://pier.example/"]);
  const handlers = await readme.evaluate((article) =>
    [...article.querySelectorAll("*")].flatMap((each) =>
      each.getAttributeNames().filter((name) => name.startsWith("on")),
    ),
  );
  assert.deepEqual(handlers, []);
  await screenshot(page, "chart-readme");

  await page.getByRole("tab", { name: "Values" }).click();
  await page.getByLabel("Search in values").waitFor();
  await page.keyboard.press("/");
  await page.keyboard.type("replicaCount");
  await page.locator("mark").first().waitFor();
  await screenshot(page, "chart-values");

  await page.getByRole("tab", { name: "Versions" }).click();
  const list = page.getByRole("list", { name: "Versions" });
  await list.getByText("1.10.0+build.2").waitFor();
  const versions = await list.locator("strong, a").allInnerTexts();
  assert.deepEqual(versions, ["1.10.0+build.2", "1.9.0", "1.0.0-rc.1"]);
  await screenshot(page, "chart-versions");
  await list.getByRole("link", { name: "1.9.0" }).click();
  await page.getByRole("heading", { name: "pier 1.9.0" }).waitFor();
});
