// Checks the built site in headless Chromium: every page loads without an error, the search works, the playground runs
// each of its programs and each of the docs' programs, axe-core finds nothing in both colour schemes, and no page is
// wider than a phone. Screenshots of some pages go to site/.screenshots. The last line is `N passed, N failed`.
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { chromium } from 'playwright-core';
import { root } from '../scripts/packages.mjs';
import { installDebianPackages, isOnPath } from '../test/support/debian.mjs';
import { base, serve } from './serve.mjs';

const site = path.join(root, 'site');
const dist = path.join(site, 'dist');
const screenshots = path.join(site, '.screenshots');
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

const LOOKED_AT = [
  '/index.html',
  '/from-asyncio.html',
  '/cancellation.html',
  '/api-map.html',
  '/playground.html',
  '/benchmarks/servers.html',
  '/reference/bight.html',
];

// Long, for loaded machines.
const PATIENCE_MS = 300_000;

let passed = 0;
let failed = 0;

if (!isOnPath('chromium')) installDebianPackages({ chromium: 'chromium' });
mkdirSync(screenshots, { recursive: true });
const server = await serve();
const { port } = server.address();
const browser = await chromium.launch({
  executablePath: '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-dev-shm-usage'],
});
try {
  const page = await browser.newPage();
  page.setDefaultTimeout(PATIENCE_MS);
  await everyPage(page);
  await search(page);
  await playground(page);
  for (const colorScheme of ['light', 'dark']) await accessibility(colorScheme);
  await onPhone();
} finally {
  await browser.close();
  server.close();
}
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);

function address(page) {
  return `http://127.0.0.1:${port}${base}${page.slice(1)}`;
}

function report(name, problems) {
  if (problems.length === 0) passed++;
  else failed++;
  if (problems.length > 0) console.log(`FAIL ${name}\n${problems.map((text) => `     ${text}`).join('\n')}`);
}

/** Why what was waited for has not come about. */
function problemsOf(waiting) {
  return waiting.then(
    () => [],
    (error) => [String(error)],
  );
}

async function everyPage(page) {
  const problems = [];
  page.on('pageerror', (error) => problems.push(String(error)));
  page.on('requestfailed', (request) => {
    const error = request.failure()?.errorText;
    // Prefetches that were aborted by the next page.
    if (error !== 'net::ERR_ABORTED') problems.push(`${request.url()}: ${error}`);
  });
  page.on('response', (response) => {
    if (response.status() >= 400) problems.push(`${response.url()}: ${response.status()}`);
    if (new URL(response.url()).hostname !== '127.0.0.1') problems.push(`asks for ${response.url()}`);
  });
  const pages = readdirSync(dist, { recursive: true, encoding: 'utf8' }).filter(
    (file) => file.endsWith('.html') && file !== '404.html',
  );
  for (const file of pages) {
    problems.length = 0;
    await page.goto(address(`/${file.split(path.sep).join('/')}`), { waitUntil: 'load' });
    await page.locator('#app .VPContent').waitFor({ state: 'attached' });
    report(`the page ${file}`, problems);
  }
  page.removeAllListeners();
  console.log(`${pages.length} pages looked at`);
}

async function search(page) {
  await page.goto(address('/index.html'));
  await answersClicks(page);
  await page.locator('#local-search button').click();
  // The box is loaded when it is first asked for, and takes the focus then.
  const input = page.locator('#localsearch-input');
  await input.fill('callSoon');
  const found = page.locator('#localsearch-list .result', { hasText: 'callSoon' }).first();
  report('the search finds callSoon', await problemsOf(found.waitFor()));

  await page.keyboard.press('Escape');
  await input.waitFor({ state: 'detached' });
  await page.keyboard.press('/');
  await input.waitFor();
  const hasFocus = page.waitForFunction(() => document.activeElement?.id === 'localsearch-input');
  report('the key / leads to the search', await problemsOf(hasFocus));
}

/** Waits until the page's program has taken over what the server rendered: a click before that does nothing. */
async function answersClicks(page) {
  await page.waitForFunction(() => document.querySelector('#app')?.__vue_app__ !== undefined);
}

async function playground(page) {
  await page.goto(address('/playground.html'));
  const options = page.locator('[data-test=examples] option');
  await options.first().waitFor({ state: 'attached' });
  const names = await options.allInnerTexts();
  for (const name of names) {
    await page.goto('about:blank');
    await page.goto(address(`/playground.html#example=${encodeURIComponent(name)}`));
    report(`the playground runs "${name}"`, await ran(page, { hasSteps: true }));
  }
  const steps = page.locator('.scroll');
  await steps.focus();
  await page.keyboard.press('Home');
  const first = await page.locator('[data-test=step]').textContent();
  await page.keyboard.press('ArrowRight');
  const second = await page.locator('[data-test=step]').textContent();
  report(
    'the arrow keys walk through the steps',
    /^step 1 /.test(first) && /^step 2 /.test(second) ? [] : [first, second],
  );

  for (const file of ['/cancellation.html', '/cookbook.html', '/from-node.html', '/index.html']) {
    await page.goto(address(file));
    const links = await page.locator('a.in-playground').evaluateAll((all) => all.map((link) => link.href));
    for (const [i, link] of links.entries()) {
      await page.goto('about:blank');
      await page.goto(link);
      report(`the playground runs program ${i + 1} of ${file}`, await ran(page));
    }
  }
}

/** The problems of the program that the playground has just run. A program without a loop has no steps. */
async function ran(page, { hasSteps = false } = {}) {
  const ended = page.locator('[role=status]:not([data-state=idle]):not([data-state=running])');
  const problems = await problemsOf(ended.waitFor());
  if (problems.length > 0) return problems;
  const state = await page.locator('[role=status]').getAttribute('data-state');
  const output = await page.locator('[data-test=output]').textContent();
  const boxes = await page.locator('.timeline rect').count();
  return state === 'ended' && output.trim() !== '' && (boxes > 0 || !hasSteps)
    ? []
    : [`${state}, ${boxes} steps: ${output}`];
}

async function accessibility(colorScheme) {
  const context = await browser.newContext({ colorScheme, viewport: { width: 1280, height: 900 } });
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE_MS);
  for (const file of LOOKED_AT) {
    await open(page, file);
    await page.screenshot({ path: pictureOf(file, colorScheme) });
    await page.evaluate(axe);
    const { violations } = await page.evaluate(() => globalThis.axe.run({ runOnly: ['wcag2a', 'wcag2aa'] }));
    const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
    report(
      `${file} in ${colorScheme} is accessible`,
      serious.map(
        ({ id, help, nodes }) => `${id}: ${help} (${nodes.length} times, ${nodes[0].html.slice(0, 160)})`,
      ),
    );
  }
  await context.close();
}

/** Opens a page and waits until it has loaded completely. */
async function open(page, file) {
  await page.goto(address(file), { waitUntil: 'networkidle' });
  if (file !== '/playground.html') return;
  await page.locator('[role=status]:not([data-state=idle]):not([data-state=running])').waitFor();
}

function pictureOf(file, kind) {
  return path.join(screenshots, `${file.slice(1).replace(/\W+/g, '-')}-${kind}.png`);
}

async function onPhone() {
  const context = await browser.newContext({
    viewport: { width: 390, height: 844 },
    hasTouch: true,
    isMobile: true,
  });
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE_MS);
  for (const file of LOOKED_AT) {
    await open(page, file);
    await page.screenshot({ path: pictureOf(file, 'phone') });
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    report(`${file} fits on a phone`, width <= 390 ? [] : [`it is ${width} pixels wide`]);
  }
  await context.close();
}
