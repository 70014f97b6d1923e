// The brief's path: from the login to a chart that is listed, through the wizard, on a real registry
// with TLS of a private authority and a password.
import {
  assert,
  fillBasic,
  inBrowser,
  logIn,
  screenshot,
  stepResults,
  validate,
} from "./browser.mjs";

await inBrowser(async ({ page }) => {
  await logIn(page);
  const tab = page.getByRole("tab", { name: "OCI Registries", exact: true });
  assert.equal(await tab.getAttribute("aria-selected"), "true");
  await page.getByText("No registry is registered yet").waitFor();
  await screenshot(page, "registries-empty");

  await page.getByRole("button", { name: "Add New OCI Registry" }).click();
  await fillBasic(page, "harbour");
  await page.getByText("CN=berth test authority").waitFor();
  await screenshot(page, "wizard-connection");
  await page.getByRole("button", { name: "Next" }).click();

  await validate(page);
  // The test's certificate ends within two days, which is said.
  const { tls, ...others } = await stepResults(page);
  assert.equal(tls, "warning");
  assert.deepEqual(new Set(Object.values(others)), new Set(["ok"]));
  await screenshot(page, "wizard-validated");
  await page.getByRole("button", { name: "Next" }).click();
  await screenshot(page, "wizard-confirm");
  await page.getByRole("button", { name: "Confirm" }).click();

  // Without a reload: it is there, and it becomes synced.
  const row = page.locator('[data-registry="harbour"]');
  await row.getByText("Synced").waitFor();
  await row.getByRole("button", { name: /^Works/ }).waitFor();
  await screenshot(page, "registries");

  await row.getByRole("link", { name: "harbour" }).click();
  await page.getByRole("tab", { name: "Charts" }).click();
  await page.getByRole("link", { name: /pier/ }).click();
  await page.getByRole("heading", { name: /pier 1\.2\.3\+build\.4/ }).waitFor();
  await page.getByRole("tab", { name: "Values" }).click();
  await page.getByText("replicaCount").first().waitFor();
  await screenshot(page, "chart");
});
