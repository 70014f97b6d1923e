// Every screen of the console, one after the other, reached by addresses and marks in the page rather
// than by words, so that the tour goes through the pseudo-locale as well.
import {
  assert,
  open,
  password,
  registry,
  registryCa,
  registryPassword,
  registryUser,
} from "./browser.mjs";
import { url, user } from "./browser.mjs";

/** Registers the test's registry by the API, synced; its uid. */
export async function register(page, name) {
  const body = {
    metadata: { name },
    spec: {
      endpoint: `https://${registry}`,
      providerType: "helm",
      baseContentPath: "charts",
      isSyncSupported: true,
      auth: {
        type: "basic",
        username: registryUser,
        password: registryPassword,
        tls: { enabled: true, insecureSkipVerify: false, ca: registryCa },
      },
    },
  };
  const made = await page.evaluate(async (body) => {
    const csrf = /berth_csrf=([^;]*)/.exec(document.cookie)[1];
    const headers = { "Content-Type": "application/json", "X-CSRF-Token": csrf };
    const answer = await fetch("/v1/registries/oci/basic", {
      method: "POST",
      headers,
      body: JSON.stringify(body),
    });
    const { uid } = await answer.json();
    await fetch(`/v1/registries/oci/${uid}/validate`, { method: "POST", headers, body: "{}" });
    return uid;
  }, body);
  assert.ok(made);
  return made;
}

export async function logInAnywhere(page, search = "") {
  await page.goto(`${url}/login${search}`);
  await page.locator("#login-name").fill(user);
  await page.locator("#login-password").fill(password);
  await page.locator("button[type=submit]").click();
  await page.locator("#page-title").waitFor();
}

/** Of several rows that wait the first is waited for until there is none. */
const settled = (page) =>
  page.locator(".waiting-row, .pf-v6-c-skeleton").first().waitFor({ state: "detached" });

/** The wizard's steps for a Basic registry, and the connection to Amazon ECR. */
async function wizard(page, visit) {
  await open(page, "/registries/new");
  const next = page.locator(".wizard-foot button[type=submit]");
  await next.click();
  await page.locator("[aria-invalid=true]").waitFor();
  await visit("wizard-details");
  await page.locator("#field-name").fill("second");
  await next.click();
  await page.locator("#field-endpoint").fill(`http://${registry}/`);
  await next.click();
  await page.locator("[aria-invalid=true]").first().waitFor();
  await page.locator(".pf-v6-c-expandable-section button").first().click();
  await page.locator("#field-ca").fill("no certificate");
  await visit("wizard-basic");
  await page.locator("#field-skipVerify").press("Space");
  await page.getByRole("dialog").waitFor();
  await visit("wizard-skip-verify");
  await page.keyboard.press("Escape");
  await page.locator("#field-ca").fill(registryCa);
  await page.locator("#field-endpoint").fill(`https://${registry}`);
  await page.locator("#field-username").fill(registryUser);
  await page.locator("#field-password").fill("wrong");
  await page.locator("#field-contentPaths").fill("charts");
  await next.click();
  await page.locator("main .steps").waitFor();
  await page.locator("form .row button").first().click();
  await page.locator('[data-result="failed"]').first().waitFor();
  await visit("wizard-validate");
  await next.click();
  await page.locator("#save-anyway").waitFor();
  await visit("wizard-confirm");

  await open(page, "/registries/new");
  await page.locator("#field-name").fill("cloud");
  await page.locator('[name="field-kind"][value=ecr]').check();
  await next.click();
  await page
    .locator("#field-endpoint")
    .fill("1.dkr.ecr.{{.spectro.system.aws.region}.amazonaws.com");
  await page.locator("#field-isPrivate").press("Space");
  await page.locator('[name="field-credentialType"][value=sts]').check();
  await next.click();
  await page.locator("[aria-invalid=true]").first().waitFor();
  await visit("wizard-ecr");
  await page.locator("#show-policies").click();
  await page.locator("#aws-policies").waitFor();
  await visit("wizard-ecr-policies");
}

async function registriesPage(page, visit) {
  await open(page, "/registries");
  const row = page.locator("[data-registry]").first();
  await row.waitFor();
  await visit("registries");
  await row.locator("td:last-child button").click();
  await page.locator("[role=menu]").waitFor();
  await visit("registries-menu");
  await page.locator("[role=menuitem]").last().click();
  await page.getByRole("dialog").waitFor();
  await visit("registries-delete");
  await page.keyboard.press("Escape");
  await row.locator(".pf-m-link.pf-m-inline").first().click();
  await page.locator("[role=dialog] .steps [data-step]").first().waitFor();
  await visit("registries-validation");
  await page.keyboard.press("Escape");
  await open(page, "/registries?search=nowhere");
  await visit("registries-no-match");
}

async function content(page, visit, uid) {
  for (const tab of ["repositories", "charts", "jobs", "setup"]) {
    await open(page, `/registries/${uid}?tab=${tab}`);
    await settled(page);
    await visit(`registry-${tab}`);
  }
  await open(page, `/registries/${uid}/repository?repository=charts%2Fpier`);
  await page.locator("tbody tr").first().waitFor();
  await visit("repository");
  const chart = `repository=charts%2Fpier&reference=1.2.3_build.4`;
  for (const tab of ["readme", "values", "versions"]) {
    await open(page, `/registries/${uid}/chart?${chart}&tab=${tab}`);
    await page.locator("aside dl").first().waitFor();
    await visit(`chart-${tab}`);
  }
  const image = `repository=charts%2Fhello&reference=v1`;
  for (const tab of ["layers", "config", "history", "raw"]) {
    await open(page, `/registries/${uid}/tag?${image}&tab=${tab}`);
    await page.locator("aside dl").first().waitFor();
    await visit(`image-${tab}`);
  }
  await open(page, `/registries/${uid}/tag?repository=charts%2Fpier&reference=nothing`);
  await page.locator(".pf-v6-c-alert").waitFor();
  await visit("failure");
  await open(page, `/registries/${uid}/edit`);
  await page.locator("#field-name").waitFor();
  await visit("edit");
  await open(page, "/registries/embedded");
  await settled(page);
  await visit("embedded");
}

async function settings(page, visit) {
  for (const place of ["/jobs", "/settings/appearance", "/settings/about", "/settings/audit"]) {
    await open(page, place);
    await settled(page);
    await visit(place.slice(1).replace("/", "-"));
  }
  for (const place of ["api-keys", "users", "projects"]) {
    await open(page, `/settings/${place}`);
    await settled(page);
    await visit(`settings-${place}`);
    await page.locator(".page button").first().click();
    await page.getByRole("dialog").waitFor();
    await visit(`settings-${place}-new`);
    await page.keyboard.press("Escape");
  }
  await open(page, "/settings/password");
  await page.locator("#password-current").waitFor();
  await visit("settings-password");
  await page.locator("button:has(> * kbd), button:has(kbd)").first().click();
  await page.getByRole("dialog").waitFor();
  await visit("shortcuts");
  await page.keyboard.press("Escape");
  await open(page, "/registries/x/y/z");
  await visit("no-such-page");
}

/** Calls `visit(name)` at each screen; `page` is nowhere yet. */
export async function everyScreen(page, visit, search = "") {
  await page.goto(`${url}/login${search}`);
  await page.locator("#login-name").waitFor();
  await visit("login");
  await page.goto(`${url}/docs/api`);
  await page.locator("article details").first().waitFor();
  await page.locator("article details").first().click();
  await visit("docs-api");
  await logInAnywhere(page);
  await page.locator(".pf-v6-c-empty-state, [data-registry]").first().waitFor();
  await visit("registries-empty");
  const uid = await register(page, "harbour");
  await registriesPage(page, visit);
  await wizard(page, visit);
  await content(page, visit, uid);
  await settings(page, visit);
}
