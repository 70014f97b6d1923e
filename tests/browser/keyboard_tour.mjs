// Without a mouse: login, wizard, sync, browsing; where the focus is can be seen at each stop, and a
// dialog keeps it and gives it back.
import {
  assert,
  inBrowser,
  password,
  registry,
  registryCa,
  registryPassword,
  registryUser,
  url,
  user,
} from "./browser.mjs";

const seen = new Set();

/** Whether the focused element looks different from how it looks without the focus. */
async function mustBeVisible(page) {
  const kind = await page.evaluate(() => {
    const element = document.activeElement;
    // Past the last stop the focus is the browser's.
    if (element === document.body) return "";
    return `${element.tagName}.${element.className}`;
  });
  if (!kind || seen.has(kind)) return;
  seen.add(kind);
  const box = await page.evaluate(() => {
    const rectangle = document.activeElement.getBoundingClientRect();
    const [x, y] = [Math.max(0, rectangle.x - 6), Math.max(0, rectangle.y - 6)];
    return {
      x,
      y,
      width: Math.min(rectangle.width + 12, innerWidth - x),
      height: Math.min(rectangle.height + 12, innerHeight - y),
    };
  });
  assert.ok(box.width > 0 && box.height > 0, `${kind} has the focus and is not on the screen`);
  const focused = await page.screenshot({ clip: box });
  await page.evaluate(() => {
    globalThis.hadFocus = document.activeElement;
    globalThis.hadFocus.blur();
  });
  const blurred = await page.screenshot({ clip: box });
  await page.evaluate(() => globalThis.hadFocus.focus());
  assert.ok(!focused.equals(blurred), `${kind} does not show that it has the focus`);
}

/** Tab after Tab until the focus is on what `selector` names. */
async function tabTo(page, selector, { back = false } = {}) {
  for (let step = 0; step < 60; step += 1) {
    const there = await page.evaluate(
      (wanted) => document.activeElement?.matches(wanted) ?? false,
      selector,
    );
    if (there) return;
    await page.keyboard.press(back ? "Shift+Tab" : "Tab");
    await mustBeVisible(page);
  }
  assert.fail(`Tab does not lead to ${selector}`);
}

async function typeInto(page, selector, text) {
  await tabTo(page, selector);
  await page.keyboard.insertText(text);
}

async function press(page, selector) {
  await tabTo(page, selector);
  await page.keyboard.press("Enter");
}

await inBrowser(async ({ page }) => {
  await page.goto(url);
  await page.locator("#login-name:focus").waitFor();
  await page.keyboard.insertText(user);
  await typeInto(page, "#login-password", password);
  await press(page, "button[type=submit]");
  await page.locator("#page-title").waitFor();
  await page.locator(".pf-v6-c-empty-state").waitFor();

  // The first stop leads past the frame.
  await page.evaluate(() => document.activeElement?.blur?.());
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement.getAttribute("href")), "#main");
  await page.keyboard.press("Enter");
  await press(page, ".pf-v6-c-empty-state button");

  const next = ".wizard-foot button[type=submit]";
  await page.locator("#field-name").waitFor();
  await typeInto(page, "#field-name", "harbour");
  await press(page, next);
  await page.locator("#wizard-step:focus").waitFor();
  await typeInto(page, "#field-endpoint", `https://${registry}`);
  await typeInto(page, "#field-username", registryUser);
  await typeInto(page, "#field-password", registryPassword);
  await typeInto(page, "#field-contentPaths", "charts");
  await press(page, ".pf-v6-c-expandable-section__toggle button");
  await typeInto(page, "#field-ca", registryCa);

  // A dialog takes the focus, keeps it, and gives it back.
  await tabTo(page, "#field-skipVerify");
  await page.keyboard.press("Space");
  const dialog = page.getByRole("dialog");
  await dialog.waitFor();
  for (let step = 0; step < 5; step += 1) {
    await page.keyboard.press("Tab");
    await mustBeVisible(page);
    assert.ok(
      await dialog.evaluate((element) => element.contains(document.activeElement)),
      "the focus left the dialog",
    );
  }
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "detached" });
  await page.locator("#field-skipVerify:focus").waitFor();
  await press(page, next);

  await page.locator("#wizard-step:focus").waitFor();
  await press(page, "form .row > button");
  await page.locator('[data-step="manifest"][data-result="ok"]').waitFor();
  await press(page, next);
  await page.locator("#wizard-step:focus").waitFor();
  await press(page, ".wizard-foot button");

  const row = page.locator('[data-registry="harbour"]');
  await row.waitFor();
  await press(page, '[data-registry="harbour"] td:last-child button');
  await page.locator("[role=menuitem]:focus").first().waitFor();
  await page.keyboard.press("Escape");
  await page.locator('[data-registry="harbour"] td:last-child button:focus').waitFor();
  await page.keyboard.press("Enter");
  await page.locator("[role=menuitem]:focus").first().waitFor();
  await page.keyboard.press("Enter");
  await row.getByText("Synced").waitFor();

  await tabTo(page, '[data-registry="harbour"] a', { back: true });
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/registries\/[0-9a-f-]+/);
  await page.locator("#page-title:focus").waitFor();
  await press(page, '[role=tab][id^="pf-tab-charts"]');
  await page.locator("a.chart-card").first().waitFor();
  await press(page, "a.chart-card");
  await page.waitForURL(/\/chart\?/);
  await page.locator("aside dl").first().waitFor();
  await press(page, '[role=tab][id^="pf-tab-values"]');
  await page.getByText("replicaCount").first().waitFor();
  assert.ok(seen.size > 10);
});
