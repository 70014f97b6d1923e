// A repository with five thousand tags: newest version first, a page at a time; youngest first;
// found by a part of the name; and the address restores what was seen.
import { assert, inBrowser, logIn, open, screenshot, url } from "./browser.mjs";

const rows = (page) => page.locator("tbody tr strong").allInnerTexts();
const firstIs = (page, wanted) =>
  page.waitForFunction(
    (tag) => document.querySelector("tbody tr strong")?.innerText === tag,
    wanted,
  );
await inBrowser(async ({ page }) => {
  await logIn(page);
  await open(page, `/registries/embedded/repository?repository=many/tags`);
  await page.getByRole("grid", { name: "Tags" }).waitFor();
  await page.getByText("5,001 tags").waitFor();
  const first = await rows(page);
  assert.equal(first[0], "1.99.49");
  assert.ok(first.indexOf("1.99.9") > first.indexOf("1.99.10"), "versions, not letters");
  await screenshot(page, "tags");

  const began = Date.now();
  await page.getByRole("button", { name: "Next page" }).click();
  await firstIs(page, "1.98.49");
  assert.ok(Date.now() - began < 3_000, "the next page takes too long");
  const second = await rows(page);
  assert.equal(second.length, 50);
  assert.equal(
    second.some((tag) => first.includes(tag)),
    false,
  );
  await page.reload();
  await firstIs(page, "1.98.49");
  assert.deepEqual(await rows(page), second);
  await page.goBack();
  await firstIs(page, "1.99.49");

  await page.keyboard.press("/");
  await page.keyboard.type("1.42.");
  await page.waitForURL(/search=1\.42\./);
  await firstIs(page, "1.42.49");
  const found = await rows(page);
  assert.ok(found.length > 0 && found.every((tag) => tag.includes("1.42.")));
  const seen = page.url();
  await page.goto(`${url}/jobs`);
  await page.goto(seen);
  await firstIs(page, "1.42.49");
  assert.deepEqual(await rows(page), found);
  assert.equal(await page.getByLabel("Find a tag").inputValue(), "1.42.");
  await page.getByLabel("Find a tag").fill("");
  await firstIs(page, "1.99.49");

  // Pushed last, and the oldest version of all.
  await page.getByLabel("Order").selectOption("age");
  await firstIs(page, "0.0.1");
  assert.match(page.url(), /sort=age/);
  await page.locator("tbody tr").first().getByText(/pushed/).waitFor();
  await page.getByRole("button", { name: "Next page" }).click();
  await page.waitForURL(/after=/);
  await page.waitForFunction(
    () => document.querySelector("tbody tr strong")?.innerText !== "0.0.1",
  );
  assert.equal((await rows(page)).includes("0.0.1"), false);
  await page.reload();
  await page.getByRole("grid", { name: "Tags" }).waitFor();
  assert.equal(await page.getByLabel("Order").inputValue(), "age");

  await open(page, `/registries/embedded/repository?repository=many/tags&search=nothing-like-this`);
  await page.getByText("No tag matches").waitFor();
  await screenshot(page, "tags-none");
});
