// run.mjs TEST…: one after the other in one Chromium, each in a context of its own.
for (const test of process.argv.slice(2)) {
  process.env.BERTH_BROWSER_TEST = test;
  const started = Date.now();
  try {
    await import(`./${test}.mjs`);
    console.log(`${test}: ${((Date.now() - started) / 1000).toFixed(1)} s`);
  } catch (error) {
    console.error(error);
    // The last line is what a script shows of it.
    const cause = error.message.replace(/\x1b\[\d+m/g, "").replace(/\s+/g, " ");
    console.error(`${test} failed: ${cause.slice(0, 400)}`);
    process.exitCode = 1;
    break;
  }
}
// Not before: some test sets what it is told by the environment.
const { closeBrowser } = await import("./browser.mjs");
await closeBrowser();
