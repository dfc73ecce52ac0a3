/** Drives Firefox for tests/engines/firefox.py: one line of JSON asks, one line answers. */
import { createInterface } from "node:readline";
import puppeteer from "puppeteer-core";

const { executable, preferences, scripts } = JSON.parse(process.argv[2]);
const browser = await puppeteer.launch({
  browser: "firefox",
  executablePath: executable,
  headless: true,
  protocolTimeout: 30_000,
  extraPrefsFirefox: preferences,
});
/** @type {import("puppeteer-core").Page} */
let page;
/** @type {import("puppeteer-core").BrowserContext | undefined} */
let context;

const commands = {
  async fresh(width, height) {
    await context?.close();
    context = await browser.createBrowserContext();
    page = await context.newPage();
    await page.setViewport({ width, height });
  },
  async open(url) {
    await page.goto(url, { waitUntil: "load" });
  },
  // With scripts off nothing runs in the page's own world; beside it, it does.
  evaluate: (code) => (scripts ? page.mainFrame() : page.mainFrame().isolatedRealm()).evaluate(code),
  click: (x, y) => page.mouse.click(x, y),
  async press(keys) {
    const modifiers = keys.slice(0, -1);
    for (const key of modifiers) await page.keyboard.down(key);
    await page.keyboard.press(keys.at(-1));
    for (const key of modifiers.reverse()) await page.keyboard.up(key);
  },
  type: (text) => page.keyboard.type(text),
  async screenshot(path) {
    await page.screenshot({ path });
  },
  close: () => browser.close(),
};

const answer = (reply) => process.stdout.write(`${JSON.stringify(reply)}\n`);
answer({ value: await browser.version() });
for await (const line of createInterface({ input: process.stdin })) {
  const [name, ...given] = JSON.parse(line);
  try {
    answer({ value: (await commands[name](...given)) ?? null });
  } catch (error) {
    answer({ error: `${name}: ${error.message}` });
  }
  if (name === "close") break;
}
process.exit();
