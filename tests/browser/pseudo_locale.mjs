// In the pseudo-locale every text is in brackets. What is not, and is no datum of a registry, a name
// or a text of the server, was written into the code.
import { assert, inBrowser, screenshot, url } from "./browser.mjs";
import { everyScreen } from "./every_screen.mjs";

/** Texts and attributes with words in them that no bracket is around. */
function unmarked() {
  // Data as they are: code, commands, files; what says that it is in English; numbers of versions.
  const data = `code, pre, kbd, script, style, noscript, svg, textarea, [lang=en], .breakable, .name,
    .readme, .monogram, .chart-card h2, .chart-card p, .keywords, datalist, select option[value=""]`;
  const found = [];
  // PatternFly says this itself, before the title of an alert.
  const ours = (text) => text.replace(/(Info|Danger|Warning|Success) alert:/, "").trim();
  const isPlain = (text) =>
    /\p{L}{2}/u.test(ours(text).replace(/⟦[^⟦⟧]*⟧/gu, "")) && !/^⟦[\s\S]*⟧$/u.test(ours(text));
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const parent = node.parentElement;
    if (parent.closest(data)) continue;
    // A message with elements in it is several texts; the first opens the bracket.
    if (
      isPlain(node.data) &&
      !isPlain(parent.closest("p, div, li, dd, span, h1, h4")?.textContent ?? "")
    )
      continue;
    if (isPlain(node.data)) found.push(node.data.trim());
  }
  const attributes = ["aria-label", "placeholder", "title", "alt", "data-label"];
  for (const element of document.querySelectorAll(attributes.map((name) => `[${name}]`).join())) {
    if (element.matches("time, code, svg")) continue;
    for (const name of attributes) {
      const text = element.getAttribute(name) ?? "";
      // What could be typed, for example.
      if (name === "placeholder" && !/^\p{Lu}\p{Ll}/u.test(text)) continue;
      if (isPlain(text)) found.push(text);
    }
  }
  return found;
}

// Names that this test gave, and what has the same name in every language.
const names = new Set(
  `admin harbour second default Default pier charts basic application A Helm chart for Kubernetes
   helm oras docker podman crictl skopeo crane berth Docker Podman Helm ORAS Berth`.split(/\s+/),
);
// PatternFly's own labels.
const foreign = new Set(["Close", "Scroll back", "Scroll forward", "error status"]);
const isName = (text) => text.split(" ").every((word) => names.has(word) || /^\d/.test(word));
const known = (text) =>
  isName(text) ||
  foreign.has(text) ||
  /^(charts\/|1\.2\.3|https?:|sha256:|berth |127\.0\.0\.1|linux\/|application\/)/.test(text);
const found = new Map();
await inBrowser(async ({ page, allow }) => {
  allow(400, /validate/);
  allow(400, /clouds\/aws/);
  allow(404, /manifest|chart/);
  await everyScreen(
    page,
    async (screen) => {
      assert.equal(await page.evaluate(() => document.documentElement.lang), "en-XA");
      assert.match(await page.title(), /^⟦.*⟧$/);
      await screenshot(page, `${screen}-pseudo`);
      for (const text of await page.evaluate(unmarked)) if (!known(text)) found.set(text, screen);
    },
    "?locale=en-XA",
  );
  assert.deepEqual(Object.fromEntries(found), {}, `${url}: texts that are not in the catalogue`);
});
