// Every screen, in one theme and at two widths: it is there, nothing of it is wider than the
// window, and a picture is taken, for eyes.
import { assert, fillBasic, inBrowser, logIn, open, screenshot, url } from "./browser.mjs";

const theme = process.env.BERTH_THEME ?? "light";
const image = "repository=team/platforms&reference=v1";
const chart = "repository=charts/pier&reference=1.10.0_build.2";
const at = (path) => async (page) => open(page, path);
// Users that were made stay, for the next theme and width too.
let nextUser = Date.now();
const screens = {
  "api-reference": async (page) => {
    await page.goto(`${url}/docs/api`);
    await page.locator("article details").first().click();
  },
  registries: at("/registries"),
  "registry-menu": async (page) => {
    await open(page, "/registries");
    await page.getByRole("button", { name: "Actions for harbour" }).click();
    await page.getByRole("menuitem", { name: "Delete" }).waitFor();
  },
  "registry-delete": async (page) => {
    await page.getByRole("menuitem", { name: "Delete" }).click();
    await page.getByRole("dialog").waitFor();
  },
  validation: async (page) => {
    await open(page, "/registries");
    await page
      .locator('[data-registry="gone"]')
      .getByRole("button", { name: /^Failed/ })
      .click();
    await page.getByRole("dialog").locator("[data-step]").first().waitFor();
  },
  registry: async (page) => {
    await open(page, "/registries");
    await page.getByRole("link", { name: "harbour" }).click();
    await page.getByRole("grid", { name: "Repositories" }).waitFor();
  },
  "registry-jobs": async (page) => {
    await page.getByRole("tab", { name: "Jobs" }).click();
    await page.getByRole("grid", { name: "Jobs" }).waitFor();
  },
  "registry-setup": async (page) => {
    await page.getByRole("tab", { name: "Client setup" }).click();
    await page.getByRole("region", { name: "Docker" }).waitFor();
  },
  "registry-unreachable": async (page) => {
    await open(page, "/registries");
    await page.getByRole("link", { name: "gone" }).click();
    await page.getByText(/could not load/).waitFor();
  },
  "wizard-details": at("/registries/new"),
  "wizard-connection": async (page) => {
    await fillBasic(page, "second");
    await page.getByText("CN=berth test authority").waitFor();
  },
  "wizard-errors": async (page) => {
    await page.getByLabel("Endpoint").fill("");
    await page.getByLabel("Base content paths").fill("Bad Path");
    await page.getByRole("button", { name: "Next" }).click();
    await page.getByText("Give the address of the registry.").waitFor();
  },
  "wizard-validate": async (page) => {
    await open(page, "/registries/new");
    await fillBasic(page, "second");
    await page.getByRole("button", { name: "Next" }).click();
    await page.getByRole("button", { name: /^Validate/ }).click();
    await page.locator('[data-step="manifest"][data-result="ok"]').waitFor();
  },
  "wizard-confirm": async (page) => {
    await page.getByRole("button", { name: "Next" }).click();
    await page.getByRole("button", { name: "Confirm" }).waitFor();
  },
  "wizard-ecr": async (page) => {
    await open(page, "/registries/new");
    await page.getByLabel("Name").first().fill("ecr");
    await page.getByLabel("Amazon ECR").check();
    await page.getByRole("button", { name: "Next" }).click();
    await page.getByLabel("Endpoint").fill("123456789012.dkr.ecr.eu-west-1.amazonaws.com");
    await page.getByRole("button", { name: "Insert region variable" }).click();
    await page.getByText("Resolves to").waitFor();
    await page.getByRole("switch", { name: "Protected" }).check({ force: true });
    await page.getByLabel("STS", { exact: true }).check();
    await page.getByRole("button", { name: "Show the policies that AWS needs" }).click();
    await page.getByRole("button", { name: "Copy ECR policy" }).waitFor();
  },
  "this-server": at("/registries/embedded"),
  charts: at("/registries/embedded?tab=charts"),
  "client-setup": at("/registries/embedded?tab=setup"),
  repository: at("/registries/embedded/repository?repository=charts/pier"),
  index: at(`/registries/embedded/tag?${image}`),
  image: async (page) => {
    await page.getByRole("grid", { name: "Platforms" }).getByRole("link").first().click();
    await page.getByRole("grid", { name: "Layers" }).waitFor();
  },
  "image-config": async (page) => page.getByRole("tab", { name: "Configuration" }).click(),
  "image-history": async (page) => page.getByRole("tab", { name: "History" }).click(),
  "raw-manifest": at(`/registries/embedded/tag?${image}&tab=raw`),
  artifact: at("/registries/embedded/tag?repository=team/note&reference=v1"),
  "missing-tag": at("/registries/embedded/tag?repository=team/note&reference=v9"),
  chart: at(`/registries/embedded/chart?${chart}`),
  values: at(`/registries/embedded/chart?${chart}&tab=values`),
  versions: at(`/registries/embedded/chart?${chart}&tab=versions`),
  jobs: at("/jobs"),
  "api-keys": at("/settings/api-keys"),
  "api-key-new": async (page) => {
    await page.getByRole("button", { name: "New API key" }).click();
    await page.getByRole("dialog").getByLabel("Name").fill("ci");
  },
  users: at("/settings/users"),
  "user-new": async (page) => {
    await page.getByRole("button", { name: "Add user" }).click();
    await page.getByLabel("User name").fill("dora@example.com");
  },
  "user-password": async (page) => {
    await page.getByLabel("User name").fill(`dora${nextUser++}@example.com`);
    await page.getByRole("button", { name: "Add", exact: true }).click();
    await page.getByText("This is the only time that it is shown.").waitFor();
  },
  "user-rights": async (page) => {
    await page.getByRole("button", { name: "I have kept it" }).click();
    await page.getByRole("button", { name: "Actions for dora" }).first().click();
    await page.getByRole("menuitem", { name: "Rights in the registry" }).click();
    await page.getByLabel("Prefix 1", { exact: true }).fill("team");
  },
  projects: at("/settings/projects"),
  "project-new": async (page) => {
    await page.getByRole("button", { name: "New project" }).click();
    await page.getByRole("dialog").getByLabel("Name").fill("Edge");
  },
  password: at("/settings/password"),
  audit: at("/settings/audit"),
  appearance: at("/settings/appearance"),
  about: at("/settings/about"),
  "missing-page": at("/settings/none"),
  "missing-registry": at("/registries/0123456789abcdef01234567"),
  shortcuts: async (page) => {
    await open(page, "/registries");
    await page.getByRole("button", { name: "Keyboard shortcuts" }).click();
    await page.getByRole("dialog", { name: "Keyboard shortcuts" }).waitFor();
  },
  navigation: async (page) => {
    await open(page, "/registries");
    const menu = page.getByRole("button", { name: "Menu" });
    if (page.viewportSize().width < 1200) await menu.click();
  },
};

for (const width of [1280, 320]) {
  await inBrowser(
    async ({ page, allow }) => {
      allow(404, /^\/(v1\/registries|settings)\//);
      allow(500, /^\/v1\/registries\//);
      allow(400, /clouds\/aws/); // this server is nobody at AWS
      const found = [];
      const look = async (name) => {
        await page.waitForTimeout(100);
        const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        if (over > 0) found.push(`${name}: ${over} pixels wider than the window`);
        await screenshot(page, `${theme}-${width}-${name}`);
      };
      await page.goto(`${url}/login`);
      await page.getByLabel("User name").waitFor();
      await look("login");
      await logIn(page);
      for (const [name, go] of Object.entries(screens)) {
        await go(page).catch((error) => {
          throw new Error(`${name} at ${width}: ${error.message}`);
        });
        await look(name);
      }
      assert.deepEqual(found, []);
    },
    { theme, width, height: 900 },
  );
}
