// README's way to a first registry: its table is typed, and the registry's content is there.
import { assert, inBrowser, logIn, screenshot, stepResults, validate } from "./browser.mjs";

const {
  README_NAME: name,
  README_ENDPOINT: endpoint,
  README_AUTHENTICATION: authentication,
  README_PATHS: paths,
} = process.env;

await inBrowser(async ({ page }) => {
  await logIn(page);
  await page.getByRole("button", { name: "Add New OCI Registry" }).click();
  await page.getByLabel("Name", { exact: false }).first().fill(name);
  await page.getByRole("button", { name: "Next" }).click();
  await page.getByLabel("Endpoint").fill(endpoint);
  await page.getByRole("radio", { name: authentication, exact: true }).check();
  await page.getByLabel("Base content paths").fill(paths);
  await page.getByRole("button", { name: "Next" }).click();
  await validate(page);
  assert.deepEqual(
    Object.entries(await stepResults(page)).filter(([, result]) => result === "failed"),
    [],
  );
  await screenshot(page, "readme-validated");
  await page.getByRole("button", { name: "Next" }).click();
  await page.getByRole("button", { name: "Confirm" }).click();

  const row = page.locator(`[data-registry="${name}"]`);
  await row.getByText("Synced").waitFor();
  await screenshot(page, "readme-registered");
  await row.getByRole("link", { name }).click();
  await page.getByRole("link", { name: paths }).click();
  await page.getByRole("link", { name: "3.20" }).first().click();
  await page.getByRole("heading", { name: `${paths}:3.20` }).waitFor();
  await page.getByText("application/vnd.oci.image.layer.v1.tar").first().waitFor();
  await screenshot(page, "readme-tag");
});
