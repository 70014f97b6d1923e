// What every browser test starts from: Chromium at the console of $BERTH_URL, a person who can log
// in, and a watch over what must never be there: errors on the console, reports of the content
// policy, requests to anywhere else.
import assert from "node:assert/strict";
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const modules = process.env.BERTH_MODULES;
const { chromium } = createRequire(join(modules, "x.js"))("playwright-core");
const axe = readFileSync(join(modules, "axe-core/axe.min.js"), "utf8");

export { assert };
export const url = process.env.BERTH_URL;
export const user = process.env.BERTH_USER ?? "admin";
export const password = process.env.BERTH_PASSWORD;
export const registry = process.env.BERTH_REGISTRY;
export const registryUser = process.env.BERTH_REGISTRY_USER;
export const registryPassword = process.env.BERTH_REGISTRY_PASSWORD;
export const registryCa = process.env.BERTH_REGISTRY_CA
  ? readFileSync(process.env.BERTH_REGISTRY_CA, "utf8")
  : "";

/** Chromium reports every answer of 4xx, and every connection that breaks, as an error of its own;
 *  a test names those that it makes: 404, "ERR_EMPTY_RESPONSE". */
function isExpected(message, allowed) {
  const status = /status of (\d+)|net::(ERR_\w+)/.exec(message.text())?.slice(1).find(Boolean);
  const path = new URL(message.location().url || url, url).pathname;
  return allowed.some(([code, pattern]) => String(code) === status && pattern.test(path));
}

function watch(context, allowed, also) {
  const seen = [];
  const own = [new URL(url).origin, also];
  context.on("console", (message) => {
    if (message.type() === "error" && !isExpected(message, allowed))
      seen.push(`console: ${message.text()}`);
  });
  context.on("weberror", (error) => seen.push(`uncaught: ${error.error().message}`));
  context.on("request", (request) => {
    const target = new URL(request.url());
    if (also && request.headers().referer?.startsWith(`${also}/`)) return; // a page of theirs asks
    if (target.protocol !== "data:" && !own.includes(target.origin))
      seen.push(`asked elsewhere: ${request.url()}`);
  });
  return seen;
}

let browser;

/** Started by the first test that needs it. There is no graphics card: unless it is told, Chromium
 *  plays one in software, and draws every page on it. */
async function runningBrowser() {
  browser ??= await chromium.launch({
    executablePath: process.env.BERTH_CHROMIUM,
    ignoreDefaultArgs: ["--enable-unsafe-swiftshader"],
    args: ["--disable-gpu", "--no-sandbox", "--disable-dev-shm-usage"],
  });
  return browser;
}

export async function closeBrowser() {
  await browser?.close();
}

async function newContext({ theme, width, height, also }) {
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme: theme,
    reducedMotion: "reduce", // no test waits until a drawer has slid open
    ignoreHTTPSErrors: also !== "",
  });
  context.setDefaultTimeout(20_000);
  await context.grantPermissions(["clipboard-read", "clipboard-write"], { origin: url });
  await context.addInitScript(() => {
    addEventListener("securitypolicyviolation", (event) =>
      console.error(`content policy: ${event.violatedDirective} ${event.blockedURI}`),
    );
  });
  return context;
}

/** Runs `test({ page, context, browser, allow })` and fails if anything was seen that must not be.
 *  `also`: an origin that is not ours and may be asked, whose certificate need not be known. */
export async function inBrowser(
  test,
  { theme = "light", width = 1280, height = 900, also = "" } = {},
) {
  const browser = await runningBrowser();
  const allowed = [];
  try {
    const context = await newContext({ theme, width, height, also });
    const seen = watch(context, allowed, also);
    const page = await context.newPage();
    const allow = (status, pattern) => allowed.push([status, pattern]);
    try {
      await test({ page, context, browser, allow });
    } catch (error) {
      await screenshot(page, `failed-${process.env.BERTH_BROWSER_TEST}`).catch(() => {});
      console.error(`at ${page.url()}; seen: ${JSON.stringify(seen)}`);
      throw error;
    }
    assert.deepEqual(seen, [], "nothing of this may be seen");
  } finally {
    await Promise.all(browser.contexts().map((each) => each.close()));
  }
}

export async function fillLogin(page, name = user, secret = password) {
  await page.getByLabel("User name").fill(name);
  await page.getByLabel("Password").fill(secret);
  await page.getByRole("button", { name: "Log in" }).click();
}

/** Logged in, at `path`. */
export async function logIn(page, path = "/registries") {
  await page.goto(url + path);
  await page.waitForURL(/\/login/);
  await fillLogin(page);
  await page.waitForURL(url + path);
  await page.locator("#page-title").waitFor();
}

/** Where there is no session yet, and where it is one: `path`, loaded. */
export async function open(page, path) {
  await page.goto(url + path);
  await page.locator("#page-title").waitFor();
  await page.locator('[role=status][aria-label^="Loading"]').waitFor({ state: "detached" });
}

export async function screenshot(page, name) {
  const folder = process.env.BERTH_SCREENSHOTS;
  if (!folder) return;
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`) });
}

/** Of axe's rules those that look at colours. */
export const colourRules = ["color-contrast", "link-in-text-block"];

/** What axe finds serious or critical on the page as it is, by all its rules or those named; what the
 *  selector `besides` names is left out. */
export async function seriousFindings(page, rules = [], besides = "") {
  if (!(await page.evaluate(() => "axe" in globalThis))) await page.evaluate(axe);
  const ask = async ({ rules, besides }) => {
    const where = besides ? { include: [["html"]], exclude: [[besides]] } : document;
    const result = await globalThis.axe.run(where, {
      resultTypes: ["violations"],
      preload: false,
      iframes: false,
      ...(rules.length > 0 && { runOnly: { type: "rule", values: rules } }),
    });
    return result.violations
      .filter((violation) => ["serious", "critical"].includes(violation.impact))
      .map((violation) => `${violation.id}: ${violation.nodes[0].html.slice(0, 200)}`);
  };
  return page.evaluate(ask, { rules, besides });
}

/** A call of /v1 by the same person, past the console: as another browser would do it. */
export async function call(page, method, path, data, headers = {}) {
  const cookies = await page.context().cookies();
  const csrf = cookies.find(({ name }) => name === "berth_csrf")?.value ?? "";
  const answer = await page.request.fetch(url + path, {
    method,
    data,
    headers: { "X-CSRF-Token": decodeURIComponent(csrf), ...headers },
  });
  assert.ok(answer.ok(), `${method} ${path}: ${answer.status()} ${await answer.text()}`);
  const text = await answer.text();
  return { data: text ? JSON.parse(text) : undefined, etag: answer.headers().etag };
}

/** What /v1 is told of this test's Basic registry. */
export function basicSpec(changes = {}) {
  return {
    endpoint: `https://${registry}`,
    baseContentPath: "charts",
    providerType: "helm",
    isSyncSupported: true,
    auth: {
      type: "basic",
      username: registryUser,
      password: registryPassword,
      tls: { enabled: true, insecureSkipVerify: false, ca: registryCa },
    },
    ...changes,
  };
}

/** Registers it past the console; its uid. */
export async function register(page, name, changes = {}) {
  const body = { metadata: { name }, spec: basicSpec(changes) };
  return (await call(page, "POST", "/v1/registries/oci/basic", body)).data.uid;
}

/** Fills the wizard's first two steps for the Basic registry of this test; stays at the second. */
export async function fillBasic(page, name, changes = {}) {
  const filled = {
    endpoint: `https://${registry}`,
    user: registryUser,
    password: registryPassword,
    ca: registryCa,
    paths: "charts",
    ...changes,
  };
  await page.getByLabel("Name", { exact: false }).first().fill(name);
  await page.getByRole("button", { name: "Next" }).click();
  await page.getByLabel("Endpoint").fill(filled.endpoint);
  await page.getByLabel("User name").fill(filled.user);
  await page.getByLabel("Password or access token").fill(filled.password);
  await page.getByLabel("Base content paths").fill(filled.paths);
  if (!filled.ca) return;
  await page.getByRole("button", { name: /Advanced/ }).click();
  await page.getByRole("textbox", { name: "CA certificate" }).fill(filled.ca);
}

export async function validate(page) {
  await page.getByRole("button", { name: /^Validate/ }).click();
  // The steps come one by one; the last says that all are over.
  const over = '.steps[aria-busy="false"]';
  await page.locator(`${over} [data-result="ok"], ${over} [data-result="failed"]`).first().waitFor();
}

/** {resolve: "ok", …} of the steps that are shown. */
export async function stepResults(page) {
  return page
    .locator(".steps [data-step]")
    .evaluateAll((rows) =>
      Object.fromEntries(rows.map((row) => [row.dataset.step, row.dataset.result])),
    );
}
