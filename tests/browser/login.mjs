// A wrong password says one thing and keeps the user name; the right one leads to what was asked.
import { assert, fillLogin, inBrowser, password, screenshot, url, user } from "./browser.mjs";

await inBrowser(async ({ page, allow }) => {
  allow(401, /\/v1\/auth\/authenticate/);
  await page.goto(`${url}/settings/appearance`);
  await page.waitForURL(/\/login\?next=/);
  await screenshot(page, "login");

  await fillLogin(page, user, `${password}x`);
  await page.getByText("The user name or the password is wrong.").waitFor();
  const wrongPassword = await page.getByRole("alert").innerText();
  const name = page.getByLabel("User name");
  assert.equal(await name.inputValue(), user);
  assert.equal(await page.getByLabel("Password").inputValue(), "");
  assert.equal(await name.evaluate((field) => field === document.activeElement), true);
  assert.equal(await name.getAttribute("aria-invalid"), "true");
  await screenshot(page, "login-refused");

  await fillLogin(page, "nobody-of-this-name", "x");
  await page.getByText("The user name or the password is wrong.").waitFor();
  assert.equal(
    await page.getByRole("alert").innerText(),
    wrongPassword,
    "both must sound the same",
  );

  await fillLogin(page);
  await page.waitForURL(`${url}/settings/appearance`);
  await page.getByRole("heading", { name: "Appearance" }).waitFor();
  assert.equal(await page.title(), "Appearance · Berth");

  // A link must not lead elsewhere by way of the login.
  await page.getByRole("button", { name: user }).click();
  await page.getByRole("menuitem", { name: "Log out" }).click();
  await page.waitForURL(/\/login/);
  await page.goto(`${url}/login?next=//example.com/`);
  await fillLogin(page);
  await page.waitForURL(`${url}/registries`);
});
