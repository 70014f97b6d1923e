// Every screen, in one theme and at two widths: axe finds nothing serious, nothing is wider than the
// window, and a picture is taken.
import { assert, inBrowser, logIn, open, screenshot, seriousFindings, url } from "./browser.mjs";

const theme = process.env.BERTH_THEME ?? "light";
const image = "repository=team/platforms&reference=v1";
const chart = "repository=charts/pier&reference=1.10.0_build.2";
const screens = {
  registries: "/registries",
  "wizard-details": "/registries/new",
  "this-server": "/registries/embedded",
  charts: "/registries/embedded?tab=charts",
  "client-setup": "/registries/embedded?tab=setup",
  repository: "/registries/embedded/repository?repository=charts/pier",
  index: `/registries/embedded/tag?${image}`,
  "raw-manifest": `/registries/embedded/tag?${image}&tab=raw`,
  chart: `/registries/embedded/chart?${chart}`,
  values: `/registries/embedded/chart?${chart}&tab=values`,
  jobs: "/jobs",
  "api-keys": "/settings/api-keys",
  audit: "/settings/audit",
  appearance: "/settings/appearance",
  about: "/settings/about",
  missing: "/settings/none",
};

for (const width of [1280, 320]) {
  await inBrowser(
    async ({ page }) => {
      const found = [];
      const look = async (name) => {
        await page.waitForTimeout(150);
        for (const finding of await seriousFindings(page)) found.push(`${name}: ${finding}`);
        const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        if (over > 0) found.push(`${name}: ${over} pixels wider than the window`);
        await screenshot(page, `${theme}-${width}-${name}`);
      };
      await page.goto(`${url}/login`);
      await page.getByLabel("User name").waitFor();
      await look("login");
      await logIn(page);
      for (const [name, path] of Object.entries(screens)) {
        await open(page, path);
        await look(name);
      }
      await page.keyboard.press("?");
      await page.getByRole("dialog", { name: "Keyboard shortcuts" }).waitFor();
      await look("shortcuts");
      assert.deepEqual(found, []);
    },
    { theme, width, height: 900 },
  );
}
