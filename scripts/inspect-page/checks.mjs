// The checks of the inspector's page: see ../inspect-page.mjs.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { compareWithEngine } from './trace-engine.mjs';

const PATIENCE_MS = 60_000;
const VIEWS = [
  'Tasks',
  'Timeline',
  'Callbacks',
  'Connections',
  'Open handles',
  'Executors and queues',
  'Processes',
];
/** The most rows in the document: the visible ones, and some above and below. */
const MOST_ROWS = 60;

/**
 * Opens the page and runs all checks; in a sample, axe-core does not check each view.
 *
 * @returns the numbers of passed and failed checks
 */
export async function checkPage({
  chromium,
  axe,
  engine,
  screenshots,
  tasks,
  isSample,
  inspector,
  say,
  end,
}) {
  const counts = { passed: 0, failed: 0 };
  const browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-dev-shm-usage'],
  });
  const address = `${inspector.url}/#token=${inspector.token}`;
  const shoot = (page, name) => page.screenshot({ path: path.join(screenshots, `${name}.png`) });

  /** Runs one check: `body` returns the problems as strings. */
  const check = async (name, body) => {
    let problems;
    try {
      problems = (await body()) ?? [];
    } catch (error) {
      problems = [String(error.message ?? error)];
    }
    if (problems.length === 0) counts.passed++;
    else counts.failed++;
    console.log(`${problems.length === 0 ? 'ok  ' : 'FAIL'} ${name}`);
    for (const problem of problems) console.log(problem.replace(/^/gm, '     '));
  };

  try {
    const context = await browser.newContext({
      viewport: { width: 1360, height: 900 },
      acceptDownloads: true,
    });
    const page = await context.newPage();
    page.setDefaultTimeout(PATIENCE_MS);
    const problems = watch(page, inspector.url);
    await page.goto(address);

    await check('the page shows the process, and its tasks', async () => {
      await page.getByRole('tab', { name: 'Tasks' }).waitFor();
      await page.getByRole('treeitem').first().waitFor();
      const tree = await page.getByRole('treeitem').allInnerTexts();
      return tree.some((text) => text.includes('heartbeat')) ? [] : [tree.join('\n')];
    });
    await check('the token is not left in the address bar', async () =>
      page.url().includes('token') ? [page.url()] : [],
    );
    await check('another page, an image or a script from elsewhere are refused by the policy', async () => {
      const refused = await page.evaluate(async () => {
        const seen = [];
        document.addEventListener('securitypolicyviolation', ({ effectiveDirective }) =>
          seen.push(effectiveDirective),
        );
        const script = document.createElement('script');
        script.textContent = 'globalThis.wasRun = true';
        document.body.append(script);
        await fetch('http://127.0.0.1:9/').catch(() => {});
        await new Promise((resolve) => setTimeout(resolve, 100));
        script.remove();
        return { seen, wasRun: globalThis.wasRun === true };
      });
      // This check causes these errors.
      problems.length = 0;
      const isRight =
        !refused.wasRun && ['script-src-elem', 'connect-src'].every((one) => refused.seen.includes(one));
      return isRight ? [] : [JSON.stringify(refused)];
    });
    await check(`${tasks} tasks: few rows in the document, and the last one can be reached`, async () => {
      const rows = await page.getByRole('treeitem').count();
      await page.getByRole('tree').focus();
      await page.keyboard.press('End');
      const last = page.locator('[role=treeitem][aria-selected=true]');
      await last.waitFor();
      const { at, of } = await last.evaluate((row) => ({
        at: Number(row.ariaPosInSet),
        of: Number(row.ariaSetSize),
      }));
      await page.keyboard.press('Home');
      if (rows > MOST_ROWS) return [`${rows} rows`];
      return at === of && of >= tasks ? [] : [`row ${at} of ${of}`];
    });
    await check('search and state filter the tasks', async () => {
      await page.getByLabel('Search').fill('branch 7.99');
      await page.getByText(/^\d+ of [\d,]+ tasks/).waitFor();
      await page.waitForFunction(() => document.querySelectorAll('[role=treeitem]').length <= 11);
      const found = await page.getByRole('treeitem').allInnerTexts();
      await page.getByLabel('Search').fill('');
      await page.getByLabel('State').selectOption('cancelling');
      await page.waitForFunction(() => document.querySelectorAll('[role=treeitem]').length === 0);
      await page.getByLabel('State').selectOption('');
      return found.every((text) => text.includes('branch 7.99')) && found.length > 0 ? [] : found;
    });
    await check('the arrow keys open and close a branch of the tree', async () => {
      const choose = async (text) => {
        await page.getByRole('treeitem').filter({ hasText: text }).first().click();
        await page.getByRole('tree').focus();
      };
      await page.getByRole('tree').evaluate((tree) => tree.scrollTo(0, 0));
      await choose(/branch 0/);
      const size = () => page.locator('[role=treeitem]').first().getAttribute('aria-setsize').then(Number);
      const open = await size();
      await page.keyboard.press('ArrowLeft');
      await page.waitForFunction(
        (before) => Number(document.querySelector('[role=treeitem]').ariaSetSize) < before,
        open,
      );
      const closed = await size();
      await page.keyboard.press('ArrowRight');
      await page.waitForFunction(
        (before) => Number(document.querySelector('[role=treeitem]').ariaSetSize) > before,
        closed,
      );
      return [];
    });
    await check('a task shows what it awaits, and how much time it has left', async () => {
      await page.getByLabel('Search').fill('limited');
      await page.getByRole('treeitem').first().click();
      const details = await textOf(page.getByRole('complementary', { name: 'Task' }));
      await page.getByLabel('Search').fill('');
      const isRight = /Time left/i.test(details) && (details.match(/of a time-out/g) ?? []).length === 2;
      return isRight ? [] : [details];
    });
    await shoot(page, 'tasks');
    await check('a task can be cancelled', async () => {
      await page.getByLabel('Search').fill('victim');
      const victim = page.getByRole('treeitem').filter({ hasText: 'victim <b>&amp;</b>' });
      await victim.click();
      await page.getByRole('button', { name: 'Cancel this task' }).click();
      await victim.waitFor({ state: 'detached' });
      await page.getByLabel('Search').fill('');
      const status = await textOf(page.locator('.status'));
      return status.includes('Cancelled victim') ? [] : [status];
    });
    await check('each fault of the program has its warning, with a place', async () => {
      const wanted = [
        /blocks\(\) blocked the loop for \d+/,
        /floats\(\) has ended, and a promise that it has begun still runs/,
        /A Queue only grows: \d+ items/,
        /A connection does not drain: [\d.]+ MB wait for 127\.0\.0\.1:\d+/,
      ];
      const text = () => textOf(page.getByRole('list', { name: 'Warnings' }));
      const until = Date.now() + PATIENCE_MS;
      for (;;) {
        const missing = await text().then(
          (found) => wanted.filter((pattern) => !pattern.test(found)),
          () => wanted,
        );
        if (missing.length === 0) break;
        if (Date.now() > until) return missing.map(String);
        await page.waitForTimeout(500);
      }
      return /program\.mjs:\d+/.test(await text()) ? [] : [await text()];
    });
    await shoot(page, 'warnings');
    for (const name of VIEWS) {
      await check(`the view "${name}" has what it should`, async () => {
        await page.getByRole('tab', { name }).click();
        const view = page.getByRole('tabpanel');
        const text = await eventually(page, view, contentsOf[name]);
        await page.evaluate(() => scrollTo(0, document.body.scrollHeight));
        await shoot(page, `view-${name.toLowerCase().replaceAll(' ', '-')}`);
        await page.evaluate(() => scrollTo(0, 0));
        return contentsOf[name].every((pattern) => pattern.test(text)) ? [] : [text.slice(0, 2000)];
      });
    }
    let traceEvents = [];
    await check('a trace is recorded and downloaded', async () => {
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('button', { name: /^Record/ }).click(),
      ]);
      ({ traceEvents } = JSON.parse(readFileSync(await download.path(), 'utf8')));
      const names = new Set(traceEvents.filter(({ ph }) => ph === 'X').map(({ name }) => name));
      return names.has('heartbeat') ? [] : [[...names].join(', ')];
    });
    await check("Chrome's DevTools read the trace: a track for each task, with all of its steps", () =>
      compareWithEngine(engine, traceEvents),
    );
    await check('the loop of a worker thread is there', async () => {
      const loops = page.getByLabel('Loop', { exact: true });
      const titles = await loops.locator('option').allInnerTexts();
      const worker = titles.find((title) => title.includes('worker thread'));
      if (worker === undefined) return titles;
      await loops.selectOption({ label: worker });
      await page.getByRole('treeitem').filter({ hasText: 'in a worker thread' }).waitFor();
      await loops.selectOption({ index: 0 });
      return [];
    });
    await check('every control can be reached with the keyboard, and shows the focus', () => keyboard(page));
    for (const colorScheme of isSample ? [] : ['light', 'dark']) {
      await page.emulateMedia({ colorScheme });
      for (const name of VIEWS) {
        await check(`axe-core finds nothing in "${name}", ${colorScheme}`, async () => {
          await page.getByRole('tab', { name }).click();
          return await violations(page, axe);
        });
      }
      await page.getByRole('tab', { name: 'Tasks' }).click();
      await shoot(page, `whole-${colorScheme}`);
    }
    await check('at 390 pixels nothing has to be scrolled sideways but tables', async () => {
      await page.setViewportSize({ width: 390, height: 844 });
      const width = await page.evaluate(() => document.documentElement.scrollWidth);
      await shoot(page, 'narrow');
      await page.setViewportSize({ width: 1360, height: 900 });
      return width <= 390 ? [] : [`${width} pixels`];
    });
    await check('a loop that is blocked is shown, with its stack', async () => {
      say('block');
      const alert = page.getByRole('alert').filter({ hasText: 'Blocked for' });
      await alert.filter({ hasText: /compute .*program\.mjs:\d+/ }).waitFor();
      await shoot(page, 'blocked');
      return [];
    });
    await check('the console has no error, and no other server is asked', async () => problems);
    await check('with a wrong token the page asks for another one', async () => {
      const other = await context.newPage();
      await other.goto(`${inspector.url}/#token=wrong`);
      await other.getByLabel('Token').waitFor();
      await other.getByLabel('Token').fill(inspector.token);
      await other.getByRole('button', { name: 'Use it' }).click();
      await other.getByRole('treeitem').first().waitFor({ timeout: PATIENCE_MS });
      await other.close();
      return [];
    });
    await check('a page elsewhere can neither read, cancel nor connect', () =>
      foreignPage(context, inspector),
    );
    await check('when the process dies the page says so, and stays as it was', async () => {
      await end();
      await page.getByRole('alert').filter({ hasText: 'has the process ended?' }).waitFor();
      const rows = await page.getByRole('treeitem').count();
      await shoot(page, 'ended');
      return rows > 0 ? [] : ['the tasks are gone'];
    });
  } finally {
    await browser.close();
  }
  return counts;
}

const contentsOf = {
  Tasks: [/heartbeat/, /heartbeat\(\)/, /waiting/],
  Timeline: [/blocks/, /Longest steps/, /ms/],
  Callbacks: [/heartbeat/, /program\.mjs:\d+/, /blocks/],
  Connections: [/127\.0\.0\.1:\d+/, /MB/],
  'Open handles': [/server/, /transport/, /program\.mjs:\d+/],
  'Executors and queues': [/ThreadPoolExecutor\s+2\s+4/, /Queue\s+[\d,]+\s+∞/],
  Processes: [/\d+\s+<.*pid=\d+/],
};

/** The text of a view when it matches all patterns, or after a time-out. */
async function eventually(page, view, patterns) {
  const until = Date.now() + PATIENCE_MS;
  for (;;) {
    const text = await textOf(view);
    if (patterns.every((pattern) => pattern.test(text)) || Date.now() > until) return text;
    await page.waitForTimeout(250);
  }
}

/** The visible text of an element, with the cells of tables separated. */
function textOf(locator) {
  // biome-ignore lint/performance/useDomNodeTextContent: the layout is what separates the cells
  return locator.innerText();
}

/** Collects errors of a page, and requests to other servers. */
function watch(page, url) {
  const problems = [];
  page.on('pageerror', (error) => problems.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(message.text());
  });
  page.on('request', (request) => {
    const { protocol, origin } = new URL(request.url());
    if (protocol !== 'blob:' && protocol !== 'data:' && origin !== url)
      problems.push(`asks for ${request.url()}`);
  });
  return problems;
}

/** Goes through the page with the tab key: every control is reached, has a name, and shows the focus. */
async function keyboard(page) {
  await page.getByRole('tab', { name: 'Tasks' }).click();
  await page.getByRole('treeitem').first().click();
  await page.evaluate(() => {
    scrollTo(0, 0);
    // The next control is the page's first.
    const before = document.createElement('span');
    before.tabIndex = -1;
    document.body.prepend(before);
    before.focus();
    before.remove();
  });
  const problems = [];
  const reached = new Set();
  for (let step = 0; step < 60; step++) {
    await page.keyboard.press('Tab');
    const found = await page.evaluate(() => {
      const element = document.activeElement;
      if (element === null || element === document.body) return null;
      const { outlineStyle, outlineWidth } = getComputedStyle(element);
      const label = element.labels?.[0]?.textContent ?? element.ariaLabel ?? element.textContent;
      return {
        name: `${element.tagName.toLowerCase()} ${label.trim().slice(0, 40)}`,
        isMarked: outlineStyle !== 'none' && Number.parseFloat(outlineWidth) >= 1,
      };
    });
    if (found === null || reached.has(found.name)) break;
    reached.add(found.name);
    if (!found.isMarked) problems.push(`${found.name} does not show the focus`);
  }
  const all = [...reached].join('\n');
  for (const wanted of [
    /Loop/,
    /Record/,
    /button Tasks/,
    /Search/,
    /State/,
    /div Tasks/,
    /Cancel this task/,
  ]) {
    if (!wanted.test(all)) problems.push(`${wanted} is not reached: ${all}`);
  }
  return problems;
}

async function violations(page, axe) {
  await page.evaluate(axe);
  const { violations: found } = await page.evaluate(() =>
    globalThis.axe.run(document, { resultTypes: ['violations'] }),
  );
  return found.map(
    ({ id, help, nodes }) => `${id}: ${help}\n${nodes.map(({ html }) => html.slice(0, 200)).join('\n')}`,
  );
}

/** A page of another origin that knows the address, and even the token. */
async function foreignPage(context, { url, token }) {
  const page = await context.newPage();
  await page.route('http://elsewhere.test/', (route) =>
    route.fulfill({ contentType: 'text/html', body: '<title>elsewhere</title>' }),
  );
  await page.goto('http://elsewhere.test/');
  const got = await page.evaluate(
    async ([address, secret]) => {
      const results = {};
      const attempt = async (name, body) => {
        results[name] = await body().then(
          (value) => value,
          () => 'refused',
        );
      };
      const headers = { authorization: `Bearer ${secret}` };
      await attempt('read', async () => (await fetch(`${address}/api/tasks`, { headers })).status);
      await attempt(
        'post',
        async () => (await fetch(`${address}/api/tasks/1/cancel`, { method: 'POST', headers })).status,
      );
      await attempt('simple post', async () => {
        const response = await fetch(`${address}/api/tasks/1/cancel`, { method: 'POST', mode: 'no-cors' });
        return response.type === 'opaque' ? 'refused' : response.status;
      });
      await attempt(
        'socket',
        () =>
          new Promise((resolve, reject) => {
            const socket = new WebSocket(address.replace('http', 'ws'));
            socket.onopen = () => resolve('open');
            socket.onerror = reject;
          }),
      );
      await attempt(
        'frame',
        () =>
          new Promise((resolve) => {
            const frame = document.createElement('iframe');
            frame.src = address;
            frame.onload = () => {
              try {
                resolve(frame.contentDocument === null ? 'refused' : 'shown');
              } catch {
                resolve('refused');
              }
            };
            document.body.append(frame);
          }),
      );
      return results;
    },
    [url, token],
  );
  await page.close();
  return Object.entries(got)
    .filter(([, value]) => value !== 'refused')
    .map(([name, value]) => `${name}: ${value}`);
}
