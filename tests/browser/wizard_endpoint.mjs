// An endpoint with more than a host in it: the field says what will be used and writes it so.
import { assert, inBrowser, logIn, open, screenshot } from "./browser.mjs";

await inBrowser(async ({ page, allow }) => {
  allow(400, /normalize/);
  await logIn(page);
  await open(page, "/registries/new");
  await page.getByLabel("Name").first().fill("with-a-path");
  await page.getByRole("button", { name: "Next" }).click();
  await page
    .getByLabel("Endpoint")
    .fill("https://registry.example.com/artifactory/api/docker/charts/");
  const offer = page.getByRole("button", { name: "Write it like this" });
  await offer.waitFor();
  await screenshot(page, "wizard-endpoint");
  await offer.click();
  assert.equal(await page.getByLabel("Endpoint").inputValue(), "https://registry.example.com");
  assert.equal(await page.getByLabel("Base path").inputValue(), "/artifactory/api/docker/charts");

  await page.getByRole("button", { name: "Next" }).click();
  await page.getByText("Give the user name, or choose no authentication.").waitFor();
  await page.getByText(/Synchronization needs to know where to look/).waitFor();
});
