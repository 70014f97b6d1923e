// Without a mouse: from the login through the shortcuts into a dialog and out of it again, with the
// focus where it has to be.
import { assert, inBrowser, password, url, user } from "./browser.mjs";

const focused = (page) =>
  page.evaluate(
    () => document.activeElement?.getAttribute("aria-label") ?? document.activeElement?.textContent,
  );
await inBrowser(async ({ page }) => {
  await page.goto(url);
  await page.waitForURL(/\/login/);
  await page.getByLabel("User name").waitFor();
  await page.keyboard.type(user);
  await page.keyboard.press("Tab");
  await page.keyboard.type(password);
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/registries$/);
  await page.locator("#page-title").waitFor();

  await page.keyboard.press("g");
  await page.keyboard.press("j");
  await page.waitForURL(/\/jobs$/);
  await page.waitForFunction(() => document.activeElement?.id === "page-title");
  await page.keyboard.press("g");
  await page.keyboard.press("r");
  await page.waitForURL(/\/registries$/);

  const help = page.getByRole("button", { name: "Keyboard shortcuts" });
  await help.focus();
  await page.keyboard.press("Enter");
  const dialog = page.getByRole("dialog", { name: "Keyboard shortcuts" });
  await dialog.waitFor();
  for (let step = 0; step < 8; step += 1) {
    await page.keyboard.press("Tab");
    const inside = await dialog.evaluate((element) => element.contains(document.activeElement));
    assert.equal(inside, true, `the focus left the dialog: ${await focused(page)}`);
  }
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "detached" });
  await page.waitForFunction(
    () => document.activeElement?.getAttribute("aria-label") === "Keyboard shortcuts",
  );

  // Switched off, they do nothing (WCAG 2.1.4).
  await page.keyboard.press("Enter");
  await dialog.getByLabel("Keyboard shortcuts are on").focus();
  await page.keyboard.press("Space");
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "detached" });
  await page.keyboard.press("g");
  await page.keyboard.press("j");
  await page.waitForTimeout(500);
  assert.match(page.url(), /\/registries$/);
});
