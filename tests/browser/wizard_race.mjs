// Somebody else takes the name between the check and the saving: the server's refusal lands on the
// field with the name, and nothing that was typed is lost.
import { assert, fillBasic, inBrowser, logIn, open, screenshot, url } from "./browser.mjs";

const create = /\/v1\/registries\/oci\/basic$/;
await inBrowser(async ({ page, context, allow }) => {
  allow(409, /^\/v1\/registries\/oci\/basic$/);
  await logIn(page);
  await open(page, "/registries/new");
  await fillBasic(page, "contested");
  await page.getByRole("button", { name: "Next" }).click();
  await page.getByRole("button", { name: "Next" }).click();
  await page.getByLabel("Save without validating").check();

  let raced = false;
  await page.route(create, async (route) => {
    if (!raced) {
      raced = true;
      const cookies = await context.cookies();
      const other = await context.request.post(`${url}/v1/registries/oci/basic`, {
        headers: { "X-CSRF-Token": cookies.find(({ name }) => name === "berth_csrf").value },
        data: {
          metadata: { name: "Contested" },
          spec: { endpoint: "http://127.0.0.1:1", auth: { type: "noAuth" } },
        },
      });
      assert.equal(other.status(), 201);
    }
    await route.continue();
  });
  await page.getByRole("button", { name: "Confirm" }).click();
  await page.getByRole("heading", { name: "Details" }).waitFor();
  const name = page.getByLabel("Name").first();
  await page.waitForFunction(
    (id) => document.activeElement?.id === id,
    await name.getAttribute("id"),
  );
  assert.equal(raced, true);
  assert.equal(await name.getAttribute("aria-invalid"), "true");
  const described = await name.getAttribute("aria-describedby");
  assert.match(await page.locator(`[id="${described}"]`).innerText(), /there (already|is a)/i);
  assert.equal(await name.inputValue(), "contested");
  await screenshot(page, "wizard-name-raced");

  await name.fill("contested-2");
  for (let step = 0; step < 3; step += 1)
    await page.getByRole("button", { name: "Next" }).click();
  await page.getByLabel("Save without validating").check();
  await page.getByRole("button", { name: "Confirm" }).click();
  await page.locator('[data-registry="contested-2"]').waitFor();
});
