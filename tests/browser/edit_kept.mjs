// What is typed into an edit stays typed: while the server fails in the background, and when somebody
// else saves meanwhile. Only the button that says so takes it away.
import { assert, basicSpec, call, inBrowser, logIn, open, register, screenshot } from "./browser.mjs";

const paths = (page) => page.getByLabel("Base content paths");
const next = (page) => page.getByRole("button", { name: "Next" }).click();

/** Does `act`, after which the page asks for `path` in the background, and waits for the outcome. */
async function renewed(page, path, act) {
  const answered = page.waitForResponse((answer) => new URL(answer.url()).pathname === path);
  await act();
  await answered;
  await page.waitForTimeout(300);
}

/** The browser lost the network and has it again. */
function reconnect(page) {
  return page.evaluate(() => {
    dispatchEvent(new Event("offline"));
    dispatchEvent(new Event("online"));
  });
}

await inBrowser(async ({ page, allow }) => {
  allow(503, /^\/v1\/registries\/oci\//);
  allow(412, /^\/v1\/registries\/oci\//);
  await logIn(page);
  const uid = await register(page, "kept");
  const typed = `/v1/registries/oci/${uid}/basic`;
  const summary = "/v1/registries/oci/summary";
  await open(page, `/registries/${uid}/edit`);
  await page.getByRole("heading", { name: "Edit kept" }).waitFor();
  await next(page);
  await paths(page).fill("charts,typed");

  const acts = {
    [summary]: () => register(page, "another", { isSyncSupported: false }),
    [typed]: () => reconnect(page),
  };
  for (const [path, act] of Object.entries(acts)) {
    await page.route(`**${path}`, (route) => route.fulfill({ status: 503, body: "{}" }));
    await renewed(page, path, act);
    assert.equal(await paths(page).inputValue(), "charts,typed", `${path} failed`);
    await page.unroute(`**${path}`);
  }

  const { etag } = await call(page, "GET", typed);
  const others = { metadata: { name: "kept" }, spec: basicSpec({ baseContentPath: "charts,others" }) };
  await call(page, "PUT", typed, others, { "If-Match": etag });
  await renewed(page, typed, () => reconnect(page));
  assert.equal(await paths(page).inputValue(), "charts,typed", "somebody else saved");

  await next(page);
  await next(page);
  await page.getByLabel("Save without validating").check();
  await page.getByRole("button", { name: "Confirm" }).click();
  await page.getByText("Somebody changed this registry while you were editing it.").waitFor();
  await screenshot(page, "edit-outdated");
  await page.getByRole("button", { name: "Load what is there now" }).click();
  await next(page);
  assert.equal(await paths(page).inputValue(), "charts,others");

  // A name may change in its letters' case alone.
  await page.getByRole("button", { name: "Back" }).click();
  const checked = page.waitForResponse(/validate\/name/);
  await page.getByLabel("Name").first().fill("Kept");
  assert.equal((await checked).status(), 204);
  await next(page);
  await next(page);
  await next(page);
  await page.getByLabel("Save without validating").check();
  await page.getByRole("button", { name: "Confirm" }).click();
  const row = page.locator('[data-registry="Kept"]');
  // What the last validation found says nothing about the changed one: there is another by itself.
  await row.getByRole("button", { name: /^Works/ }).waitFor();
});
