// The forms of Amazon ECR: unprotected asks for no credentials; the region variable needs a default
// region and shows what it resolves to; the brief's own typing error is put right by a button; one
// method's values are gone when the other is chosen.
import { assert, inBrowser, logIn, open, screenshot } from "./browser.mjs";

const exact = "{{.spectro.system.aws.region}}";
await inBrowser(async ({ page, allow }) => {
  allow(400, /normalize/);
  allow(400, /clouds\/aws/);
  await logIn(page);
  await open(page, "/registries/new");
  await page.getByLabel("Name").first().fill("ecr");
  await page.getByLabel("Amazon ECR").check();
  await page.getByRole("button", { name: "Next" }).click();
  assert.equal(await page.getByLabel("Access key").count(), 0);
  assert.equal(await page.getByLabel("Role ARN").count(), 0);

  const endpoint = page.getByLabel("Endpoint");
  await endpoint.fill("123456789012.dkr.ecr.eu-west-1.amazonaws.com");
  await page.getByRole("button", { name: "Insert region variable" }).click();
  assert.equal(await endpoint.inputValue(), `123456789012.dkr.ecr.${exact}.amazonaws.com`);
  const region = page.getByLabel("Default region");
  assert.equal(await region.inputValue(), "eu-west-1");
  await page.getByText("123456789012.dkr.ecr.eu-west-1.amazonaws.com").first().waitFor();
  await region.fill("");
  await page.getByRole("button", { name: "Next" }).click();
  await page.getByText("The region variable needs a default region.").waitFor();
  await region.fill("eu-west-1");

  await endpoint.fill("123456789012.dkr.ecr.{{.spectro.system.aws.region}.amazonaws.com");
  await page.getByText("The region variable is not written exactly").waitFor();
  await screenshot(page, "wizard-ecr-typo");
  await page.getByRole("button", { name: `Write ${exact}` }).click();
  assert.equal(await endpoint.inputValue(), `123456789012.dkr.ecr.${exact}.amazonaws.com`);

  await page.getByRole("switch", { name: "Protected" }).check({ force: true });
  await page.getByRole("textbox", { name: "Access key", exact: true }).fill("AKIA1234567890ABCDEF");
  await page.getByLabel("Secret access key").fill("to be forgotten");
  await page.getByLabel("STS", { exact: true }).check();
  await page.getByLabel("Role ARN").fill("arn:aws:iam::123456789012:role/berth");
  await page.getByLabel("External ID").fill("berth-7");
  // A server that is nobody at AWS could not take on a role: it says so, and what helps.
  await page.getByRole("button", { name: "Show the policies that AWS needs" }).click();
  await page.getByText("this server has no identity at AWS").waitFor();
  await page.getByRole("button", { name: "Copy ECR policy" }).click();
  const policy = JSON.parse(await page.evaluate(() => navigator.clipboard.readText())).Statement[0];
  assert.ok(policy.Action.includes("ecr:GetAuthorizationToken"));
  assert.equal(policy.Action.length, 15);
  await screenshot(page, "wizard-ecr-sts");
  await page.getByLabel("Credentials", { exact: true }).check();
  assert.equal(await page.getByLabel("Secret access key").inputValue(), "");
  await page.getByLabel("STS", { exact: true }).check();
  assert.equal(await page.getByLabel("Role ARN").inputValue(), "");
  await page.getByLabel("Role ARN").fill("arn:aws:iam::123456789012:role/berth");
  await page.getByLabel("EKS Pod Identity", { exact: true }).check();
  assert.equal(await page.getByLabel("External ID").count(), 0);
  assert.equal(await page.getByLabel("Role ARN").inputValue(), "");

  // A registry with the identity of a pod is saved, and an edit shows it as it is.
  await page.getByLabel("Role ARN").fill("arn:aws:iam::123456789012:role/pod");
  await page.getByLabel("Base content paths").fill("charts");
  for (let step = 0; step < 2; step += 1) await page.getByRole("button", { name: "Next" }).click();
  await page.getByLabel("Save without validating").check();
  await page.getByRole("button", { name: "Confirm" }).click();
  const row = page.locator('[data-registry="ecr"]');
  await row.getByRole("button", { name: "Actions for ecr" }).click();
  await page.getByRole("menuitem", { name: "Edit" }).click();
  await page.getByRole("heading", { name: "Edit ecr" }).waitFor();
  await page.getByRole("button", { name: "Next" }).click();
  assert.equal(await page.getByLabel("EKS Pod Identity", { exact: true }).isChecked(), true);
  assert.equal(
    await page.getByLabel("Role ARN").inputValue(),
    "arn:aws:iam::123456789012:role/pod",
  );
  await screenshot(page, "wizard-ecr-pod");
});
