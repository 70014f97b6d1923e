// The regions of an ECR registry: gaps with their causes on demand, all of it, and the plan of a
// filling before anything is copied.
import { assert, inBrowser, logIn, screenshot, seriousFindings } from "./browser.mjs";

await inBrowser(async ({ page, allow }) => {
  allow(404, /\/(validation|fill)$/);
  await logIn(page);
  await page.getByRole("link", { name: "Ireland" }).click();
  await page.getByRole("tab", { name: "Regions" }).click();
  const row = (...texts) =>
    texts.reduce((rows, hasText) => rows.filter({ hasText }), page.getByRole("row"));
  await row("team/moved", "Another image").waitFor();
  assert.equal(await row("In sync").count(), 0);
  const cause = page.getByText(/pushed there by somebody/);
  assert.equal(await cause.isVisible(), false);
  await row("team/moved").getByText("Another image").click();
  await cause.waitFor();
  assert.deepEqual(await seriousFindings(page), []);
  await screenshot(page, "regions");
  await page.getByText("Only gaps").click();
  await row("team/hello", "In sync").waitFor();

  await page.getByRole("button", { name: "Fill the gaps" }).click();
  await page.getByText(/4 tags are copied from eu-west-1/).waitFor();
  await page.getByLabel("Make repositories that are missing").check();
  await page.getByText("1 repository is made.").waitFor();
  await page.getByText(/5 tags are copied/).waitFor();
  await page.getByText("5 tags are left as they are").click();
  assert.deepEqual(await seriousFindings(page), []);
  await screenshot(page, "regions-fill");
  await page.getByRole("button", { name: "Cancel" }).click();

  // Which region content came from.
  await page.getByRole("tab", { name: "Repositories" }).click();
  await page.getByRole("link", { name: "team/hello" }).click();
  await page.getByRole("link", { name: "old" }).first().click();
  const facts = page.getByRole("region", { name: "Facts" });
  await facts.getByText("eu-west-1", { exact: true }).waitFor();
});
