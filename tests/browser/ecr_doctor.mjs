// The doctor: three rights are missing, each by another kind of policy; what helps is offered where it
// helps; in a further region as well; and who has nothing to be examined is told why.
import {
  assert,
  call,
  inBrowser,
  logIn,
  open,
  screenshot,
  seriousFindings,
} from "./browser.mjs";
import { account, allowed, forbidden, makeRole, policy, roleSpec } from "./aws.mjs";

async function register(page, name, spec) {
  const body = { metadata: { name }, spec };
  return (await call(page, "POST", "/v1/registries/oci/ecr", body)).data.uid;
}

const rowOf = (page, action) => page.locator(`[data-action="ecr:${action}"]`).first();
const count = (page, verdict) => page.locator(`[data-verdict="${verdict}"]`).count();

await inBrowser(async ({ page, allow }) => {
  allow(400, /doctor/);
  await logIn(page);
  const { externalId } = (await call(page, "GET", "/v1/clouds/aws/account/sts")).data;
  await makeRole("narrow", externalId, [
    policy(
      "identity",
      allowed(["ecr:Get*", "ecr:Describe*", "ecr:Batch*", "ecr:ListImages"]),
      forbidden("ecr:GetLifecyclePolicy"),
    ),
    policy(
      "boundary",
      allowed(["ecr:Get*", "ecr:List*", "ecr:Batch*", "ecr:DescribeRe*", "ecr:DescribeImages",
        "ecr:DescribeImageR*"]),
    ),
  ]);
  const uid = await register(page, "narrow", roleSpec("narrow", externalId));
  await open(page, `/registries/${uid}`);
  await page.getByRole("tab", { name: "Doctor" }).click();
  await page.getByText("AWS was not asked yet").waitFor();
  assert.deepEqual(await seriousFindings(page), []);
  await screenshot(page, "doctor-before");
  await page.getByRole("button", { name: "Ask AWS" }).click();
  await page.getByText("12 allowed, 3 denied").waitFor();
  assert.equal(await count(page, "allowed"), 12);
  await page.getByText("tried on team/hello").waitFor();

  // What a grant helps is granted by what is copied; what it does not help, has none.
  const missing = rowOf(page, "ListTagsForResource");
  await missing.getByText("Denied", { exact: true }).waitFor();
  await missing.getByRole("button", { name: "Copy statement for ecr:ListTagsForResource" }).click();
  assert.deepEqual(JSON.parse(await page.evaluate(() => navigator.clipboard.readText())), {
    Effect: "Allow",
    Action: "ecr:ListTagsForResource",
    Resource: `arn:aws:ecr:eu-west-1:${account}:repository/team/hello`,
  });
  for (const [action, said] of [
    ["GetLifecyclePolicy", /an Allow does not outweigh it/],
    ["DescribeImageScanFindings", /a permissions boundary is in the way/],
  ]) {
    await rowOf(page, action).getByText(said).waitFor();
    await rowOf(page, action).getByText("No statement is offered").waitFor();
    assert.equal(await rowOf(page, action).getByRole("button", { name: /^Copy statement/ }).count(), 0);
    assert.match(await rowOf(page, action).innerText(), /Request id: [0-9a-f-]{36}/);
  }
  for (const colorScheme of ["dark", "light"]) {
    await page.emulateMedia({ colorScheme });
    assert.deepEqual(await seriousFindings(page), []);
    await page.evaluate(() => scrollTo(0, 0));
    await screenshot(page, `doctor-${colorScheme}`);
  }
  await page.setViewportSize({ width: 320, height: 640 });
  await page.waitForFunction(() => document.scrollingElement.scrollWidth <= innerWidth);
  await screenshot(page, "doctor-narrow");
  await page.setViewportSize({ width: 1280, height: 900 });

  // Another region, which stays in the address; the statements of both as one policy.
  await page.getByLabel("Another region").fill("us-east-1");
  await page.getByRole("button", { name: "Add" }).click();
  await page.waitForURL((url) => url.searchParams.get("regions") === "us-east-1");
  await page.getByRole("button", { name: "Ask AWS again" }).click();
  await page.getByText("24 allowed, 6 denied").waitFor();
  await page.getByRole("button", { name: "Copy policy" }).click();
  const whole = JSON.parse(await page.evaluate(() => navigator.clipboard.readText()));
  assert.deepEqual(
    whole.Statement.map(({ Action, Resource }) => [Action[0], Resource.split(":")[3]]),
    [
      ["ecr:ListTagsForResource", "eu-west-1"],
      ["ecr:ListTagsForResource", "us-east-1"],
    ],
  );

  // A region that there is not.
  await page.getByRole("button", { name: "Remove us-east-1" }).click();
  await page.getByLabel("Another region").fill("xx-nowhere-1");
  await page.getByRole("button", { name: "Add" }).click();
  await page.getByRole("button", { name: "Ask AWS again" }).click();
  await page.getByText("Berth could not load the answer of AWS").waitFor();
  await screenshot(page, "doctor-failed");

  // Where facts are shown, each right that is missing hides its own, and the others are there.
  const hidden = (name) => page.locator(`[data-untold="${name}"]`);
  await open(page, `/registries/${uid}/repository?repository=team/hello`);
  await page.locator('[data-told="repository"]').getByText("At Amazon ECR").click();
  await page.getByText("may be moved").waitFor();
  assert.equal(await page.locator("[data-untold]").count(), 2);
  await hidden("resourceTags").getByText("ecr:ListTagsForResource is not allowed").waitFor();
  await hidden("lifecyclePolicy").locator("summary").click();
  await hidden("lifecyclePolicy").getByText(/an Allow does not outweigh it/).waitFor();
  for (const colorScheme of ["dark", "light"]) {
    await page.emulateMedia({ colorScheme });
    assert.deepEqual(await seriousFindings(page), []);
    await screenshot(page, `ecr-hidden-${colorScheme}`);
  }
  await open(page, `/registries/${uid}/tag?repository=team/hello&reference=v1`);
  await hidden("scan").getByText("ecr:DescribeImageScanFindings is not allowed").waitFor();
  await page.locator('[data-told="image"]').getByText("no pull recorded").waitFor();
  await page.setViewportSize({ width: 320, height: 640 });
  await page.waitForFunction(() => document.scrollingElement.scrollWidth <= innerWidth);
  await page.setViewportSize({ width: 1280, height: 900 });

  // A registry without anybody to be examined.
  const open_ = { ...roleSpec("x", "x"), endpoint: "public.ecr.aws", isPrivate: false };
  for (const field of ["credentials", "defaultRegion", "tls"]) delete open_[field];
  await open(page, `/registries/${await register(page, "gallery", open_)}?tab=doctor`);
  await page.getByText("Nobody's rights are used here").waitFor();
  await screenshot(page, "doctor-not-protected");
});
