// A secret that was saved is seen nowhere again, and a registry that is edited without touching it
// goes on working.
import {
  assert,
  fillBasic,
  inBrowser,
  logIn,
  open,
  registryPassword,
  screenshot,
  validate,
} from "./browser.mjs";

await inBrowser(async ({ page }) => {
  const answers = [];
  page.on("response", (response) => {
    const { pathname } = new URL(response.url());
    if (!pathname.startsWith("/v1/") || pathname === "/v1/events") return;
    // What the page gave up on, for it asks again, it never read.
    answers.push(response.finished().then((failed) => (failed ? "" : response.text())));
  });
  await logIn(page);
  await Promise.all(answers); // a page that is left takes unread answers with it
  await open(page, "/registries/new");
  await fillBasic(page, "sealed");
  const next = () => page.getByRole("button", { name: "Next" }).click();
  await next();
  await validate(page);
  await next();
  await page.getByRole("button", { name: "Confirm" }).click();
  const row = page.locator('[data-registry="sealed"]');
  await row.getByRole("button", { name: /^Works/ }).waitFor();

  await row.getByRole("button", { name: "Actions for sealed" }).click();
  await page.getByRole("menuitem", { name: "Edit" }).click();
  await page.getByRole("heading", { name: "Edit sealed" }).waitFor();
  await next();
  await page.getByRole("button", { name: /Replace/ }).waitFor();
  await screenshot(page, "edit-secret");
  const whileEdited = await page.content();
  await page.getByLabel("Base content paths").fill("charts,more");
  await next();
  await validate(page);
  await page.locator('[data-step="manifest"][data-result="ok"]').waitFor();
  await next();
  await page.getByRole("button", { name: "Confirm" }).click();
  await row.waitFor();
  await row.getByRole("button", { name: "Actions for sealed" }).click();
  await page.getByRole("menuitem", { name: "Validate" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("button", { name: "Validate again" }).click();
  await dialog.locator('[data-step="manifest"][data-result="ok"]').waitFor();
  await screenshot(page, "validation-dialog");

  const kept = await page.evaluate(() =>
    JSON.stringify([{ ...localStorage }, { ...sessionStorage }]),
  );
  const read = await Promise.all(answers);
  assert.ok(
    read.some((text) => text.includes('"****')),
    "a stored password is shown as stars, so that what was read here is what would hold it",
  );
  const everything = [whileEdited, await page.content(), kept, ...read].join("\n");
  for (const form of [
    registryPassword,
    JSON.stringify(registryPassword).slice(1, -1),
    encodeURIComponent(registryPassword),
  ]) {
    assert.equal(everything.includes(form), false, "the password was seen");
  }
});
