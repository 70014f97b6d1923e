// An API key: shown once, works as what it may do, and works no more when it is deleted.
import { assert, inBrowser, logIn, open, screenshot, url } from "./browser.mjs";

await inBrowser(async ({ page, browser }) => {
  await logIn(page);
  await open(page, "/settings/api-keys");
  await page.getByRole("button", { name: "New API key" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name").fill("ci");
  await dialog.getByRole("button", { name: "Create" }).click();
  const key = await dialog.locator("pre").innerText();
  assert.match(key, /^berth_/);
  await screenshot(page, "api-key");
  await dialog.getByRole("button", { name: "I have kept it" }).click();
  await page.getByRole("row", { name: /ci/ }).waitFor();
  assert.equal((await page.content()).includes(key), false);

  const outside = await browser.newContext();
  const ask = async () =>
    (
      await outside.request.get(`${url}/v1/registries/oci/summary`, { headers: { ApiKey: key } })
    ).status();
  assert.equal(await ask(), 200);
  await page.getByRole("row", { name: /ci/ }).getByRole("button", { name: "Delete" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
  await page.getByText("You have no API keys").waitFor();
  assert.equal(await ask(), 401);
});
