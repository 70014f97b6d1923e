// A fresh server: the page of registries says what to do, and all of it is reached by the keyboard.
import { assert, inBrowser, logIn, screenshot } from "./browser.mjs";

const focused = (page) =>
  page.evaluate(() => {
    const element = document.activeElement;
    return {
      role: element?.getAttribute("role") ?? element?.tagName.toLowerCase(),
      text: (element?.textContent ?? "").trim(),
    };
  });

/** Tab after tab until the focus is where `wanted` says; what it passed on the way. */
async function tabTo(page, wanted) {
  const passed = [];
  for (let step = 0; step < 40; step += 1) {
    await page.keyboard.press("Tab");
    const now = await focused(page);
    if (wanted(now)) return now;
    passed.push(`${now.role} “${now.text.slice(0, 30)}”`);
  }
  throw new Error(`the focus passed ${passed.join(", ")}`);
}

await inBrowser(async ({ page, context }) => {
  await logIn(page);
  await page.getByText("No registry is registered yet").waitFor();
  const tab = page.getByRole("tab", { name: "OCI Registries", exact: true });
  assert.equal(await tab.getAttribute("aria-selected"), "true");
  await screenshot(page, "registries-empty");

  await page.locator("body").click({ position: { x: 1, y: 1 } });
  await tabTo(page, ({ role, text }) => role === "tab" && text === "OCI Registries");
  const add = await tabTo(page, ({ text }) => text === "Add New OCI Registry");
  assert.equal(add.role, "button");
  const docs = await tabTo(page, ({ role, text }) => role === "a" && /what an oci registry is/i.test(text));
  assert.ok(docs);
  const link = page.getByRole("link", { name: "What an OCI registry is" });
  assert.match(await link.getAttribute("href"), /^https:\/\//);
  assert.equal(await link.getAttribute("target"), "_blank");
  const outline = await link.evaluate((element) => getComputedStyle(element).outlineStyle);
  assert.notEqual(outline, "none", "the focus can be seen");
  await page.keyboard.press("Shift+Tab");
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/registries\/new$/);
  await page.getByRole("heading", { name: "Add New OCI Registry" }).waitFor();
  assert.equal(context.pages().length, 1);
});
