// `node scripts/inspect-page.mjs`: checks the inspector's page of a real process with 10,000 tasks in headless
// Chromium. Installs Chromium from Debian's packages if it is missing, and playwright-core, axe-core and the trace
// engine of Chrome's DevTools in a temporary folder (or uses those of `--modules FOLDER`). Screenshots go to
// packages/inspect/.screenshots. With --sample it runs the part that CI has time for. Needs the build of `npm test`.
// The last line is `N passed, N failed`.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { installDebianPackages, isOnPath } from '../test/support/debian.mjs';
import { checkPage } from './inspect-page/checks.mjs';
import { root } from './packages.mjs';
import { run, runScript } from './run.mjs';

const MODULES = ['playwright-core@1.65.1', 'axe-core@4.14.1', '@paulirish/trace_engine@0.0.65'];
const screenshots = path.join(root, 'packages', 'inspect', '.screenshots');

const { values } = parseArgs({
  options: { modules: { type: 'string' }, tasks: { type: 'string' }, sample: { type: 'boolean' } },
});
const tasks = Number(values.tasks ?? (values.sample ? 500 : 10_000));
const work = mkdtempSync(path.join(tmpdir(), 'bight-inspect-page-'));
try {
  process.exitCode = await main();
} finally {
  rmSync(work, { recursive: true, force: true, maxRetries: 10 });
}

async function main() {
  const isBuilt = runScript('scripts/build.mjs', ['--no-types']) === 0;
  if (!isOnPath('chromium')) installDebianPackages({ chromium: 'chromium' });
  if (!isBuilt || !isOnPath('chromium')) {
    console.log(isBuilt ? 'chromium is missing and cannot be installed here' : 'the build has failed');
    console.log('0 passed, 1 failed');
    return 1;
  }
  const require = createRequire(path.join(path.resolve(values.modules ?? install()), 'x.js'));
  const { chromium } = require('playwright-core');
  const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
  const engine = await import(pathToFileURL(require.resolve('@paulirish/trace_engine')).href);
  mkdirSync(screenshots, { recursive: true });
  const program = spawn(
    process.execPath,
    [path.join(root, 'scripts/inspect-page/program.mjs'), String(tasks)],
    {
      stdio: ['pipe', 'pipe', 'inherit'],
      // A process group of its own, because it has children.
      detached: true,
    },
  );
  const ended = once(program, 'close');
  try {
    const [line] = await once(createInterface({ input: program.stdout }), 'line');
    const { failed, passed } = await checkPage({
      chromium,
      axe,
      engine,
      screenshots,
      tasks,
      isSample: values.sample === true,
      inspector: JSON.parse(line),
      say: (text) => program.stdin.write(`${text}\n`),
      end: async () => {
        process.kill(-program.pid, 'SIGKILL');
        await ended;
      },
    });
    console.log(`${passed} passed, ${failed} failed`);
    return failed === 0 ? 0 : 1;
  } finally {
    if (program.exitCode === null && program.signalCode === null) process.kill(-program.pid, 'SIGKILL');
    await ended;
  }
}

/** Installs the tools that check the page; the packages of the repository do not need them. */
function install() {
  run('npm', ['install', '--prefix', work, '--no-save', '--no-audit', '--no-fund', '--silent', ...MODULES]);
  return work;
}
