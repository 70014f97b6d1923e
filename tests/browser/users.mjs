// Users in the console: added with a password that is shown once, given another role, disabled and
// removed; projects; one's own password.
import { assert, fillLogin, inBrowser, logIn, password, screenshot, seriousFindings, url } from "./browser.mjs";

async function choose(page, name, action) {
  await page.getByRole("button", { name: `Actions for ${name}` }).click();
  await page.getByRole("menuitem", { name: action }).click();
}

await inBrowser(async ({ page, context, allow }) => {
  allow(409, /\/v1\/(users|projects)/);
  allow(400, /\/v1\/users\/me\/password/);
  await logIn(page, "/settings/users");
  await page.getByRole("row", { name: /admin.*you/ }).waitFor();
  assert.deepEqual(await seriousFindings(page), []);
  await screenshot(page, "users");

  await page.getByRole("button", { name: "Add user" }).click();
  await page.getByLabel("User name").fill("admin");
  await page.getByRole("button", { name: "Add", exact: true }).click();
  await page.getByText(/there is a user "admin" already/).waitFor();
  await page.getByLabel("User name").fill("dora@example.com");
  await page.getByRole("radio", { name: "Editor" }).check();
  assert.deepEqual(await seriousFindings(page), []);
  await screenshot(page, "users-add");
  await page.getByRole("button", { name: "Add", exact: true }).click();
  await page.getByText("This is the only time that it is shown.").waitFor();
  const made = await page.locator(".code pre").innerText();
  assert.match(made, /^[A-Za-z0-9]{24}$/);
  await screenshot(page, "users-password");
  await page.getByRole("button", { name: "I have kept it" }).click();
  const row = page.getByRole("row", { name: /dora@example\.com/ });
  await row.getByText("Editor").waitFor();

  await choose(page, "dora@example.com", "Change role");
  await page.getByRole("radio", { name: "Viewer" }).check();
  await page.getByRole("button", { name: "Save" }).click();
  await row.getByText("Viewer").waitFor();

  await choose(page, "dora@example.com", "Rights in the registry");
  await page.getByLabel("Prefix 1", { exact: true }).fill("team");
  await page.getByLabel("Push").check();
  assert.deepEqual(await seriousFindings(page), []);
  await screenshot(page, "users-rights");
  await page.getByRole("button", { name: "Save" }).click();
  await row.getByText("pull, push on team").waitFor();
  await row.getByText("Editor").waitFor();
  await choose(page, "dora@example.com", "Full name");
  await page.getByLabel("First name").fill("Dora");
  await page.getByLabel("Last name").fill("Dock");
  await page.getByRole("button", { name: "Save" }).click();
  await row.getByText("Dora Dock").waitFor();

  // What was made works, in another browser, until it is disabled.
  const other = await context.browser().newContext();
  const theirs = await other.newPage();
  await theirs.goto(`${url}/login`);
  await fillLogin(theirs, "dora@example.com", made);
  await theirs.waitForURL(`${url}/registries`);
  assert.equal(await theirs.getByRole("link", { name: "Users" }).count(), 0);
  await theirs.goto(`${url}/settings/users`);
  await theirs.getByText("This is for tenant admins").waitFor();
  await choose(page, "dora@example.com", "Disable");
  await row.getByText("Disabled").waitFor();
  await theirs.goto(`${url}/jobs`);
  await theirs.waitForURL(/\/login/);
  await other.close();

  await page.getByLabel("Find a user").fill("dora");
  await page.waitForURL(/search=dora/);
  await page.getByRole("row", { name: /^admin/ }).waitFor({ state: "detached" });
  await choose(page, "dora@example.com", "Remove");
  await page.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
  await page.getByText("No user has such a name").waitFor();

  await page.goto(`${url}/settings/projects`);
  await page.getByRole("button", { name: "New project" }).click();
  await page.getByLabel("Name").fill("Edge");
  await page.getByRole("button", { name: "Create" }).click();
  await page.getByRole("row", { name: /Edge/ }).waitFor();
  assert.deepEqual(await seriousFindings(page), []);
  await screenshot(page, "projects");
  await choose(page, "Edge", "Delete");
  await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
  await page.getByRole("row", { name: /Edge/ }).waitFor({ state: "detached" });

  await page.goto(`${url}/settings/password`);
  const fill = async (current) => {
    await page.locator("#password-current").fill(current);
    await page.locator("#password-next").fill("another password");
    await page.locator("#password-again").fill("another password");
    await page.getByRole("button", { name: "Change password" }).click();
  };
  await fill("wrong");
  await page.getByText(/is not the password that you have/).waitFor();
  await screenshot(page, "password-refused");
  await fill(password);
  await page.getByText("Your password was changed").waitFor();
  assert.deepEqual(await seriousFindings(page), []);
  await page.reload();
  await page.getByRole("heading", { name: "Password" }).waitFor();
});
