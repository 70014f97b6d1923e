// A session that ends while a form is filled in: one banner, few requests, nothing typed is lost.
import { assert, inBrowser, logIn, password, screenshot, url } from "./browser.mjs";

await inBrowser(async ({ page, context, allow }) => {
  allow(401, /^\/v1\//);
  await logIn(page);
  await page.goto(`${url}/registries/new`);
  await page.getByLabel("Name").first().fill("half-typed");
  await page.waitForTimeout(1_000);

  // The server forgets it: the cookie is another from here on.
  const cookies = await context.cookies();
  const session = cookies.find((cookie) => cookie.name === "berth_session");
  assert.ok(session?.httpOnly, "no script may read the session");
  await context.addCookies([{ ...session, value: "0".repeat(session.value.length) }]);
  let asked = 0;
  page.on("request", (request) => {
    if (new URL(request.url()).pathname.startsWith("/v1/")) asked += 1;
  });
  await page.getByLabel("Name").first().fill("half-typed-2");
  await page.getByText("Your session has ended.").waitFor();
  await page.waitForTimeout(10_000);
  assert.ok(asked <= 3, `${asked} requests in ten seconds`);
  await screenshot(page, "session-ended");

  await page.getByRole("button", { name: "Sign in again" }).click();
  await page.getByRole("dialog").getByLabel("Password").fill(password);
  await page.getByRole("dialog").getByRole("button", { name: "Sign in" }).click();
  await page.getByText("Your session has ended.").waitFor({ state: "detached" });
  assert.equal(await page.getByLabel("Name").first().inputValue(), "half-typed-2");
  assert.equal(new URL(page.url()).pathname, "/registries/new");
});
