// A sync that shows how far it is; one stream of events for all tabs; and when the stream is cut,
// polling that says so.
import { assert, inBrowser, logIn, open, screenshot, url } from "./browser.mjs";

await inBrowser(async ({ page, context }) => {
  let streams = 0;
  context.on("request", (request) => {
    if (new URL(request.url()).pathname === "/v1/events") streams += 1;
  });
  await logIn(page);
  await page.locator('[data-live="live"]').waitFor();
  const other = await context.newPage();
  await open(other, "/jobs");
  await other.locator('[data-live="live"]').waitFor();
  assert.equal(streams, 1, "one stream for both tabs");

  const row = page.locator('[data-registry="slow"]');
  await row.getByRole("button", { name: "Actions for slow" }).click();
  await page.getByRole("menuitem", { name: "Sync" }).click();
  const seen = new Set();
  const job = other.locator("[data-job]").first();
  for (const end = Date.now() + 20_000; Date.now() < end; ) {
    const text = await job.innerText().catch(() => "");
    const done = /(\d+) of (\d+)/.exec(text)?.[1];
    if (done) seen.add(done);
    if (/Done/.test(text) && /Sync/.test(text)) break;
    await other.waitForTimeout(40);
  }
  await screenshot(other, "jobs");
  assert.ok(seen.size >= 3, `the other tab saw ${[...seen].join()}`);
  await row.getByText("Synced").waitFor();
  assert.equal(streams, 1);
});

await inBrowser(async ({ page, context, allow }) => {
  allow(503, /^\/v1\/events/);
  await context.route("**/v1/events", (route) => route.fulfill({ status: 503, body: "" }));
  await logIn(page);
  await page.getByText("Live updates are not available").waitFor();
  await screenshot(page, "polling");
  for (let tab = 0; tab < 7; tab += 1) {
    const next = await context.newPage();
    await next.goto(`${url}/jobs`);
    await next.getByRole("heading", { name: "Jobs" }).waitFor();
  }
  await context.unroute("**/v1/events");
  await page.locator('[data-live="live"]').waitFor({ timeout: 30_000 });
});
