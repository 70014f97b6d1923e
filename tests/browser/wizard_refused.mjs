// What the server refuses goes away with whatever was wrong: a stored password is not sent to another
// host, and going back to the first host is as good as typing the password.
import { assert, inBrowser, logIn, open, register, registry, screenshot } from "./browser.mjs";

await inBrowser(async ({ page, allow }) => {
  allow(400, /^\/v1\/registries\/oci\/basic\/validate/);
  await logIn(page);
  const uid = await register(page, "refused", { isSyncSupported: false });
  await open(page, `/registries/${uid}/edit`);
  const next = () => page.getByRole("button", { name: "Next" }).click();
  const validate = () => page.getByRole("button", { name: /^Validate/ }).click();
  await page.getByRole("heading", { name: "Edit refused" }).waitFor();
  await next();
  await page.getByLabel("Endpoint").fill(`https://${registry.replace("127.0.0.1", "localhost")}`);
  await next();
  await validate();
  await page.getByText(/has to be typed again/i).waitFor();
  await screenshot(page, "wizard-refused");
  await page.getByLabel("Endpoint").fill(`https://${registry}`);
  await page.getByText(/has to be typed again/i).waitFor({ state: "detached" });
  await next();
  await validate();
  await page.locator('[data-step="manifest"][data-result="ok"]').waitFor();
  assert.equal(await page.getByText(/has to be typed again/i).count(), 0);
});
