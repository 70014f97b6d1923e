// The login page's button, the provider's own pages on another site, and back to what was asked for;
// then the words for a login that was cancelled.
import { assert, inBrowser, screenshot, seriousFindings, url } from "./browser.mjs";

const provider = process.env.BERTH_PROVIDER;

await inBrowser(
  async ({ page, context, allow }) => {
    // The provider's own page asks for a typeface of somebody else.
    await context.route("https://fonts.googleapis.com/**", (route) => route.fulfill({ body: "" }));
    await page.goto(`${url}/settings/audit`);
    await page.waitForURL(/\/login\?next=/);
    await page.getByRole("link", { name: "Sign in with Corp" }).waitFor();
    assert.deepEqual(await seriousFindings(page), []);
    await screenshot(page, "login-providers");

    await page.getByRole("link", { name: "Sign in with Corp" }).click();
    await page.waitForURL(`${provider}/**`);
    await page.getByText("Cancel").click();
    await page.waitForURL(/\/login\?signin=denied/);
    await page.getByText("The sign-in was cancelled or refused there.").waitFor();
    await page.getByText("Signing in with Corp did not work").waitFor();
    assert.deepEqual(await seriousFindings(page), []);
    await screenshot(page, "login-provider-denied");

    await page.getByRole("link", { name: "Sign in with Corp" }).click();
    await page.waitForURL(`${provider}/**`);
    await page.locator("[name=login]").fill("ann");
    await page.locator("[name=password]").fill("any");
    await page.getByRole("button", { name: "Sign-in" }).click();
    await page.getByRole("button", { name: "Continue" }).click();
    await page.waitForURL(`${url}/settings/audit`);
    await page.getByRole("heading", { name: "Audit trail" }).waitFor();
    await page.getByRole("button", { name: "ann" }).waitFor();
    await screenshot(page, "login-provider-done");

    // A session that ends is gone on with in another tab, without losing the page.
    allow(401, /^\/v1\//);
    await page.goto(`${url}/registries/new`);
    await page.getByLabel("Name").first().fill("half-typed");
    const ended = (await context.cookies()).find((cookie) => cookie.name === "berth_session");
    await context.addCookies([{ ...ended, value: "0".repeat(ended.value.length) }]);
    await page.getByLabel("Name").first().fill("half-typed-2");
    await page.getByRole("button", { name: "Sign in again" }).click();
    const opened = context.waitForEvent("page");
    await page.getByRole("link", { name: "Sign in with corp in a new tab" }).click();
    const tab = await opened;
    await tab.waitForURL(`${url}/settings/about`); // the provider knows them still
    await tab.close();
    await page.evaluate(() => dispatchEvent(new Event("focus")));
    await page.getByText("Your session has ended.").waitFor({ state: "detached" });
    assert.equal(await page.getByLabel("Name").first().inputValue(), "half-typed-2");

    // Still in after a reload; out of the provider too, which asks, and leads back here.
    await page.reload();
    await page.getByRole("button", { name: "ann" }).click();
    await page.getByRole("menuitem", { name: "Log out" }).click();
    await page.getByRole("button", { name: /Yes/ }).click();
    await page.waitForURL(`${url}/login`);

    // An address puts no words of its own on the page.
    await page.goto(`${url}/login?signin=x%3Cb%3E&provider=Evil&ref=call+0800`);
    await page.getByText("Signing in did not work").waitFor();
    assert.equal(await page.getByText(/Evil|0800/).count(), 0);
  },
  { also: provider },
);
