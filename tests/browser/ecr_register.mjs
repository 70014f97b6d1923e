// Registering an ECR registry: unprotected, with the region variable, by access key and by role; what
// AWS refuses is said with its code and request id; then it is let in, saved and looked into.
import {
  assert,
  inBrowser,
  logIn,
  open,
  registryCa,
  screenshot,
  seriousFindings,
  stepResults,
  validate,
} from "./browser.mjs";
import { account, allowed, change, makeRole, policy, roleArn, server, template } from "./aws.mjs";

const step = (page, name) => page.locator(`.steps [data-step="${name}"]`);
/** {aws_code: …} of a step, as its details say it. */
async function detailsOf(page, name) {
  await step(page, name)
    .getByRole("button", { name: /^Details/ })
    .click();
  const pairs = await step(page, name)
    .locator(".facts-row")
    .evaluateAll((rows) => rows.map((row) => [...row.children].map((cell) => cell.textContent)));
  return Object.fromEntries(pairs);
}

await inBrowser(async ({ page }) => {
  const next = () => page.getByRole("button", { name: "Next" }).click();
  const back = () => page.getByRole("button", { name: "Back" }).click();
  const copied = async (what) => {
    await page.getByRole("button", { name: `Copy ${what}` }).click();
    return JSON.parse(await page.evaluate(() => navigator.clipboard.readText())).Statement[0];
  };
  await logIn(page);
  await open(page, "/registries/new");
  await page.getByLabel("Name").first().fill("ireland");
  await page.getByLabel("Amazon ECR").check();
  await next();

  // Unprotected: the endpoint is all that is asked for. An account's own is never open to all.
  const endpoint = page.getByLabel("Endpoint");
  await endpoint.fill(`${account}.dkr.ecr.eu-west-1.amazonaws.com`);
  for (const label of ["Access key", "Secret access key", "Role ARN", "External ID"])
    assert.equal(await page.getByLabel(label, { exact: true }).count(), 0, label);
  await page.getByRole("switch", { name: "Synchronization" }).uncheck({ force: true });
  await page.getByRole("button", { name: /^Advanced/ }).click();
  await page.getByRole("textbox", { name: "CA certificate" }).fill(registryCa);
  await next();
  await validate(page);
  assert.equal((await stepResults(page)).token, "failed");
  await back();

  // The variable in place of the region, and what it comes to.
  await page.getByRole("button", { name: "Insert region variable" }).click();
  assert.equal(await endpoint.inputValue(), template);
  const previews = page.locator(".panel .facts-row");
  await previews.first().waitFor();
  assert.ok((await previews.count()) >= 3);
  await page.getByLabel("Default region").fill("");
  await next();
  await page.getByText("The region variable needs a default region.").waitFor();
  await page.getByLabel("Default region").fill("eu-west-1");
  await endpoint.fill(template.replace("}}", "}"));
  await page.getByRole("button", { name: /^Write \{\{/ }).click();
  assert.equal(await endpoint.inputValue(), template);
  await page.getByLabel("Base content paths").fill("team");
  await page.getByRole("switch", { name: "Synchronization" }).check({ force: true });

  // An access key whose secret is another's.
  await page.getByRole("switch", { name: "Protected" }).check({ force: true });
  await page.getByRole("textbox", { name: "Access key", exact: true }).fill(server.id);
  await page.getByLabel("Secret access key").fill("some/body's+else");
  await next();
  await validate(page);
  assert.equal((await stepResults(page)).identity, "failed");
  const wrong = await detailsOf(page, "identity");
  assert.equal(wrong["aws code"], "SignatureDoesNotMatch");
  assert.match(wrong["request id"], /^[0-9a-f-]{36}$/);
  await back();

  // A role: nothing of the key stays, the tenant's external id is offered, the policies are at hand.
  await page.getByLabel("STS", { exact: true }).check();
  const externalId = page.getByLabel("External ID");
  await page.waitForFunction(() => document.getElementById("field-externalId").value !== "");
  const tenantsId = await externalId.inputValue();
  await page.getByLabel("Credentials", { exact: true }).check();
  for (const label of ["Access key", "Secret access key"])
    assert.equal(await page.getByRole("textbox", { name: label, exact: true }).inputValue(), "");
  await page.getByLabel("STS", { exact: true }).check();
  assert.equal(await page.getByLabel("Role ARN").inputValue(), "");
  await page.getByLabel("Role ARN").fill(roleArn("berth"));
  await page.getByRole("button", { name: "Show the policies that AWS needs" }).click();
  const trust = await copied("trust policy");
  assert.equal(trust.Principal.AWS, `arn:aws:iam::${account}:root`);
  assert.equal(trust.Condition.StringEquals["sts:ExternalId"], tenantsId);
  const granted = await copied("ECR policy");
  assert.equal(granted.Action.length, 15);
  for (const colorScheme of ["dark", "light"]) {
    await page.emulateMedia({ colorScheme });
    await page.mouse.move(0, 0);
    await screenshot(page, `ecr-policies-${colorScheme}`);
    assert.deepEqual(await seriousFindings(page), []);
  }
  await page.getByRole("button", { name: "Close" }).click();

  // Other regions: none twice, and no word that is none; they are there again in an edit.
  const others = page.getByLabel("Other regions");
  await others.fill("us-east-1, eu-west-1");
  await next();
  await page.getByText("eu-west-1 is named twice, or is the default region.").waitFor();
  await others.fill("virginia");
  await page.getByText("virginia is no region").waitFor();
  await others.fill("us-east-1");

  // There is no such role: what AWS said, and what may be the cause.
  await next();
  await validate(page);
  assert.equal((await stepResults(page)).role, "failed");
  const denied = await detailsOf(page, "role");
  assert.equal(denied["aws code"], "AccessDenied");
  assert.match(denied["request id"], /^[0-9a-f-]{36}$/);
  await page.getByText(/its trust policy does not name the caller/).waitFor();
  // Sentences begin with a capital; an ARN is no sentence.
  await page.getByText(`arn:aws:iam::${account}:user/reader by access key`).waitFor();
  assert.equal(await page.getByText(/^Arn:/).count(), 0);
  await screenshot(page, "ecr-role-denied");

  await makeRole("berth", tenantsId, [policy("identity", allowed(granted.Action))]);
  await validate(page);
  await page.locator('[data-step="manifest"][data-result="ok"]').waitFor();
  await screenshot(page, "ecr-validated");
  await next();
  await page.getByRole("button", { name: "Confirm" }).click();
  const row = page.locator('[data-registry="ireland"]');
  await row.getByText("Works").waitFor();
  await row.getByText("Synced").waitFor();

  // What was typed there is there again in an edit, but for nothing that is secret.
  await row.getByRole("button", { name: "Actions for ireland" }).click();
  await page.getByRole("menuitem", { name: "Edit" }).click();
  await page.getByRole("heading", { name: "Edit ireland" }).waitFor();
  await next();
  assert.equal(await page.getByLabel("Role ARN").inputValue(), roleArn("berth"));
  assert.equal(await page.getByLabel("Other regions").inputValue(), "us-east-1");
  await page.getByText("CN=berth test authority").waitFor();
  await page.getByRole("button", { name: "Cancel" }).click();

  // Into a repository, and an image.
  await page.getByRole("link", { name: "ireland" }).click();
  // and what AWS says of them.
  const finding = { name: "CVE-2026-0001", severity: "HIGH", uri: "https://cve.example/1" };
  const scan = { status: "COMPLETE", completed: 1_700_000_000, findings: [finding] };
  await change({
    images: [{ region: "eu-west-1", account, repository: "team/hello", tag: "v1", scan }],
  });
  const told = (what) => page.locator(`[data-told="${what}"]`);
  const looked = async (name) => {
    for (const colorScheme of ["dark", "light"]) {
      await page.emulateMedia({ colorScheme });
      await screenshot(page, `${name}-${colorScheme}`);
      assert.deepEqual(await seriousFindings(page), []);
    }
  };
  await page.getByRole("link", { name: "team/hello" }).click();
  await told("repository").getByText(`${account} · eu-west-1`).waitFor();
  await told("repository").getByText("At Amazon ECR").click();
  await told("repository").getByText("may be moved").waitFor();
  await told("repository").getByText("none: nothing is deleted by AWS").waitFor();
  await looked("ecr-repository");
  await page.getByRole("link", { name: "v1" }).first().click();
  await page.getByRole("grid", { name: /Layers|Platforms/ }).waitFor();
  await told("image").getByText("no pull recorded").waitFor();
  await told("image").getByText("HIGH 1").waitFor();
  await told("image").getByText("The gravest finding").click();
  await told("image").getByRole("link", { name: "CVE-2026-0001" }).waitFor();
  assert.equal(await page.locator("[data-untold]").count(), 0);
  await looked("ecr-image");
});
