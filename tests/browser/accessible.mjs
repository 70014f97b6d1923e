// Each screen, in both themes, as axe sees it; narrow, and zoomed to twice its size; and without
// motion where none is wanted.
import { assert, colourRules, inBrowser, screenshot, seriousFindings } from "./browser.mjs";
import { everyScreen } from "./every_screen.mjs";

/** What leaves the page to the right, or is cut where it cannot be scrolled to. */
function losses() {
  const found = [];
  const name = (element) => {
    const text = (element.textContent ?? "").trim().slice(0, 40);
    return `<${element.tagName.toLowerCase()} class="${element.getAttribute("class") ?? ""}"> ${text}`;
  };
  const page = document.scrollingElement;
  if (page.scrollWidth > innerWidth) found.push(`the page is ${page.scrollWidth} wide`);
  const scrolls = (element) => ["auto", "scroll"].includes(getComputedStyle(element).overflowX);
  for (const element of document.querySelectorAll("#root *, [role=dialog] *")) {
    if (element.closest("[aria-hidden=true], .pf-v6-screen-reader, svg")) continue;
    const box = element.getBoundingClientRect();
    if (box.width < 2 || box.height < 2 || !element.checkVisibility()) continue;
    const style = getComputedStyle(element);
    if (style.position === "absolute" && style.clip !== "auto") continue;
    let parent = element.parentElement;
    while (parent && !scrolls(parent)) parent = parent.parentElement;
    if (!parent?.closest("#root *, [role=dialog]") && box.right > innerWidth + 1)
      found.push(`outside: ${name(element)}`);
    // Tabs have buttons to the ones that are out of sight; a closed drawer waits beside its content.
    if (element.matches(".pf-v6-c-tabs, .pf-v6-c-drawer__main")) continue;
    const cut = element.scrollWidth > element.clientWidth + 1 && element.clientWidth > 0;
    if (cut && ["hidden", "clip"].includes(style.overflowX) && !element.matches("input"))
      found.push(`cut: ${name(element)}`);
    // A page that has to be scrolled sideways inside is as bad; code and tables of others may.
    const mayScroll = "pre, .wide, textarea, input, .pf-v6-c-tabs__list";
    if (cut && scrolls(element) && !element.matches(mayScroll))
      found.push(`scrolls sideways: ${name(element)}`);
  }
  return [...new Set(found)].slice(0, 5);
}

// The reference of the API: one operation looks like the next two hundred.
const repeated = "article details:nth-of-type(n + 5)";
const wide = { width: 1280, height: 900 };
const shapes = { "320 px": { width: 320, height: 640 }, "200 %": { width: 640, height: 450 } };
const found = [];

await inBrowser(async ({ page, allow }) => {
  allow(400, /validate/);
  allow(400, /clouds\/aws/); // this server is nobody at AWS
  allow(404, /manifest|chart/);
  await everyScreen(page, async (screen) => {
    const note = (what, list) => found.push(...list.map((each) => `${screen}, ${what}: ${each}`));
    await page.evaluate(() => document.activeElement?.blur?.());
    note("light", await seriousFindings(page));
    await screenshot(page, `${screen}-light`);
    // The other theme is a set of colours: all other rules would find the same again.
    await page.emulateMedia({ colorScheme: "dark" });
    note("dark", await seriousFindings(page, colourRules, repeated));
    await screenshot(page, `${screen}-dark`);
    await page.emulateMedia({ colorScheme: "light" });
    for (const [shape, size] of Object.entries(shapes)) {
      await page.setViewportSize(size);
      await page.waitForTimeout(50);
      note(shape, await page.evaluate(losses));
      if (shape === "320 px") await screenshot(page, `${screen}-narrow`);
    }
    await page.setViewportSize(wide);
    const moving = await page.evaluate(() =>
      document
        .getAnimations()
        .map((animation) => animation.effect?.getComputedTiming())
        .filter((timing) => timing && timing.endTime > 100)
        .map((timing) => `an animation of ${timing.endTime} ms`),
    );
    note("no motion wanted", moving);
  });
}).finally(() => console.error(found.join("\n")));
assert.deepEqual(found, []);
