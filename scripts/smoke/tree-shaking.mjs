// The sizes of bundled programs that use a part of the packed packages. `node scripts/smoke/tree-shaking.mjs PROJECT`
// writes the table of docs/tree-shaking.md; PROJECT is a folder where the packed packages are installed.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { transform } from 'esbuild';
import { root } from '../packages.mjs';
import { run } from '../run.mjs';
import { bundlers } from './bundles.mjs';
import { installTools } from './tools.mjs';

const page = path.join(root, 'docs', 'tree-shaking.md');
const KB = 1000;
const GROWTH = 1.05;
/** The columns of the table. */
const columns = ['esbuild', 'rollup', 'webpack'];

/** Programs, by the parts that they use. */
const programs = {
  'one context variable': `import { ContextVar } from '@bight/contextvars';
    export const name = new ContextVar('name');`,
  '`HAMT`': `export { HAMT } from '@bight/contextvars/hamt';`,
  'an error class': `export { TimeoutError } from '@bight/loop-abstract';`,
  'tasks and timers': `import { CoreEventLoop, sleep, TaskGroup } from '@bight/loop-core';
    const loop = new CoreEventLoop();
    await loop.runUntilComplete(() => TaskGroup.run(async (group) => void group.createTask(() => sleep(1))));`,
  'a TCP server on the proactor': `import { ProactorEventLoop } from '@bight/loop-net';
    await new ProactorEventLoop().runForever();`,
  '`run()` and `sleep()` of `bight`': `import { run, sleep } from 'bight'; await run(() => sleep(1));`,
  '`Queue` of `bight`': `import { Queue } from 'bight'; export const queue = new Queue();`,
  '`connector()`': `export { connector } from '@bight/interop';`,
  'all of `bight`': `export * from 'bight';`,
};

/**
 * The sizes of all programs with each bundler, minified by one tool, in units of 1,000 bytes.
 * @param options - `project`, where the packed packages are installed; `work`, a folder for bundles; the `modules` with
 *   the bundlers; the names of the `wanted` bundlers
 */
async function measure({ project, work, modules, wanted = columns }) {
  const makers = bundlers(modules);
  const rows = [];
  for (const [index, [title, text]] of Object.entries(programs).entries()) {
    const entry = path.join(project, `shaken-${index}.mjs`);
    writeFileSync(entry, text);
    const sizes = [];
    for (const name of wanted) {
      const directory = path.join(work, 'shaken', `${index}-${name}`);
      const file = path.join(directory, 'bundle.mjs');
      mkdirSync(directory, { recursive: true });
      const problems = await makers[`${name} esm`](entry, file);
      if (problems.length > 0) throw new Error(`${title}, ${name}: ${problems.join('\n')}`);
      const { code } = await transform(readFileSync(file, 'utf8'), { minify: true, format: 'esm' });
      sizes.push({ minified: code.length / KB, compressed: gzipSync(code, { level: 9 }).length / KB });
    }
    rows.push({ title, sizes });
  }
  return rows;
}

/**
 * Compares the sizes with the table: no program may grow by more than a twentieth.
 *
 * @param options - of the measurement, and `tally`
 */
export async function checkTreeShaking({ tally, wanted = columns, ...options }) {
  const known = readTable();
  for (const { title, sizes } of await measure({ wanted, ...options })) {
    const before = known.get(title);
    const problems = sizes.flatMap(({ compressed }, index) => {
      const limit = before?.[columns.indexOf(wanted[index])] ?? Number.NaN;
      if (compressed <= limit * GROWTH + 0.1) return [];
      return [
        `${compressed.toFixed(1)} KB instead of ${limit}: node scripts/smoke/tree-shaking.mjs PROJECT writes the table`,
      ];
    });
    tally.note(`what bundlers leave of: ${title}`, problems);
  }
}

function readTable() {
  const lines = readFileSync(page, 'utf8').matchAll(/^\| (.+?) +\| +(\d.*)\|$/gm);
  return new Map(
    [...lines].map(([, title, cells]) => [
      title,
      cells.split('|').map((cell) => Number(/\(([\d.]+)\)/.exec(cell)?.[1])),
    ]),
  );
}

/** Replaces the table of the page. */
function writeTable(rows) {
  const cells = rows.map(({ title, sizes }) => {
    const figures = sizes.map(
      ({ minified, compressed }) => `${minified.toFixed(1)} (${compressed.toFixed(1)})`,
    );
    return `| ${[title, ...figures].join(' | ')} |`;
  });
  const table = [`| program | ${columns.join(' | ')} |`, '| --- | ---: | ---: | ---: |', ...cells];
  writeFileSync(
    page,
    readFileSync(page, 'utf8').replace(/(?:^\|.*\n)+/m, () => `${table.join('\n')}\n`),
  );
  run('npx', ['biome', 'format', '--write', page], { cwd: root });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const project = path.resolve(process.argv[2]);
  const { modules } = installTools();
  writeTable(await measure({ project, work: project, modules }));
}
