// What a validation says when it fails, and what is done about it: a rejected password, plain HTTP
// behind https://, a private authority.
import {
  assert,
  fillBasic,
  inBrowser,
  logIn,
  open,
  registryCa,
  screenshot,
  stepResults,
  validate,
} from "./browser.mjs";

const plain = process.env.BERTH_PLAIN_REGISTRY;
const next = (page) => page.getByRole("button", { name: "Next" }).click();

await inBrowser(async ({ page }) => {
  await logIn(page);
  await open(page, "/registries/new");
  await fillBasic(page, "bad-password", { password: "wrong" });
  await next(page);
  await validate(page);
  let steps = await stepResults(page);
  assert.equal(steps.tls, "warning", "its certificate ends soon");
  assert.equal(steps.challenge, "ok");
  assert.equal(Object.values(steps).filter((result) => result === "failed").length, 1);
  assert.equal(steps.manifest, "skipped");
  await page
    .getByText(/reject|401/i)
    .first()
    .waitFor();
  await screenshot(page, "wizard-password-rejected");
  await next(page);
  assert.equal(await page.getByRole("button", { name: "Confirm" }).isDisabled(), true);

  // The authority is unknown until its certificate is given.
  await open(page, "/registries/new");
  await fillBasic(page, "private-authority", { ca: "" });
  await next(page);
  await validate(page);
  steps = await stepResults(page);
  assert.equal(steps.tls, "failed");
  await page.getByRole("button", { name: /Details: Secure/ }).click();
  await page.getByText("berth test authority").first().waitFor();
  await screenshot(page, "wizard-unknown-authority");
  await page.getByRole("button", { name: "Back" }).click();
  await page.getByRole("button", { name: /Advanced/ }).click();
  await page
    .locator('input[type="file"]')
    .first()
    .setInputFiles({
      name: "ca.pem",
      mimeType: "application/x-pem-file",
      buffer: Buffer.from(registryCa),
    });
  await page.getByText("CN=berth test authority").waitFor();
  await next(page);
  await page.getByText(/Something was changed/).waitFor();
  await validate(page);
  await page.locator('[data-step="tls"][data-result="warning"]').waitFor();

  await open(page, "/registries/new");
  await fillBasic(page, "plain", { endpoint: `https://${plain}`, ca: "" });
  await page.getByLabel("No authentication").check();
  await next(page);
  await validate(page);
  await page.locator('[data-result="failed"]').waitFor();
  const remedy = page.getByRole("button", { name: "Turn on plain HTTP" });
  await screenshot(page, "wizard-plain-http");
  await remedy.click();
  await validate(page);
  await page.locator('[data-step="ping"][data-result="ok"]').waitFor();
});
