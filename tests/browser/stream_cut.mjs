// The stream of events is cut: the console says that it looks every few seconds, sees what happens
// all the same, and goes back when the wire holds again. With eight tabs there is one stream, and
// none of the tabs hangs; when the tab that held it closes, another takes it over.
import { eventsProxy } from "./proxy.mjs";

const proxy = await eventsProxy(process.env.BERTH_URL);
process.env.BERTH_URL = proxy.url;
const { assert, inBrowser, logIn, screenshot, url } = await import("./browser.mjs");

const isLive = (page) => page.locator('[data-live="live"]').waitFor({ timeout: 30_000 });

async function sync(page) {
  const row = page.locator('[data-registry="slow"]');
  await row.getByRole("button", { name: "Actions for slow" }).click();
  await page.getByRole("menuitem", { name: "Sync" }).click();
}

const jobCount = (page) => page.locator("[data-job]").count();

async function moreJobsThan(page, count) {
  await page.waitForFunction(
    (before) => document.querySelectorAll("[data-job]").length > before,
    count,
    { timeout: 15_000 },
  );
}

await inBrowser(async ({ page, context, allow }) => {
  allow("ERR_EMPTY_RESPONSE", /^\/v1\/events/);
  allow("ERR_CONNECTION_RESET", /^\/v1\/events/);
  allow("ERR_INCOMPLETE_CHUNKED_ENCODING", /^\/v1\/events/);
  await logIn(page);
  await isLive(page);
  const tabs = [];
  for (let tab = 0; tab < 7; tab += 1) {
    const next = await context.newPage();
    await next.goto(`${url}/jobs`);
    await next.getByRole("heading", { name: "Jobs" }).waitFor();
    await next.getByRole("grid", { name: "Jobs" }).waitFor();
    tabs.push(next);
  }
  assert.equal(proxy.openStreams(), 1, "eight tabs, one stream");

  const [second] = tabs;
  proxy.cut();
  await page.getByText(/Live updates are not available/).waitFor();
  await second.getByText(/Live updates are not available/).waitFor();
  await screenshot(page, "polling");
  let before = await jobCount(second);
  await sync(page);
  await moreJobsThan(second, before);
  proxy.mend();
  await isLive(page);
  await isLive(second);
  assert.equal(proxy.openStreams(), 1);

  // The one that holds the stream goes.
  await page.locator('[data-registry="slow"]').getByText("Synced").waitFor();
  const registries = tabs.pop();
  await registries.goto(`${url}/registries`);
  await registries.locator('[data-registry="slow"]').waitFor();
  const streams = proxy.allStreams();
  await page.close();
  await second.waitForFunction(() => document.querySelector('[data-live="live"]'));
  for (const end = Date.now() + 10_000; proxy.allStreams() === streams && Date.now() < end; )
    await second.waitForTimeout(50);
  assert.equal(proxy.openStreams(), 1, "another tab has taken the stream over");
  before = await jobCount(second);
  await sync(registries);
  await moreJobsThan(second, before);
});
