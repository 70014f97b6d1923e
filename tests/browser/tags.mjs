// A repository with thousands of tags: newest version first, a page at a time, found by a part of
// the name; the address restores what was seen.
import { assert, inBrowser, logIn, open, screenshot, url } from "./browser.mjs";

const rows = (page) => page.locator("tbody tr strong").allInnerTexts();
await inBrowser(async ({ page }) => {
  await logIn(page);
  await open(page, `/registries/embedded/repository?repository=many/tags`);
  await page.getByRole("grid", { name: "Tags" }).waitFor();
  const first = await rows(page);
  assert.equal(first[0], "1.99.24");
  assert.ok(first.indexOf("1.99.9") > first.indexOf("1.99.10"), "versions, not letters");
  await screenshot(page, "tags");

  const began = Date.now();
  await page.getByRole("button", { name: "Next page" }).click();
  await page.waitForFunction(
    (before) => document.querySelector("tbody tr strong")?.innerText !== before,
    first[0],
  );
  assert.ok(Date.now() - began < 5_000, "the next page takes too long");
  const second = await rows(page);
  assert.equal(
    second.some((tag) => first.includes(tag)),
    false,
  );
  await page.reload();
  await page.getByRole("grid", { name: "Tags" }).waitFor();
  assert.deepEqual(await rows(page), second);
  await page.goBack();
  await page.waitForFunction(
    (wanted) => document.querySelector("tbody tr strong")?.innerText === wanted,
    first[0],
  );

  await page.keyboard.press("/");
  await page.keyboard.type("1.42.");
  await page.waitForURL(/search=1\.42\./);
  await page.waitForFunction(
    () => document.querySelector("tbody tr strong")?.innerText === "1.42.24",
  );
  const found = await rows(page);
  assert.ok(found.length > 0 && found.every((tag) => tag.includes("1.42.")));
  const seen = page.url();
  await page.goto(`${url}/jobs`);
  await page.goto(seen);
  await page.getByRole("grid", { name: "Tags" }).waitFor();
  assert.deepEqual(await rows(page), found);
  assert.equal(await page.getByLabel("Find a tag").inputValue(), "1.42.");
});
