// Drivers, clients and frameworks as they are published, on both loops, against real servers: `node scripts/drivers.mjs
// [NAME…]`. Installs them into a temporary folder (or uses `--modules FOLDER`), and the servers from Debian's packages
// where they are missing. Needs what `npm test` built. Writes docs/drivers.md when everything has run; closes with `N
// passed, N failed`.
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { checks } from './drivers/checks.mjs';
import { writePage } from './drivers/page.mjs';
import { startServers } from './drivers/servers.mjs';
import { packages, root } from './packages.mjs';
import { run } from './run.mjs';

/** What is installed, at the versions that the page names. */
const modules = [
  '@hono/node-server',
  'autocannon',
  'express',
  'fastify',
  'hono',
  'ioredis',
  'koa',
  'mqtt',
  'mysql2',
  'nodemailer',
  'pg',
  'pg-copy-streams',
  'smtp-server',
  'ssh2',
  'undici',
  'ws',
];
const SECONDS = 60;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { modules: { type: 'string' }, sample: { type: 'boolean' } },
});
const work = mkdtempSync(path.join(tmpdir(), 'bight-drivers-'));
const names = values.sample ? ['express', 'ioredis', 'undici', 'ws'] : positionals;
const wanted = checks.filter(({ driver }) => names.length === 0 || names.includes(driver));

try {
  process.exitCode = await main();
} finally {
  rmSync(work, { recursive: true, force: true });
}

async function main() {
  const folder = values.modules ?? install();
  linkPackages(folder);
  const require = createRequire(path.join(path.resolve(folder), 'x.js'));
  const load = (name) => import(pathToFileURL(require.resolve(name)).href);
  const bight = await import(
    pathToFileURL(path.join(folder, 'node_modules', 'bight', 'dist', 'index.js')).href
  );
  const servers = await startServers(new Set(wanted.flatMap(({ needs = [] }) => needs)), work);
  const results = [];
  try {
    for (const check of wanted) {
      for (const Loop of [bight.SelectorEventLoop, bight.ProactorEventLoop]) {
        results.push({
          ...check,
          loop: Loop.name,
          problem: await problemOf(check, Loop, { bight, load, servers }),
        });
        const { driver, title, problem } = results.at(-1);
        console.log(
          `${problem === null ? 'ok  ' : 'FAIL'} ${driver} on ${Loop.name}: ${title}${problem === null ? '' : `\n     ${problem}`}`,
        );
      }
    }
  } finally {
    await servers.stop();
  }
  const failed = results.filter(({ problem }) => problem !== null).length;
  if (names.length === 0) writePage(results, versionIn(folder));
  console.log(`${results.length - failed} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
}

/**
 * Why a check has failed; `null` where it has not, and for one whose server is not there, the reason that it was left
 * out.
 */
async function problemOf({ needs = [], play }, Loop, { bight, load, servers }) {
  const missing = needs.find((name) => servers.ports[name] === undefined);
  if (missing !== undefined) return `${missing} could not be started`;
  const loop = new Loop();
  const reports = [];
  loop.setExceptionHandler((_, { message, exception }) => reports.push(`${message}: ${exception?.stack}`));
  try {
    await loop.runUntilComplete(async () => {
      const forms = bight.connector();
      await bight.waitFor(
        () => play({ bight, loop, load, forms, ports: servers.ports, tls: servers.tls }),
        SECONDS,
      );
    });
    return reports.length === 0 ? null : reports.join('\n');
  } catch (error) {
    return String(error?.stack ?? error);
  } finally {
    loop.close();
  }
}

function install() {
  const needed = values.sample ? ['express', 'ioredis', 'undici', 'ws', 'autocannon'] : modules;
  writeFileSync(path.join(work, 'package.json'), '{ "private": true, "type": "module" }');
  const args = ['install', '--no-audit', '--no-fund', '--loglevel=error', ...needed];
  if (run('npm', args, { cwd: work }) !== 0) throw new Error('the drivers could not be installed');
  return work;
}

/** The version of an installed package, whose `exports` may hide its manifest. */
function versionIn(folder) {
  return (name) =>
    JSON.parse(readFileSync(path.join(folder, 'node_modules', name, 'package.json'), 'utf8')).version;
}

/** The built packages of this tree, beside the drivers. */
function linkPackages(folder) {
  const target = path.join(folder, 'node_modules');
  mkdirSync(path.join(target, '@bight'), { recursive: true });
  for (const { name, directory } of packages()) {
    const link = path.join(target, name);
    if (!readdirSync(path.dirname(link)).includes(path.basename(link))) symlinkSync(directory, link, 'dir');
  }
  if (!readdirSync(path.join(root, 'packages', 'bight')).includes('dist'))
    throw new Error('the packages are not built');
}
