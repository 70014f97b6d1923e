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
  const read = [];
  const unread = new Set();
  // An answer goes with the page that it was for; then another of the same operation has to be read.
  page.on("requestfinished", (request) => {
    const { pathname } = new URL(request.url());
    if (!pathname.startsWith("/v1/") || pathname === "/v1/events") return;
    const operation = `${request.method()} ${pathname}`;
    const text = request.response().then((response) => response.text());
    answers.push(
      text.then(
        (body) => read.push({ operation, body }),
        () => unread.add(operation),
      ),
    );
  });
  await logIn(page);
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
  await Promise.all(answers);
  for (const { operation } of read) unread.delete(operation);
  assert.deepEqual([...unread], [], "each operation was read at least once");
  assert.ok(
    read.some(({ body }) => body.includes('"****')),
    "a stored password is shown as stars, so that what was read here is what would hold it",
  );
  const everything = [whileEdited, await page.content(), kept, ...read.map(({ body }) => body)].join("\n");
  for (const form of [
    registryPassword,
    JSON.stringify(registryPassword).slice(1, -1),
    encodeURIComponent(registryPassword),
  ]) {
    assert.equal(everything.includes(form), false, "the password was seen");
  }
});
