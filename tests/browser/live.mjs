// A sync that shows how far it is, in two tabs, and one stream of events for both.
import { eventsProxy } from "./proxy.mjs";

const proxy = await eventsProxy(process.env.BERTH_URL);
process.env.BERTH_URL = proxy.url;
const { assert, inBrowser, logIn, open, screenshot } = await import("./browser.mjs");

/** What the job's row says until it is done: the numbers that were seen, in order. */
async function follow(page) {
  const seen = { items: [], bytes: [] };
  const note = (list, value) => {
    if (value !== undefined && list.at(-1) !== value) list.push(value);
  };
  for (const end = Date.now() + 100_000; Date.now() < end; ) {
    const row = await page.evaluate(() => {
      const found = document.querySelector("[data-job]");
      const read = found?.querySelector("[data-read]");
      return {
        text: found?.innerText ?? "",
        ...(read && { bytes: Number(read.dataset.read) }),
      };
    });
    const [, done, of] = /(\d+) of (\d+)/.exec(row.text.replaceAll(",", "")) ?? [];
    if (of === process.env.BERTH_REPOSITORIES) {
      note(seen.items, Number(done));
      note(seen.bytes, row.bytes);
      if (/\bDone\b/.test(row.text)) return { ...seen, text: row.text };
    }
    await page.waitForTimeout(40);
  }
  throw new Error(`the job did not end: ${JSON.stringify(seen)}`);
}

const rises = (list) => list.every((value, at) => at === 0 || value > list[at - 1]);

await inBrowser(async ({ page, context }) => {
  await logIn(page);
  await page.locator('[data-live="live"]').waitFor();
  const other = await context.newPage();
  await open(other, "/jobs");
  await other.locator('[data-live="live"]').waitFor();
  assert.equal(proxy.openStreams(), 1, "one stream for both tabs");

  const row = page.locator('[data-registry="slow"]');
  await row.getByRole("button", { name: "Actions for slow" }).click();
  await page.getByRole("menuitem", { name: "Sync" }).click();
  await row.getByRole("progressbar").waitFor();
  await screenshot(page, "registries-syncing");
  const seen = await follow(other);
  await screenshot(other, "jobs");
  for (const list of [seen.items, seen.bytes]) {
    assert.ok(list.length >= 3 && rises(list), `the other tab saw ${list.join()}`);
  }
  assert.match(seen.text, new RegExp(`${process.env.BERTH_REPOSITORIES} repositories, \\d+ tags`));
  await row.getByText("Synced").waitFor();
  assert.equal(proxy.openStreams(), 1);
  assert.equal(proxy.allStreams(), 1, "the stream was never opened again");
});
