// `pnpm test:browsers`: runs the loop in headless Chromium and Firefox, and installs missing browsers from Debian's
// packages. It is not part of `npm test`. The last line is `N passed, N failed`.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { browserProgram, expected } from '../test/support/browser-program.mjs';
import { installDebianPackages, isOnPath } from '../test/support/debian.mjs';

const SECONDS = 120;

const browsers = [
  {
    command: 'chromium',
    packageName: 'chromium',
    args: (profile, url) => [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-dev-shm-usage',
      `--user-data-dir=${profile}`,
      url,
    ],
  },
  {
    command: 'firefox-esr',
    packageName: 'firefox-esr',
    args: (profile, url) => ['--headless', '--no-remote', '--profile', profile, url],
  },
];

let passed = 0;
let failed = 0;
const program = browserProgram();
for (const browser of browsers) {
  const problem = await problemIn(browser);
  if (problem === null) passed++;
  else failed++;
  console.log(`${problem === null ? 'ok  ' : 'FAIL'} the loop in ${browser.command}`);
  if (problem !== null) console.log(problem.replace(/^/gm, '     '));
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;

/** Runs the loop in a browser, and returns its problem, or `null`. */
async function problemIn({ command, packageName, args }) {
  if (!isOnPath(command) && !installDebianPackages({ [command]: packageName }))
    return `${command} could not be installed`;
  const profile = mkdtempSync(path.join(tmpdir(), 'bight-browser-'));
  const { server, url, found } = await servePage();
  // A process group of its own, because browsers have children.
  const child = spawn(command, args(profile, url), {
    stdio: 'ignore',
    detached: true,
    env: { ...process.env, HOME: profile },
  });
  try {
    const timeout = new Promise((resolve) =>
      setTimeout(resolve, SECONDS * 1000, { error: `no answer in ${SECONDS} s` }).unref(),
    );
    const answer = await Promise.race([
      found,
      timeout,
      once(child, 'error').then(([error]) => ({ error: error.message })),
    ]);
    return isDeepStrictEqual(answer, expected) ? null : JSON.stringify(answer, null, 2);
  } finally {
    const end = once(child, 'close');
    if (child.pid !== undefined && child.exitCode === null && child.signalCode === null) {
      process.kill(-child.pid, 'SIGKILL');
      await end;
    }
    server.close();
    server.closeAllConnections();
    rmSync(profile, { recursive: true, force: true, maxRetries: 10 });
  }
}

/** Serves a page that runs the program and sends what it reports. */
async function servePage() {
  const script = `globalThis.report = (found) => fetch('/found', { method: 'POST', body: JSON.stringify(found) });\n${program}`;
  let answer;
  const found = new Promise((resolve) => {
    answer = resolve;
  });
  const server = createServer(async (request, response) => {
    if (request.method === 'POST') {
      const parts = [];
      for await (const part of request) parts.push(part);
      response.end();
      answer(JSON.parse(Buffer.concat(parts).toString()));
      return;
    }
    const isScript = request.url === '/program.js';
    response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html');
    response.end(
      isScript ? script : '<!doctype html><title>bight</title><script src="/program.js"></script>',
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { server, url: `http://127.0.0.1:${server.address().port}/`, found };
}
