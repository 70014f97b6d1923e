// A registry that takes its time: the steps come one by one, and the one that waits is marked.
import { assert, fillBasic, inBrowser, logIn, open, screenshot, stepResults } from "./browser.mjs";

const endpoint = `http://${process.env.BERTH_SLOW_HOST}`;
await inBrowser(async ({ page }) => {
  await logIn(page);
  await open(page, "/registries/new");
  await fillBasic(page, "drowsy", { endpoint, ca: "", user: "x", password: "x" });
  await page.getByLabel("No authentication").check();
  await page.getByRole("button", { name: "Next" }).click();
  await page.getByRole("button", { name: /^Validate/ }).click();
  // It takes the connection and is silent: what came before is there already.
  await page.locator('[data-step="challenge"][data-result="running"]').waitFor();
  const steps = await stepResults(page);
  assert.equal(steps.resolve, "ok");
  assert.equal(steps.connect, "ok");
  assert.equal(steps.tls, "warning");
  assert.equal(steps.credential, "waiting");
  await page.locator('[data-step="challenge"]').getByText(/^[1-9] sec$/).waitFor();
  await screenshot(page, "wizard-step-waits");

  // Stopped by hand: nothing is left of it.
  await page.getByRole("button", { name: "Stop" }).click();
  await page.locator('[data-result="running"]').waitFor({ state: "detached" });
  await page.getByRole("button", { name: "Validate", exact: true }).waitFor();
});
