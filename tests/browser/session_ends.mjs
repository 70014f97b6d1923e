// A session that ends while a form is filled in: one banner, few requests, nothing typed is lost; in
// the form of a new registry and in an edit.
import {
  assert,
  inBrowser,
  logIn,
  open,
  password,
  register,
  screenshot,
  url,
} from "./browser.mjs";

/** The server forgets it: the cookie is another from here on. */
async function forget(context) {
  const cookies = await context.cookies();
  const session = cookies.find((cookie) => cookie.name === "berth_session");
  assert.ok(session?.httpOnly, "no script may read the session");
  await context.addCookies([{ ...session, value: "0".repeat(session.value.length) }]);
}

/** Ten seconds of the page's clock, with time for the server to answer what they make it ask. */
async function tenSeconds(page) {
  for (let second = 0; second < 10; second += 1) {
    await page.clock.runFor(1_000);
    await page.waitForTimeout(50);
  }
}

await inBrowser(async ({ page, context, allow }) => {
  allow(401, /^\/v1\//);
  await page.clock.install();
  await logIn(page);
  const nowhere = { endpoint: "http://127.0.0.1:9", auth: { type: "noAuth" } };
  const uid = await register(page, "edited", { ...nowhere, isSyncSupported: false });
  let asked = 0;
  page.on("request", (request) => {
    if (new URL(request.url()).pathname.startsWith("/v1/")) asked += 1;
  });
  for (const path of ["/registries/new", `/registries/${uid}/edit`]) {
    await open(page, path);
    const name = page.getByLabel("Name").first();
    const checked = page.waitForResponse(/validate\/name/);
    await name.fill("half-typed");
    await checked;
    await forget(context);
    asked = 0;
    await name.fill("half-typed-2");
    await page.getByText("Your session has ended.").waitFor();
    await tenSeconds(page);
    assert.ok(asked <= 3, `${path}: ${asked} requests in ten seconds`);
    assert.equal(await name.inputValue(), "half-typed-2", path);
    await screenshot(page, "session-ended");

    await page.getByRole("button", { name: "Sign in again" }).click();
    await page.getByRole("dialog").getByLabel("Password").fill(password);
    await page.getByRole("dialog").getByRole("button", { name: "Sign in" }).click();
    await page.getByText("Your session has ended.").waitFor({ state: "detached" });
    assert.equal(await name.inputValue(), "half-typed-2", path);
    assert.equal(page.url(), url + path);
  }
});
