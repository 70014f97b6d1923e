// The wizard's first step: an empty name is refused where it is, and so is one that is taken.
import { assert, fillBasic, inBrowser, logIn, open, screenshot } from "./browser.mjs";

await inBrowser(async ({ page, allow }) => {
  allow(409, /^\/v1\/registries\/oci\//);
  await logIn(page);
  await page.getByRole("button", { name: "Add New OCI Registry" }).click();
  const name = page.getByLabel("Name").first();
  await page.getByRole("button", { name: "Next" }).click();
  await page.getByText("Give the registry a name.").waitFor();
  assert.equal(await name.getAttribute("aria-invalid"), "true");
  const described = await name.getAttribute("aria-describedby");
  assert.match(await page.locator(`[id="${described}"]`).innerText(), /Give the registry a name/);
  await page.waitForFunction(
    (id) => document.activeElement?.id === id,
    await name.getAttribute("id"),
  );
  await screenshot(page, "wizard-name-missing");

  await fillBasic(page, "taken");
  await page.getByRole("button", { name: "Next" }).click();
  await page.getByRole("button", { name: "Next" }).click();
  const confirm = page.getByRole("button", { name: "Confirm" });
  assert.equal(await confirm.isDisabled(), true, "nothing was validated");
  await page.getByLabel("Save without validating").check();
  await confirm.click();
  await page.locator('[data-registry="taken"]').waitFor();

  await open(page, "/registries/new");
  await page.getByLabel("Name").first().fill("Taken");
  await page.getByText("A registry with this name is there already.").waitFor();
  await page.getByRole("button", { name: "Next" }).click();
  assert.equal(await page.getByLabel("Endpoint").count(), 0, "a taken name goes no further");
});
