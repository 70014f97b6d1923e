// Live from the first moment: what happens before the stream of events is open is not lost, and one
// job that the stream tells of is not taken for the list of all jobs.
import { assert, call, inBrowser, logIn, open, register } from "./browser.mjs";

async function jobEnded(page, uid) {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    const { data } = await call(page, "GET", "/v1/jobs?limit=50");
    const own = data.items.filter((job) => job.registryUid === uid);
    if (own.length > 0 && own.every((job) => job.status !== "running")) return;
    await page.waitForTimeout(100);
  }
  assert.fail("the job does not end");
}

await inBrowser(async ({ page }) => {
  await logIn(page);
  let letPass = () => {};
  const gate = new Promise((resolve) => (letPass = resolve));
  await page.route("**/v1/events", async (route) => {
    await gate;
    await route.continue();
  });
  await open(page, "/registries");
  await page.getByText("No registry is registered yet").waitFor();
  await register(page, "while-connecting", { isSyncSupported: false });
  letPass();
  await page.locator('[data-registry="while-connecting"]').waitFor();
  await page.unroute("**/v1/events");

  const first = await register(page, "first");
  const second = await register(page, "second");
  await jobEnded(page, first);
  await jobEnded(page, second);
  await open(page, "/settings/appearance");
  const opened = page.waitForResponse((answer) => new URL(answer.url()).pathname === "/v1/events");
  await page.reload();
  await opened;
  await call(page, "POST", `/v1/registries/oci/${first}/basic/sync`);
  await jobEnded(page, first);
  await page.waitForTimeout(1_000);
  await page.getByRole("link", { name: "Jobs", exact: true }).click();
  await page.locator("[data-job]").nth(2).waitFor();
});
