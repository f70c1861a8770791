// Runs published drivers, clients and frameworks on both loops with real servers: `node scripts/drivers.mjs [NAME…]`.
// The name `recipes` stands for the programs of docs/driver-recipes.md and docs/in-node-programs.md; with --sample it
// runs a few drivers. Installs the packages of .ci/drivers, and missing servers from Debian's packages. Needs the build
// of `npm test`. Writes docs/drivers.md when everything has run. The last line is `N passed, N failed`.
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { checks } from './drivers/checks/index.mjs';
import { writePage } from './drivers/page.mjs';
import { checkRecipes, neededServers } from './drivers/recipes.mjs';
import { startServers } from './drivers/servers.mjs';
import { root } from './packages.mjs';
import { Tally } from './smoke/tally.mjs';
import { installPackages } from './smoke/tools.mjs';

const SECONDS = 60;
const LOOPS = ['SelectorEventLoop', 'ProactorEventLoop'];
const SAMPLE = ['express', 'ioredis', 'undici', 'ws'];
const RECIPES = 'recipes';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { sample: { type: 'boolean' } },
});
const names = values.sample ? SAMPLE : positionals;
const wanted = checks.filter(({ driver }) => names.length === 0 || names.includes(driver));
const withRecipes = names.length === 0 || names.includes(RECIPES);

const tally = new Tally();
const work = mkdtempSync(path.join(tmpdir(), 'bight-drivers-'));
try {
  await main();
} catch (error) {
  tally.note('drivers', [String(error?.stack ?? error)]);
} finally {
  rmSync(work, { recursive: true, force: true });
}
console.log(`${tally.passed} passed, ${tally.failed} failed`);
// Some drivers leave timers behind.
process.exit(tally.failed === 0 ? 0 : 1);

async function main() {
  // Nothing is compiled: the addons of some drivers are optional.
  const folder = installPackages('drivers', ['--ignore-scripts']);
  const { resolve } = createRequire(path.join(folder, 'x.js'));
  const load = (name) => import(pathToFileURL(resolve(name)).href);
  const bight = await built('bight');
  const testing = await built('loop-testing');
  const needed = wanted.flatMap(({ needs = [] }) => needs);
  const servers = await startServers(new Set([...needed, ...(withRecipes ? neededServers() : [])]), work);
  const { ports, tls } = servers;
  const results = [];
  try {
    for (const check of wanted) {
      for (const loop of check.loops ?? LOOPS) {
        const problem = await problemOf(check, loop, { bight, testing, load, ports, tls });
        results.push({ ...check, loop, problem });
        tally.note(`${check.driver} on ${loop}: ${check.title}`, problem === null ? [] : [problem]);
      }
    }
    const context = { load, ports, tls };
    if (withRecipes) await checkRecipes({ installed: folder, work, tally, context });
  } finally {
    await servers.stop();
  }
  if (names.length === 0) writePage(results, versionIn(folder));
}

/** Imports a built package of this tree. */
async function built(name) {
  const file = path.join(root, 'packages', name, 'dist', 'index.js');
  if (!existsSync(file)) throw new Error('the packages are not built');
  return import(pathToFileURL(file).href);
}

/** Runs a check, and returns why it failed, or `null`. */
async function problemOf({ needs = [], play }, name, context) {
  const missing = needs.find((server) => context.ports[server] === undefined);
  if (missing !== undefined) return `${missing} could not be started`;
  try {
    return name === 'VirtualEventLoop' ? await inWorld(play, context) : await inLoop(play, name, context);
  } catch (error) {
    return String(error?.stack ?? error);
  }
}

/** Runs a check that makes a simulated world of its own. */
async function inWorld(play, context) {
  await play(context);
  return null;
}

async function inLoop(play, name, { bight, ...context }) {
  const loop = new bight[name]();
  const reports = [];
  loop.setExceptionHandler((_, { message, exception }) => reports.push(`${message}: ${exception?.stack}`));
  try {
    await loop.runUntilComplete(async () => {
      const forms = bight.connector();
      await bight.waitFor(() => play({ bight, loop, forms, ...context }), SECONDS);
    });
    return reports.length === 0 ? null : reports.join('\n');
  } finally {
    loop.close();
  }
}

/** The version of an installed package, whose `exports` may hide its manifest. */
function versionIn(folder) {
  return (name) =>
    JSON.parse(readFileSync(path.join(folder, 'node_modules', name, 'package.json'), 'utf8')).version;
}
